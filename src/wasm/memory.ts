/** @file Memory for modules, or a LoecError where the machine has none left or 32 bits can't address it. */

import { LoecError } from '../errors.ts';
import { PAGE_BYTES } from './pages.ts';

/** @throws LoecError E_LIMIT, or E_ENGINE where there is no WebAssembly */
export function createMemory(bytes: number): WebAssembly.Memory {
  if (typeof WebAssembly === 'undefined') {
    throw new LoecError('E_ENGINE', 'WebAssembly is needed and is not there: use another browser or program');
  }
  return orTooLarge(bytes, () => new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) }));
}

/** Grows a memory to at least so many bytes; views of it end here. @throws LoecError E_LIMIT */
export function growMemory(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) orTooLarge(bytes, () => memory.grow(Math.ceil(missing / PAGE_BYTES)));
}

function orTooLarge<T>(bytes: number, allocate: () => T): T {
  try {
    return allocate();
  } catch (cause) {
    const mebibytes = Math.ceil(bytes / 2 ** 20);
    throw new LoecError('E_LIMIT', `${mebibytes} MiB of memory are needed, more than can be had here`, {
      cause,
    });
  }
}
