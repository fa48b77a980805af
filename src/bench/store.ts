/** @file results.ndjson: rows are appended as they are measured, so that a bench can be stopped and taken up again. */

import { appendFile, mkdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { LoecError } from '../errors.ts';
import { isGood, type Row, subjectKey } from './row.ts';

const RESULTS = 'results.ndjson';

export class ResultStore {
  readonly folder: string;
  readonly #rows: Map<string, Row>;

  private constructor(folder: string, rows: readonly Row[]) {
    this.folder = folder;
    this.#rows = new Map(rows.map((row) => [subjectKey(row), row]));
  }

  /** @throws LoecError E_INPUT where the folder can't be made or holds results of something else */
  static async open(folder: string): Promise<ResultStore> {
    try {
      await mkdir(folder, { recursive: true });
    } catch (cause) {
      throw new LoecError('E_INPUT', `${folder} can't be made: ${(cause as Error).message}`, { cause });
    }
    return new ResultStore(folder, await readRows(join(folder, RESULTS)));
  }

  /** The last row of every subject. */
  get rows(): Row[] {
    return [...this.#rows.values()];
  }

  /** Whether a subject has been measured; one that failed is tried again. */
  has(key: string): boolean {
    const row = this.#rows.get(key);
    return row !== undefined && isGood(row);
  }

  async add(row: Row): Promise<void> {
    this.#rows.set(subjectKey(row), row);
    await appendFile(join(this.folder, RESULTS), `${JSON.stringify(row)}\n`);
  }
}

async function readRows(path: string): Promise<Row[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new LoecError('E_INPUT', `${path} can't be read: ${error.message}`, { cause: error });
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  // A line without an end was cut off by a kill; its subject is measured again.
  if (whole !== text) await truncate(path, Buffer.byteLength(whole));
  return whole
    .split('\n')
    .slice(0, -1)
    .map((line, i) => parseRow(line, `${path}:${i + 1}`));
}

function parseRow(line: string, place: string): Row {
  try {
    const row = JSON.parse(line) as Partial<Row>;
    if (typeof row.picture === 'string' && typeof row.codec === 'string' && row.setting) return row as Row;
  } catch {
    // Told below.
  }
  throw new LoecError('E_INPUT', `${place} is not a row of a bench; name another folder with --out`);
}
