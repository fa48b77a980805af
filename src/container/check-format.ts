/** @file The first look at a file that someone gives. */

import { beginsAsLoe } from './sections.ts';

/** @param file its first bytes at least @throws LoecError E_FORMAT that names the format of a file that is known to have another */
export async function checkFormat(file: Uint8Array): Promise<void> {
  if (!beginsAsLoe(file)) (await import('./other-format.ts')).refuseOtherFormat(file);
}
