/**
 * @file The PNG chunks that travel with a picture, and what a well-formed one is (PNG specification, third edition, section 11.3).
 * Readers and writers of PNG and of .loe files let nothing else through.
 */

import { LoecError } from '../errors.ts';
import type { Chunk } from './raster.ts';

/** How to display the samples, at most one of each. Their order is their code in .loe files. */
export const DISPLAY_CHUNKS = [
  'cICP',
  'iCCP',
  'sRGB',
  'gAMA',
  'cHRM',
  'mDCV',
  'cLLI',
  'sBIT',
  'pHYs',
] as const;

/** EXIF, XMP and text. Of EXIF at most one, of texts any number. */
export const METADATA_CHUNKS = ['eXIf', 'iTXt', 'tEXt', 'zTXt'] as const;

type ChunkKind = (typeof DISPLAY_CHUNKS)[number] | (typeof METADATA_CHUNKS)[number];

/** Whether a picture may have several chunks of the type. */
export function isRepeatable(type: string): boolean {
  return type.endsWith('Xt');
}

/** What the data of a chunk depends on: samples per pixel and their bits, in a raster or as a file stores them. */
interface Samples {
  readonly channels: number;
  readonly depth: number;
}

const ofLength =
  (length: number) =>
  (data: Uint8Array): boolean =>
    data.length === length;

/** PNG's integers of four bytes, each from `low` to 2^31 - 1. */
const integers =
  (count: number, low = 0) =>
  (data: Uint8Array): boolean => {
    if (data.length !== 4 * count) return false;
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const values = Array.from({ length: count }, (_, i) => view.getUint32(4 * i));
    return values.every((value) => value >= low && value < 2 ** 31);
  };

/** A Latin-1 keyword of 1 to 79 characters and its NUL. @returns the index after it, or 0 */
function keywordEnd(data: Uint8Array): number {
  const length = data.indexOf(0);
  if (length < 1 || length > 79) return 0;
  const isPrintable = data.subarray(0, length).every((byte) => (byte >= 32 && byte <= 126) || byte >= 161);
  return isPrintable ? length + 1 : 0;
}

/** Keyword, then method 0 of compression, then a zlib stream. */
function isCompressed(data: Uint8Array): boolean {
  const end = keywordEnd(data);
  return end > 0 && data[end] === 0 && data.length > end + 1;
}

/** Keyword, flag and method of compression, language, translated keyword, text. */
function isInternationalText(data: Uint8Array): boolean {
  const end = keywordEnd(data);
  const [flag, method] = data.subarray(end, end + 2);
  if (end === 0 || flag === undefined || flag > 1 || method !== 0) return false;
  const language = data.indexOf(0, end + 2);
  return language >= 0 && data.indexOf(0, language + 1) >= 0;
}

/** TIFF's byte order mark and 42. */
function isExif(data: Uint8Array): boolean {
  const [first, second, third, fourth] = data;
  if (data.length < 8 || first !== second) return false;
  return (first === 0x49 && third === 42 && fourth === 0) || (first === 0x4d && third === 0 && fourth === 42);
}

const WELL_FORMED: Readonly<Record<ChunkKind, (data: Uint8Array, samples: Samples) => boolean>> = {
  // Of RGB and full range, as PNG has it.
  cICP: (data) => data.length === 4 && data[2] === 0 && (data[3] as number) <= 1,
  iCCP: isCompressed,
  sRGB: (data) => data.length === 1 && (data[0] as number) <= 3,
  gAMA: integers(1, 1),
  cHRM: integers(8),
  mDCV: ofLength(24),
  cLLI: integers(2),
  sBIT: (data, { channels, depth }) =>
    data.length === channels && data.every((bits) => bits >= 1 && bits <= depth),
  pHYs: (data) => integers(2)(data.subarray(0, 8)) && data.length === 9 && (data[8] as number) <= 1,
  eXIf: isExif,
  iTXt: isInternationalText,
  tEXt: (data) => keywordEnd(data) > 0,
  zTXt: isCompressed,
};

/** Whether chunks are all of the given kinds, well formed, and each once where one is all there may be. */
export function areSound(chunks: readonly Chunk[], kinds: readonly string[], samples: Samples): boolean {
  return findUnsound(chunks, kinds, samples) === undefined;
}

/** @param name of the list, as the caller knows it: `colour` or `metadata`. @throws LoecError E_USAGE for a chunk that can't be written */
export function checkChunks(
  name: string,
  chunks: readonly Chunk[],
  kinds: readonly string[],
  samples: Samples,
): void {
  const unsound = findUnsound(chunks, kinds, samples);
  if (unsound === undefined) return;
  const rule = `well-formed PNG chunks of the kinds ${kinds.join(', ')}, texts apart each once`;
  throw new LoecError('E_USAGE', `expected ${rule} for ${name}, received ${JSON.stringify(unsound.type)}`);
}

function findUnsound(
  chunks: readonly Chunk[],
  kinds: readonly string[],
  samples: Samples,
): Chunk | undefined {
  const seen = new Set<string>();
  return chunks.find(({ type, data }) => {
    const isRepeated = seen.has(type) && !isRepeatable(type);
    seen.add(type);
    return isRepeated || !kinds.includes(type) || !isWellFormed({ type, data }, samples);
  });
}

/** Whether the data is what a chunk of its kind holds; texts and profiles are not inflated. */
export function isWellFormed({ type, data }: Chunk, samples: Samples): boolean {
  return WELL_FORMED[type as ChunkKind](data, samples);
}
