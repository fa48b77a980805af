/** @file Files under work. Whatever way the process ends, short of a kill -9 or a power cut, none of them stays behind. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** Of names of checkpoints, after that of the output. They stay where a fit is interrupted. */
export const CHECKPOINT_EXTENSION = '.part';

const paths = new Set<string>();

/**
 * A name for a file under work, short whatever the output's name is, and one that tells a person whose file it is. It is no secret: who makes
 * the file is refused where the name is taken.
 */
export function temporaryName(folder: string): string {
  const digits = Math.floor(2 ** 48 * Math.random())
    .toString(16)
    .padStart(12, '0');
  return join(folder, `.loec-${digits}.tmp`);
}

/** From now on the file goes when the process ends. */
export function addTemporary(path: string): void {
  paths.add(path);
}

/** From now on the file stays, or is gone already. */
export function deleteTemporary(path: string): void {
  paths.delete(path);
}

/** Synchronous, for the last moment of a process. */
export function removeTemporaries(): void {
  for (const path of paths) {
    try {
      rmSync(path, { force: true });
    } catch {
      // There is no time left to do anything about it.
    }
  }
  paths.clear();
}

process.on('exit', removeTemporaries);
