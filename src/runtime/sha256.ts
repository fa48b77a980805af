/** @file SHA-256, by the machine's own code. */

import { LoecError } from '../errors.ts';
import { isNode } from './runtime.ts';

/** Of the parts, one after the other. @throws LoecError E_ENGINE in pages that are neither of https nor of localhost */
export async function sha256(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  if (isNode) {
    const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
    for (const part of parts) hash.update(part);
    return hash.digest();
  }
  if (!globalThis.crypto?.subtle)
    throw new LoecError('E_ENGINE', 'checkpoints need a page of https or localhost (`crypto.subtle`)');
  return new Uint8Array(await crypto.subtle.digest('SHA-256', joined(parts)));
}

/** In memory that is not shared: pages hash no other. */
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
