/** @file The window of SSIM's moments along an axis: a Gaussian, cut off. */

import { WINDOW_SIGMA } from './calibration.ts';
import { RADIUS } from './constants.ts';

/** Weights of positions 0 … RADIUS away; those of both sides add up to 1. */
export function windowTaps(): Float64Array {
  const taps = Float64Array.from({ length: RADIUS + 1 }, (_, i) => Math.exp(-0.5 * (i / WINDOW_SIGMA) ** 2));
  const sum = taps.reduce((total, tap, i) => total + (i === 0 ? tap : 2 * tap), 0);
  return taps.map((tap) => tap / sum);
}

/** One over the part of a window that lies inside, of each of `count` positions. */
export function insideFactors(count: number): Float64Array {
  const taps = windowTaps();
  return Float64Array.from({ length: count }, (_, position) => {
    let inside = 0;
    for (let other = position - RADIUS; other <= position + RADIUS; other++) {
      if (other >= 0 && other < count) inside += taps[Math.abs(other - position)] as number;
    }
    return 1 / inside;
  });
}
