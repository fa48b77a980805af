/** @file Reading inputs: files, and `-` for stdin. */

import { readFile } from 'node:fs/promises';
import { LoecError } from '../errors.ts';
import type { Context } from './context.ts';

/** Stands for stdin or stdout on the command line. */
export const DASH = '-';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; check the path',
  EISDIR: 'expected a file, found a folder; name the files in it',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
};

/** The whole input. @throws LoecError E_INPUT */
export async function readInput(context: Context, path: string): Promise<Uint8Array> {
  if (path === DASH) return readStream(context.stdin);
  try {
    return await readFile(path);
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw new LoecError('E_INPUT', REASONS[code] ?? message, { cause });
  }
}

async function readStream(stream: AsyncIterable<Uint8Array | string>): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts);
}
