/** @file Kernels that threads share, for a thread that works alone: their memory is declared as one that is not shared. */

import { ByteReader } from '../bytes.ts';
import { assert } from '../errors.ts';

/** Of the WebAssembly binary format: bytes before the first section, the section of imports, a memory among them, and that it is shared. */
const PREAMBLE_BYTES = 8;
const IMPORTS = 2;
const MEMORY = 2;
const IS_SHARED = 2;

/** The module with its first import, a shared memory, as one that is not; atomic instructions work there too. Changes the bytes. */
export function unshared(module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const reader = new ByteReader(module);
  reader.bytes(PREAMBLE_BYTES);
  while (reader.uint8() !== IMPORTS) reader.bytes(reader.varint());
  // Bytes of the section, imports in it, and the two names of the first.
  for (let i = 0; i < 2; i++) reader.varint();
  for (let i = 0; i < 2; i++) reader.bytes(reader.varint());
  assert(reader.uint8() === MEMORY, 'the first import of kernels is their memory');
  const at = reader.offset;
  module[at] = reader.uint8() & ~IS_SHARED;
  return module;
}
