/** @file The metadata section: EXIF, XMP and text chunks, type and data in turn. */

import { damaged, optionError } from '../errors.ts';
import { areSound, METADATA_CHUNKS } from '../image/chunk-kinds.ts';
import type { Chunk, Raster } from '../image/raster.ts';
import { MAX_RAW_BYTES, unpackValue } from './packed.ts';

/** Chunks that a file may have. */
export const MAX_METADATA_CHUNKS = 256;

/** Bytes of a chunk besides its data, at most. */
const CHUNK_OVERHEAD = 16;

/**
 * What writers look at before the work.
 * @throws LoecError E_USAGE for more chunks, or longer ones, than readers take
 */
export function checkSizes({ colour, metadata }: Pick<Raster, 'colour' | 'metadata'>): void {
  if (metadata.length > MAX_METADATA_CHUNKS) {
    throw optionError('metadata', `at most ${MAX_METADATA_CHUNKS} chunks`, metadata.length);
  }
  for (const [name, chunks] of Object.entries({ colour, metadata })) {
    const bytes = chunks.reduce((sum, { data }) => sum + data.length + CHUNK_OVERHEAD, 0);
    const most = MAX_RAW_BYTES - CHUNK_OVERHEAD * MAX_METADATA_CHUNKS;
    if (bytes > most) throw optionError(name, `chunks of at most ${most} bytes together`, bytes);
  }
}

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
