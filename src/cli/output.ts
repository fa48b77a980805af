/** @file Writing outputs: a file appears under its name whole or not at all. */

import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LoecError } from '../errors.ts';
import type { Context } from './context.ts';
import { kindOf } from './destinations.ts';
import { DASH } from './input.ts';

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Writes the pieces in order; errors of theirs pass through. @throws LoecError E_INPUT where writing fails */
export async function writeOutput({ stdout }: Context, path: string, pieces: Pieces): Promise<void> {
  try {
    if (path === DASH) await pipeline(Readable.from(pieces), stdout, { end: false });
    else if ((await kindOf(path)) === 'device') await writeFile(path, 'w', pieces);
    else await writeAtomically(path, pieces);
  } catch (error) {
    throw asWriteError(error, path === DASH ? 'stdout' : path);
  }
}

/** The temporary file lies in the same folder, since a rename is atomic only within one file system. */
async function writeAtomically(path: string, pieces: Pieces): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    await writeFile(temporary, 'wx', pieces);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeFile(path: string, flags: 'w' | 'wx', pieces: Pieces): Promise<void> {
  const file = await open(path, flags);
  try {
    for await (const piece of pieces) await file.writeFile(piece);
    if (flags === 'wx') await file.sync();
  } finally {
    await file.close();
  }
}

/** Errors of the file system have a code like ENOSPC. */
function asWriteError(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof LoecError || typeof code !== 'string') return error;
  return new LoecError('E_INPUT', `${path} can't be written: ${message}`, { cause: error });
}
