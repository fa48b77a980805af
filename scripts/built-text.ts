/** @file Bytes as the code holds them: `src/built-bytes.ts` reads them. */

import { deflateRawSync } from 'node:zlib';
import { ByteWriter } from '../src/bytes.ts';

export function builtText(bytes: Uint8Array): string {
  const deflated = deflateRawSync(bytes, { level: 9, memLevel: 9 });
  return Buffer.from(new ByteWriter().uint32(bytes.length).bytes(deflated).finish()).toString('base64');
}
