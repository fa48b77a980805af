/** @file The metadata section: EXIF, XMP and text chunks, type and data in turn. */

import { damaged } from '../errors.ts';
import { areSound, METADATA_CHUNKS } from '../image/chunk-kinds.ts';
import type { Chunk, Raster } from '../image/raster.ts';
import { unpackValue } from './packed.ts';

/** Chunks that a file may have. */
export const MAX_METADATA_CHUNKS = 256;

/** @throws LoecError E_FORMAT or E_LIMIT */
export function unpackMetadata(payload: Uint8Array, samples: Pick<Raster, 'channels' | 'depth'>): Chunk[] {
  const values = unpackValue(payload, 'metadata');
  if (!Array.isArray(values) || values.length % 2 !== 0) throw notPairs();
  const chunks = Array.from({ length: values.length / 2 }, (_, i) => {
    const [type, data] = values.slice(2 * i);
    if (typeof type !== 'string' || !(data instanceof Uint8Array)) throw notPairs();
    return { type, data };
  });
  if (chunks.length > MAX_METADATA_CHUNKS) {
    throw damaged(`${chunks.length} metadata chunks; ${MAX_METADATA_CHUNKS} are allowed`);
  }
  if (!areSound(chunks, METADATA_CHUNKS, samples)) {
    throw damaged(`metadata is not well-formed chunks ${METADATA_CHUNKS.join(', ')} with at most one eXIf`);
  }
  return chunks;
}

function notPairs(): Error {
  return damaged('metadata is not pairs of a chunk type and bytes');
}
