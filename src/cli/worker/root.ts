/** @file The folder that all machines see, as a worker is to find it. */

import { stat } from 'node:fs/promises';
import { LoecError } from '../../errors.ts';
import { orNull, reasonOf } from '../files/file-errors.ts';

/** One that holds nothing yet is fine: pictures may come. @throws LoecError E_INPUT where there is no folder */
export async function checkRoot(root: string): Promise<void> {
  const found = await orNull(stat(root)).catch((cause) => {
    throw new LoecError('E_INPUT', `--root ${root} can't be read: ${reasonOf(cause)}`, { cause });
  });
  if (found?.isDirectory()) return;
  const what = found === null ? 'nothing: is it mounted' : 'a file: is it the right name';
  throw new LoecError('E_INPUT', `expected a folder at --root ${root}, found ${what}?`);
}
