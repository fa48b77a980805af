/** @file Files of lines that grow as results come, so that a long measurement can be stopped and taken up again. */

import { appendFile, mkdir, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LoecError } from '../errors.ts';

/** A line and where it stands, for errors. */
export interface PlacedLine {
  readonly text: string;
  /** `results.ndjson:12` */
  readonly place: string;
}

/** @throws LoecError E_INPUT where the file's folder can't be made or the file can't be read */
export async function openLines(path: string): Promise<PlacedLine[]> {
  await mkdir(dirname(path), { recursive: true }).catch((cause: Error) => {
    throw new LoecError('E_INPUT', `${dirname(path)} can't be made: ${cause.message}`, { cause });
  });
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new LoecError('E_INPUT', `${path} can't be read: ${error.message}`, { cause: error });
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  // A line without an end was cut off by a kill; what it told is measured again.
  if (whole !== text) await truncate(path, Buffer.byteLength(whole));
  return whole
    .split('\n')
    .slice(0, -1)
    .map((line, i) => ({ text: line, place: `${path}:${i + 1}` }));
}

/** @param record becomes one line of JSON */
export async function addLine(path: string, record: object): Promise<void> {
  await appendFile(path, `${JSON.stringify(record)}\n`);
}
