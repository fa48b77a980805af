/**
 * @file What the mixer sees of the network, in the latent's record: its inputs, then its hidden units, both of 256. The limits keep the sum
 * of their squares small enough for the rate at which weights learn.
 */

import { EVIDENCE_AT } from '../constants';

const UNIT_LIMIT: i16 = 255;
const LATENT_LIMIT: i16 = 3;

/** Hidden units. @param to not after `units` */
// @ts-ignore: decorator
@inline
export function showUnits(units: usize, to: usize, bytes: usize): void {
  const limit = i16x8.splat(UNIT_LIMIT);
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(to + i, i16x8.min_s(i16x8.shr_s(v128.load(units + i), 2), limit));
  }
}

/** The magnitudes of the inputs, for all decisions but that on a sign. */
// @ts-ignore: decorator
@inline
export function showMagnitudes(record: usize, bytes: usize): void {
  const most = i16x8.splat(LATENT_LIMIT);
  for (let i: usize = 0; i < bytes; i += 16) {
    const magnitudes = i16x8.min_s(i16x8.abs(v128.load(record + i)), most);
    v128.store(record + i, i16x8.shl(magnitudes, 6), EVIDENCE_AT);
  }
}

/** The inputs with their signs. */
// @ts-ignore: decorator
@inline
export function showSigned(record: usize, bytes: usize): void {
  const most = i16x8.splat(LATENT_LIMIT), least = i16x8.splat(-LATENT_LIMIT);
  for (let i: usize = 0; i < bytes; i += 16) {
    const seen = i16x8.max_s(i16x8.min_s(v128.load(record + i), most), least);
    v128.store(record + i, i16x8.shl(seen, 6), EVIDENCE_AT);
  }
}
