/** @file Folders that files are written into: whether they take any. */

import { access, constants, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LoecError } from '../../errors.ts';
import { orNull, reasonOf } from './file-errors.ts';
import { addTemporary, deleteTemporary, temporaryName } from './temporaries.ts';

/** Folders that were found to take files, so that each is tried once however many files it is to take. */
export class Folders {
  readonly #tried = new Set<string>();

  /**
   * @param dryRun whether permissions are all that may be looked at
   * @throws LoecError E_INPUT for one that takes no file
   */
  async check(folder: string, dryRun: boolean | undefined): Promise<void> {
    if (this.#tried.has(folder)) return;
    try {
      await (dryRun ? access(folder, constants.W_OK) : tryFolder(folder));
    } catch (error) {
      throw folderError(folder, error);
    }
    this.#tried.add(folder);
  }
}

/** Makes a file in it: what permissions say is not all that counts. */
async function tryFolder(folder: string): Promise<void> {
  const path = temporaryName(folder);
  addTemporary(path);
  try {
    await (await open(path, 'wx')).close();
    await rm(path);
  } finally {
    deleteTemporary(path);
  }
}

/** The first of the folders that hold it that is there, or it. @throws LoecError E_INPUT */
export async function nearestFolder(folder: string): Promise<string> {
  const found = await orNull(stat(folder)).catch((error) => {
    throw folderError(folder, error);
  });
  return found ? folder : nearestFolder(dirname(folder));
}

export function folderError(folder: string, cause: unknown): LoecError {
  return new LoecError('E_INPUT', `the folder ${folder} can't be written into: ${reasonOf(cause)}`, {
    cause,
  });
}
