/** @file How far pictures are from their original. */

import type { Raster } from '../../../../src/image/raster.ts';
import { psnr } from '../../../../src/metrics/psnr.ts';
import { ssimulacra2Against } from '../../../../src/metrics/ssimulacra2.ts';

export interface Scores {
  readonly ssimulacra2: number;
  /** dB. */
  readonly psnr: number;
}

/** Prepares the original once. */
export function scoresAgainst(original: ImageData): (other: ImageData) => Scores {
  const hasAlpha = original.data.some((sample, i) => i % 4 === 3 && sample < 255);
  const reference = rasterOf(original, hasAlpha);
  const score = ssimulacra2Against(reference);
  return (other) => {
    const raster = rasterOf(other, hasAlpha);
    return { ssimulacra2: score(raster), psnr: psnr(reference, raster) };
  };
}

function rasterOf({ width, height, data }: ImageData, hasAlpha: boolean): Raster {
  const channels = hasAlpha ? 4 : 3;
  const samples = hasAlpha ? data : data.filter((_, i) => i % 4 < 3);
  return {
    width,
    height,
    channels,
    depth: 8,
    data: new Uint8Array(samples.buffer),
    colour: [],
    metadata: [],
  };
}
