/** @file Reading inputs: files, pipes, and `-` for stdin. */

import { constants, createReadStream, fstatSync, open } from 'node:fs';
import { open as openFile, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { LoecError, throwIfAborted } from '../../errors.ts';
import { checkedLimits, checkLimit, type Limits } from '../../limits.ts';
import type { Context } from '../context.ts';
import { descriptorOf } from './descriptors.ts';

/** Stands for stdin or stdout on the command line. */
export const DASH = '-';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; check the path',
  ENOTDIR: 'no such file; check the path',
  EISDIR: 'expected a file, found a folder; name the files in it',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
};

/** Bytes that are read at a time. */
const PIECE = 1 << 20;

/** An input's name in messages. */
export function inputName(input: string): string {
  return input === DASH ? 'stdin' : input;
}

/** The whole input. @throws LoecError E_INPUT, E_LIMIT for more than `limits.bytes`, or E_ABORTED */
export async function readInput(
  { stdin, signal }: Context,
  input: string,
  limits: Partial<Limits>,
): Promise<Uint8Array> {
  try {
    throwIfAborted(signal);
    const stream = input === DASH ? stdin : await openInput(input);
    return await readAll(addAbortSignal(signal, stream), checkedLimits(limits));
  } catch (cause) {
    throwIfAborted(signal);
    if (cause instanceof LoecError) throw cause;
    throw inputError(cause);
  }
}

/** Opens what is a file, and no more. @throws LoecError E_INPUT */
export async function checkReadable(input: string): Promise<void> {
  if (input === DASH || descriptorOf(input) !== null) return;
  try {
    const found = await stat(input);
    if (found.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    if (found.isFile()) await (await openFile(input)).close();
  } catch (error) {
    throw inputError(error);
  }
}

function inputError(cause: unknown): LoecError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new LoecError('E_INPUT', REASONS[code] ?? message, { cause });
}

/** To open a named pipe and to read from it never blocks a thread, which could not be ended by a signal. */
async function openInput(path: string): Promise<Readable> {
  const fd = await promisify(open)(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const found = fstatSync(fd);
  if (found.isFIFO()) return new Socket({ fd, readable: true, writable: false });
  // Its buffer: of 100,000 small files each would have a large one. Some files that are not empty say that they are.
  const highWaterMark = found.size === 0 ? PIECE : Math.min(PIECE, found.size + 1);
  return createReadStream('', { fd, highWaterMark });
}

async function readAll(stream: AsyncIterable<Uint8Array>, limits: Limits): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of stream) {
    length += piece.length;
    checkLimit(limits, 'bytes', length, 'the file is longer');
    pieces.push(piece);
  }
  if (length === 0) throw new LoecError('E_INPUT', 'the file is empty');
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces, length);
}
