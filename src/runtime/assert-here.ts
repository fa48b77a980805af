/** @file What pages have and Node has not. */

import { LoecError } from '../errors.ts';

/**
 * @param name of a global
 * @throws LoecError E_ENGINE where there is none: in Node, and in browsers that are too old
 */
export function assertHere(name: string): void {
  if (name in globalThis) return;
  const message = `there is no ${name} here: loec/web works in pages; in Node use decode and encode of loec`;
  throw new LoecError('E_ENGINE', message);
}
