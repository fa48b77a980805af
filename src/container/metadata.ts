/** @file The metadata section: EXIF, XMP and text chunks, type and data in turn. */

import { damaged } from '../errors.ts';
import type { Chunk } from '../image/raster.ts';
import { packValue, unpackValue } from './packed.ts';

const CHUNK_TYPE = /^[A-Za-z]{4}$/;

const NOT_PAIRS = 'metadata is not pairs of a chunk type and bytes';

export function packMetadata(chunks: readonly Chunk[]): Uint8Array {
  return packValue(chunks.flatMap(({ type, data }) => [type, data]));
}

/** @throws LoecError E_FORMAT */
export function unpackMetadata(payload: Uint8Array): Chunk[] {
  const values = unpackValue(payload, 'metadata');
  if (!Array.isArray(values) || values.length % 2 !== 0) throw damaged(NOT_PAIRS);
  return Array.from({ length: values.length / 2 }, (_, i) => {
    const type: unknown = values[2 * i];
    const data: unknown = values[2 * i + 1];
    if (typeof type !== 'string' || !CHUNK_TYPE.test(type) || !(data instanceof Uint8Array))
      throw damaged(NOT_PAIRS);
    return { type, data };
  });
}
