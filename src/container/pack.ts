/** @file What writers put into packed sections; apart from `packed.ts`, so that programs that only decode hold no packer. */

import { deflateSync } from 'fflate';
import { Packr } from 'msgpackr/pack';
import { ByteWriter } from '../bytes.ts';
import { LoecError } from '../errors.ts';
import type { Chunk } from '../image/raster.ts';
import { DICTIONARY } from './dictionary.ts';
import { FLAT_HEADER, HEADER_FIELDS, type Header, isFieldHeader, SHORT_HEADER } from './header.ts';
import type { Packable } from './messagepack.ts';
import { MAX_RAW_BYTES } from './packed.ts';

/** Payload: varint 2·(raw length) + (1 if deflated), then the bytes. @throws LoecError E_USAGE for more than readers take */
export function packValue(value: Packable): Uint8Array {
  const raw = Uint8Array.from(new Packr({ useRecords: false }).pack(value));
  if (raw.length > MAX_RAW_BYTES) {
    const found = `expected at most ${MAX_RAW_BYTES} bytes of display data, and as many of metadata`;
    throw new LoecError('E_USAGE', `${found}, received ${raw.length}`);
  }
  const deflated = deflateSync(raw, { level: 9, dictionary: DICTIONARY });
  const shorter = deflated.length < raw.length;
  return new ByteWriter()
    .varint(2 * raw.length + Number(shorter))
    .bytes(shorter ? deflated : raw)
    .finish();
}

export function packHeader(header: Header): Uint8Array {
  const count = !isFieldHeader(header)
    ? FLAT_HEADER
    : header.pyramid === null
      ? SHORT_HEADER
      : HEADER_FIELDS.length;
  const values: Partial<Record<string, unknown>> = { ...header };
  return packValue(HEADER_FIELDS.slice(0, count).map(({ name }) => values[name] as Packable));
}

export function packMetadata(chunks: readonly Chunk[]): Uint8Array {
  return packValue(chunks.flatMap(({ type, data }) => [type, data]));
}
