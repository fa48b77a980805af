/** @file Shared memories, as large as a problem needs and no larger. */

import { LoecError } from '../../errors.ts';
import { PAGE_BYTES } from './plan.ts';

/** Addresses are 32 bits. */
const MAX_BYTES = 2 ** 32;

/** @throws LoecError E_LIMIT where the problem can't be addressed or the machine has not that much */
export function sharedMemory(bytes: number): WebAssembly.Memory {
  if (bytes > MAX_BYTES) throw tooLarge(bytes);
  const pages = bytes / PAGE_BYTES;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (cause) {
    throw tooLarge(bytes, cause);
  }
}

function tooLarge(bytes: number, cause?: unknown): LoecError {
  const megabytes = Math.ceil(bytes / 2 ** 20);
  return new LoecError(
    'E_LIMIT',
    `the fit needs ${megabytes} MiB, more than can be had: use a smaller picture or a smaller width`,
    { cause },
  );
}
