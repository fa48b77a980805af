/** @file Writing outputs: a file appears under its name whole or not at all. */

import { constants, createWriteStream, open as openFile, type Stats } from 'node:fs';
import { type FileHandle, link, mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { addAbortSignal, type Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { throwIfAborted } from '../../errors.ts';
import { type Context, StdoutError } from '../context.ts';
import { descriptorOf } from './descriptors.ts';
import { asWriteError, type Destination, existsError } from './destinations.ts';
import { isSystemError, orNull } from './file-errors.ts';
import type { FileStats } from './input-stats.ts';
import { addTemporary, deleteTemporary, temporaryName } from './temporaries.ts';

/** Milliseconds between looks for a reader of a named pipe. */
const READER_INTERVAL_MS = 50;

/** What file systems say that have no hard links. */
const NO_HARD_LINKS: readonly unknown[] = [
  'EPERM',
  'ENOSYS',
  'ENOTSUP',
  'EOPNOTSUPP',
  'EMLINK',
  'EACCES',
  'EXDEV',
];

export interface OutputOptions {
  /** The input, whose times and permissions a file then has. */
  readonly preserved?: FileStats | undefined;
  /** Called with the path of a file that is whole and on disk, before it has its name; if this throws, it never has. */
  readonly verify?: ((path: string) => Promise<void>) | undefined;
}

/**
 * Writes the pieces in order; errors of theirs and of `verify` pass through.
 * @returns the bytes written
 * @throws LoecError E_INPUT where writing fails, E_OVERWRITE for a file that has come up meanwhile, E_ABORTED
 */
export async function writeOutput(
  context: Context,
  destination: Destination,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: OutputOptions = {},
): Promise<number> {
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      bytes += piece.length;
      yield piece;
    }
  }
  try {
    await write(context, destination, counted(), options);
    return bytes;
  } catch (error) {
    throwIfAborted(context.signal);
    if (destination.kind === 'stdout' && isSystemError(error)) throw new StdoutError(error);
    throw asWriteError(error, destination.name);
  }
}

function write(
  { stdout, signal }: Context,
  destination: Destination,
  pieces: AsyncIterable<Uint8Array>,
  options: OutputOptions,
): Promise<void> {
  switch (destination.kind) {
    case 'file':
      return writeInFolder(destination, pieces, options);
    case 'stdout':
      return writeStream(stdout, pieces, signal);
    case 'descriptor':
      return writeDescriptor(destination.path, pieces, signal);
    default:
      return writeOpened(destination, pieces, signal);
  }
}

/** A folder that was made for a file goes again with the file. */
async function writeInFolder(
  destination: Destination,
  pieces: AsyncIterable<Uint8Array>,
  options: OutputOptions,
): Promise<void> {
  const folder = dirname(destination.path);
  const made = destination.makesFolder ? await mkdir(folder, { recursive: true }) : undefined;
  try {
    await writeAtomically(destination, folder, pieces, options);
  } catch (error) {
    if (made !== undefined) await removeEmptyFolders(folder, made);
    throw error;
  }
}

/** From the innermost on, up to one that others have written into meanwhile. */
async function removeEmptyFolders(innermost: string, outermost: string): Promise<void> {
  for (let folder = innermost; folder.startsWith(outermost); folder = dirname(folder)) {
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}

/** The temporary file lies in the same folder, since files are renamed and linked only within one file system. */
async function writeAtomically(
  destination: Destination,
  folder: string,
  pieces: AsyncIterable<Uint8Array>,
  { preserved, verify }: OutputOptions,
): Promise<void> {
  const temporary = temporaryName(folder);
  const replaced = await orNull(stat(destination.path));
  addTemporary(temporary);
  try {
    await writeTemporary(temporary, replaced, preserved, pieces);
    await verify?.(temporary);
    await publish(temporary, destination);
    await syncFolder(folder);
  } finally {
    await rm(temporary, { force: true });
    deleteTemporary(temporary);
  }
}

/** On disk with all its bytes before it gets its name, so that a power cut leaves no half file either. */
async function writeTemporary(
  path: string,
  replaced: Stats | null,
  preserved: FileStats | undefined,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  // Nobody may read it meanwhile who may not read the file that it replaces.
  const file = await open(path, 'wx', replaced ? replaced.mode & 0o777 : 0o666);
  try {
    for await (const piece of pieces) await file.writeFile(piece);
    if (replaced) await takeOver(file, replaced);
    if (preserved) await preserve(file, preserved);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Times and permissions of the input. A file that is no program is not made one. */
async function preserve(file: FileHandle, { atimeMs, mtimeMs, mode }: FileStats): Promise<void> {
  await file.chmod(mode & 0o666);
  await file.utimes(atimeMs / 1000, mtimeMs / 1000);
}

/** Owner and permissions of the file that is replaced. Only an administrator can give files away. */
async function takeOver(file: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  await file.chown(uid, gid).catch(() => {});
  await file.chmod(mode & 0o7777);
}

/** Gives the file its name, at once, and not that of another file unless `force` is set. */
async function publish(temporary: string, { path, name, force }: Destination): Promise<void> {
  if (force) return rename(temporary, path);
  try {
    await link(temporary, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw existsError(name);
    if (!NO_HARD_LINKS.includes(code)) throw error;
    await publishByReservation(temporary, path, name);
  }
}

/** Where there are no hard links: an empty file, which only one process can make, keeps the name until the rename. */
async function publishByReservation(temporary: string, path: string, name: string): Promise<void> {
  const reservation = await open(path, 'wx').catch((error) => {
    throw error.code === 'EEXIST' ? existsError(name) : error;
  });
  addTemporary(path);
  try {
    await reservation.close();
    await rename(temporary, path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    deleteTemporary(path);
  }
}

/** Makes the new name last through a power cut. Not every system can. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // The file is whole under its name; only a power cut within seconds would show the difference.
  }
}

/** Every piece has arrived when this returns. */
async function writeStream(
  stream: Writable,
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  // Each write is told of its error.
  stream.on('error', () => {});
  addAbortSignal(signal, stream);
  for await (const piece of pieces) {
    await new Promise<void>((resolve, reject) => {
      stream.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  }
}

async function writeOpened(
  destination: Destination,
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const stream = await openStream(destination, signal);
  try {
    await writeStream(stream, pieces, signal);
  } finally {
    stream.destroy();
  }
}

async function openStream({ kind, path }: Destination, signal: AbortSignal): Promise<Writable> {
  if (kind === 'device') return createWriteStream(path);
  return new Socket({ fd: await openPipe(path, signal), readable: false, writable: true });
}

/** The file stays open: it belongs to who opened it. */
function writeDescriptor(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const fd = descriptorOf(path) as number;
  return writeStream(createWriteStream('', { fd, autoClose: false }), pieces, signal);
}

/** Waits for a reader, without a thread that no signal could end. */
async function openPipe(path: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    throwIfAborted(signal);
    try {
      return await promisify(openFile)(path, constants.O_WRONLY | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
    }
    await sleep(READER_INTERVAL_MS);
  }
}
