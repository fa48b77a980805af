/**
 * @file ICC profiles that say by formula what the samples of a picture are: a matrix with curves, or of grey a curve (ICC.1:2022,
 * section 8.3 and annex F). Profiles of strangers are given to the reader: it takes no more than it understands, and nothing for granted.
 */

import { type Curve, readCurve } from './curve.ts';
import { textAt, viewOf } from './fields.ts';

/** All that a profile says of colours by any intent. */
export interface MatrixProfile {
  /** ICC's code of the rendering intent. */
  readonly intent: number;
  /** XYZ of red, of green and of blue, relative to D50, in 65536ths; none of grey. */
  readonly colorants: readonly number[];
  /** From a sample to light: of red, green and blue, or of grey. */
  readonly curves: readonly Curve[];
  /** The matrix from the white of the medium to D50, row by row, in 65536ths. */
  readonly adaptation: readonly number[];
}

/** Bytes before the tags: the header, and their number. */
export const TAGS_AT = 132;

/** Bytes of a tag in the table: signature, offset, length. */
const TAG_BYTES = 12;

/** Tags that are looked at; profiles of displays have some twenty. */
const MOST_TAGS = 100;

/** Classes of profiles whose matrix goes from samples to colours: displays, cameras and scanners, colour spaces. */
const CLASSES: readonly string[] = ['mntr', 'scnr', 'spac'];

/** Tables and codes that count in place of the matrix where a profile has them. */
const IN_PLACE_OF_MATRIX = /^(?:[ABD]2[ABD]\d|cicp|gamt)$/;

export const IDENTITY: readonly number[] = [65536, 0, 0, 0, 65536, 0, 0, 0, 65536];

/** null for bytes that are no profile, or one of another kind. */
export function readMatrixProfile(bytes: Uint8Array): MatrixProfile | null {
  const space = readSpace(bytes);
  const tags = readTags(bytes);
  if (!tags || [...tags.keys()].some((name) => IN_PLACE_OF_MATRIX.test(name))) return null;
  const channels = { 'RGB ': ['r', 'g', 'b'], GRAY: ['k'] }[space ?? ''];
  if (!channels || !CLASSES.includes(textAt(bytes, 12)) || textAt(bytes, 20) !== 'XYZ ') return null;
  const curves = channels.map((name) => readCurve(tags.get(`${name}TRC`)));
  const columns = space === 'GRAY' ? [] : channels.map((name) => fixedOf(tags.get(`${name}XYZ`), 'XYZ ', 3));
  const chad = tags.get('chad');
  const adaptation = chad ? fixedOf(chad, 'sf32', 9) : IDENTITY;
  if (!areAll(curves) || !areAll(columns) || !adaptation) return null;
  return { intent: viewOf(bytes).getUint32(64), colorants: columns.flat(), curves, adaptation };
}

/** The colour space of the samples, four characters; null for what is no profile of versions 2 to 4. */
function readSpace(bytes: Uint8Array): string | null {
  // With another length than it says, readers take no profile.
  if (bytes.length < TAGS_AT || textAt(bytes, 36) !== 'acsp' || viewOf(bytes).getUint32(0) !== bytes.length)
    return null;
  const version = bytes[8] as number;
  return version >= 2 && version <= 4 ? textAt(bytes, 16) : null;
}

/** The data of each tag; null where a tag lies outside of the profile. */
export function readTags(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> | null {
  if (readSpace(bytes) === null) return null;
  const view = viewOf(bytes);
  const count = view.getUint32(TAGS_AT - 4);
  if (count > MOST_TAGS || TAGS_AT + count * TAG_BYTES > bytes.length) return null;
  const tags = new Map<string, Uint8Array>();
  for (let at = TAGS_AT; at < TAGS_AT + count * TAG_BYTES; at += TAG_BYTES) {
    const [start, length] = [view.getUint32(at + 4), view.getUint32(at + 8)];
    if (start + length > bytes.length) return null;
    tags.set(textAt(bytes, at), bytes.subarray(start, start + length));
  }
  return tags;
}

/** So many numbers of 16 bits before the point and 16 behind it, in 65536ths. */
function fixedOf(data: Uint8Array | undefined, type: string, count: number): number[] | null {
  if (!data || data.length < 8 + 4 * count || textAt(data, 0) !== type) return null;
  const view = viewOf(data);
  return Array.from({ length: count }, (_, i) => view.getInt32(8 + 4 * i));
}

function areAll<T>(values: readonly (T | null)[]): values is T[] {
  return values.every((value) => value !== null);
}
