/**
 * @file Multi-scale structural similarity of Wang, Simoncelli and Bovik, "Multiscale structural similarity for image quality
 * assessment", 2003: contrast and structure at five resolutions, luminance at the coarsest.
 */

import type { Raster } from '../image/raster.ts';
import { colourPlanesOf, lumaOf, type Plane, similarity, WINDOW } from './ssim.ts';

/** Exponents from the finest scale to the coarsest (section 3.2); their sum is 1.0001. */
const WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/** MS-SSIM of the luma of two pictures of one size, 0 … 1, and 1 for equal ones. Alpha doesn't count. */
export function msSsim(a: Raster, b: Raster): number {
  return planeMsSsim(lumaOf(a), lumaOf(b));
}

/** The mean MS-SSIM of red, green and blue, which learned codecs are measured by; of a grey picture that of its one plane. */
export function msSsimRgb(a: Raster, b: Raster): number {
  const planesB = colourPlanesOf(b);
  const values = colourPlanesOf(a).map((plane, i) => planeMsSsim(plane, planesB[i] as Plane));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The product of cs^w over the scales but the last, and of
 * (l·cs)^w there, where each factor is a mean over all windows. A factor below 0, which has no real power, counts as 0.
 *
 * Five scales need a shorter side of 176 pixels; below, there are as many as give the coarsest a full window, at least one,
 * and their weights are divided by their sum. One scale is SSIM.
 */
function planeMsSsim(a: Plane, b: Plane): number {
  const weights = weightsFor(Math.min(a.width, a.height));
  let [planeA, planeB] = [a, b];
  let product = 1;
  for (const weight of weights.slice(0, -1)) {
    product *= Math.max(0, similarity(planeA, planeB).contrastStructure) ** weight;
    [planeA, planeB] = [halved(planeA), halved(planeB)];
  }
  return product * Math.max(0, similarity(planeA, planeB).ssim) ** (weights.at(-1) as number);
}

/** A weight per scale, for a picture whose shorter side is `side`. */
function weightsFor(side: number): number[] {
  const weights = WEIGHTS.filter((_, scale) => scale === 0 || side >> scale >= WINDOW);
  const sum = weights.length < WEIGHTS.length ? weights.reduce((total, weight) => total + weight, 0) : 1;
  return weights.map((weight) => weight / sum);
}

/** Means of blocks of 2×2; the last column or row of an odd size has no partner and is left out. */
function halved({ width, height, data }: Plane): Plane {
  const columns = width >> 1;
  const rows = height >> 1;
  const means = new Float64Array(columns * rows);
  for (let i = 0; i < means.length; i++) {
    const top = 2 * Math.floor(i / columns) * width + 2 * (i % columns);
    const bottom = top + width;
    const upper = (data[top] as number) + (data[top + 1] as number);
    means[i] = (upper + (data[bottom] as number) + (data[bottom + 1] as number)) / 4;
  }
  return { width: columns, height: rows, data: means };
}
