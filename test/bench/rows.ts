/** @file Made-up rows: a codec's curve on a picture. */

import type { GoodRow, Row } from '../../src/bench/row.ts';

/** @param scores by metric */
export function goodRow(
  picture: string,
  codec: string,
  q: number,
  bpp: number,
  scores: GoodRow['scores'],
): GoodRow {
  return {
    picture,
    sha256: `of ${picture}`,
    codec,
    setting: { q },
    upscale: 1,
    machine: '2 × abacus',
    measured: '2026-11-25T00:00:00.000Z',
    version: '1.0',
    depth: 8,
    codedDepth: 8,
    width: 100,
    height: 80,
    bytes: 1000 * bpp,
    bpp,
    scores,
    encodeSeconds: 2,
    decodeSeconds: 0.5,
    peakMemory: 1e8,
    file: `files/${picture}`,
  };
}

export function failedRow(picture: string, codec: string, q: number, error: string): Row {
  const { machine, measured, sha256, upscale } = goodRow(picture, codec, q, 1, {});
  return { picture, sha256, codec, setting: { q }, upscale, machine, measured, error };
}

/** Five points whose PSNR rises by 3 dB per doubling of the rate, from 30 dB at `bpp`. */
export function curveRows(picture: string, codec: string, bpp: number): GoodRow[] {
  return [0, 1, 2, 3, 4].map((i) => goodRow(picture, codec, i, bpp * 2 ** i, { psnr: 30 + 3 * i }));
}
