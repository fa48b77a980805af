/** @file Files that appear whole or not at all, on disk before they have their name. */

import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Of names of files under work, which those of `writeWhole` have until they are on disk. */
export const TEMPORARY_EXTENSION = '.tmp';

/** Makes the folder where there is none. A file of the name is replaced at once. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `${randomUUID()}${TEMPORARY_EXTENSION}`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
