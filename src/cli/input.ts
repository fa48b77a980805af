/** @file Reading inputs: files, and `-` for stdin. */

import { readFile } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { LoecError, throwIfAborted } from '../errors.ts';
import type { Context } from './context.ts';

/** Stands for stdin or stdout on the command line. */
export const DASH = '-';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; check the path',
  ENOTDIR: 'no such file; check the path',
  EISDIR: 'expected a file, found a folder; name the files in it',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
};

/** An input's name in messages. */
export function inputName(input: string): string {
  return input === DASH ? 'stdin' : input;
}

/** The whole input. @throws LoecError E_INPUT or E_ABORTED */
export async function readInput({ stdin, signal }: Context, input: string): Promise<Uint8Array> {
  const bytes = await readBytes(
    () => (input === DASH ? buffer(addAbortSignal(signal, stdin)) : readFile(input, { signal })),
    signal,
  );
  if (bytes.length === 0) throw new LoecError('E_INPUT', 'the file is empty');
  return bytes;
}

async function readBytes(read: () => Promise<Uint8Array>, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return await read();
  } catch (cause) {
    throwIfAborted(signal);
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw new LoecError('E_INPUT', REASONS[code] ?? message, { cause });
  }
}
