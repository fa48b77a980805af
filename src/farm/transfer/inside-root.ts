/** @file Files below a root, by names that strangers may have chosen. */

import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { LoecError } from '../../errors.ts';
import { unreadable } from './file-errors.ts';

/** The folder below the root that is ours; no picture is taken from it. */
export const FARM_FOLDER = '.loec-farm';

/** Longer ones no system opens. */
const MOST_PATH_BYTES = 4096;

/** To open a named pipe waits for nobody, and a terminal does not become ours. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** Why a path is none of a file below the root; null for one that may be. It is relative, with / between folders, and the shortest of its file. */
export function whyOutside(path: string): string | null {
  if (Buffer.byteLength(path) > MOST_PATH_BYTES) return `it has more than ${MOST_PATH_BYTES} bytes`;
  if (/[\0\\]/.test(path)) return 'it has a NUL or a backslash';
  if (/^([A-Za-z]:|\/)/.test(path)) return 'it does not start from the root';
  const parts = path.split('/');
  if (parts.some((part) => ['', '.', '..'].includes(part))) return 'it has a part that is empty, . or ..';
  return isOurs(path) ? `${FARM_FOLDER} holds no pictures` : null;
}

/** @throws LoecError E_INPUT for a path that {@link whyOutside} refuses */
export function checkPath(path: string): void {
  const reason = whyOutside(path);
  if (reason !== null) throw refused(path, reason);
}

function isOurs(path: string): boolean {
  // Some systems take capitals for the same.
  return path.split('/')[0]?.toLowerCase() === FARM_FOLDER;
}

/**
 * Opens a regular file below the root. What is opened is looked at once more: links may be turned meanwhile.
 * @param path that {@link whyOutside} has nothing against
 * @param opener replaceable in tests
 * @throws LoecError E_INPUT
 */
export async function openInside(root: string, path: string, opener = open): Promise<FileHandle> {
  const file = await opener(await realInside(root, path), FLAGS).catch((error) => {
    throw unreadable(path, error);
  });
  try {
    const opened = await file.stat({ bigint: true });
    const named = await stat(await realInside(root, path), { bigint: true });
    if (opened.dev !== named.dev || opened.ino !== named.ino)
      throw refused(path, 'it changes while it is read');
    if (!opened.isFile()) throw refused(path, 'it is no regular file');
    return file;
  } catch (error) {
    await file.close();
    throw error instanceof LoecError ? error : unreadable(path, error);
  }
}

/** Where the file lies when all links are followed. @throws LoecError E_INPUT where that is not below the root */
async function realInside(root: string, path: string): Promise<string> {
  const real = await realpath(join(root, path)).catch((error) => {
    throw unreadable(path, error);
  });
  const below = await pathBelow(root, real);
  if (below === null) throw refused(path, 'a link in it leads out of the root');
  if (isOurs(below) && !isOurs(path)) throw refused(path, `a link in it leads to ${FARM_FOLDER}`);
  return real;
}

/**
 * The path from the root on, with / between folders; null where the file does not lie below.
 * @param real without links
 */
export async function pathBelow(root: string, real: string): Promise<string | null> {
  const path = relative(await realpath(root), real);
  const [first] = path.split(sep);
  return first === '' || first === '..' || path === real ? null : path.split(sep).join('/');
}

/** The error of a path that a job has and should not. */
export function refused(path: string, reason: string): LoecError {
  return new LoecError('E_INPUT', `${JSON.stringify(path)} is no picture below the root: ${reason}`);
}
