/** @file A picture of where two pictures differ: absolute differences of the samples, amplified until they can be seen. */

import { hasAlpha, type Picture, peakOf, type Raster } from '../../image/raster.ts';

/** Share of the samples whose difference is drawn in full; larger ones are as bright as can be. A few of the largest would leave all others black. */
const DRAWN = 0.99;

export interface Difference {
  /** Grey or RGB of 8 bits: black where both are equal. */
  readonly picture: Picture;
  /** By how much differences are multiplied. */
  readonly amplification: number;
  /** The largest difference, before it is amplified, as a share of the range of samples. */
  readonly largest: number;
}

/**
 * @param a of the same size, channels and depth as `b`
 * @param asked the amplification, else the largest power of two that still draws nearly all differences in full
 */
export function drawDifference(a: Raster, b: Raster, asked?: number): Difference {
  const { width, height, channels } = a;
  const peak = peakOf(a.depth);
  const differences = differencesOf(a, b);
  const amplification = asked ?? amplificationOf(differences, peak);
  const scale = (255 * amplification) / peak;
  const data = Uint8Array.from(differences, (difference) => Math.min(255, Math.round(scale * difference)));
  const largest = differences.reduce((most, difference) => Math.max(most, difference), 0) / peak;
  return {
    picture: { width, height, channels: channels > 2 ? 3 : 1, depth: 8, data },
    amplification,
    largest,
  };
}

/** [height, width, colours], in levels. Colours count as far as alpha lets them through: over black or over white, whichever differs more. */
function differencesOf(a: Raster, b: Raster): Uint16Array {
  if (!hasAlpha(a)) return Uint16Array.from(a.data, (value, i) => Math.abs(value - (b.data[i] as number)));
  const colours = a.channels - 1;
  const peak = peakOf(a.depth);
  const differences = new Uint16Array(a.width * a.height * colours);
  for (let i = 0; i < differences.length; i++) {
    const pixel = a.channels * Math.floor(i / colours);
    const [alphaA, alphaB] = [a.data[pixel + colours] as number, b.data[pixel + colours] as number];
    const sample = pixel + (i % colours);
    const overBlack = ((a.data[sample] as number) * alphaA - (b.data[sample] as number) * alphaB) / peak;
    const overWhite = overBlack - (alphaA - alphaB);
    differences[i] = Math.round(Math.max(Math.abs(overBlack), Math.abs(overWhite)));
  }
  return differences;
}

/** 1 for equal pictures. */
function amplificationOf(differences: Uint16Array, peak: number): number {
  const counts = new Uint32Array(peak + 1);
  for (const difference of differences) counts[difference] = (counts[difference] as number) + 1;
  let left = DRAWN * differences.length;
  const drawn = counts.findIndex((count) => {
    left -= count;
    return left <= 0;
  });
  return drawn === 0 ? amplificationOfFew(counts, peak) : powerBelow(peak / drawn);
}

/** Of pictures that are equal nearly everywhere: by the largest difference. */
function amplificationOfFew(counts: Uint32Array, peak: number): number {
  const largest = counts.findLastIndex((count) => count > 0);
  return largest === 0 ? 1 : powerBelow(peak / largest);
}

function powerBelow(most: number): number {
  return 2 ** Math.floor(Math.log2(most));
}
