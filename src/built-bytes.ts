/** @file Bytes that the code holds as text: base64 of their length in 32 bits and of a DEFLATE stream. `scripts/built-text.ts` writes it. */

import { ByteReader, bytesOfBase64 } from './bytes.ts';
import { inflate } from './inflate.ts';

/** @param text of a built file */
export function builtBytes(text: string): Uint8Array<ArrayBuffer> {
  const reader = new ByteReader(bytesOfBase64(text));
  const length = reader.uint32();
  return inflate(reader.bytes(reader.left), length);
}
