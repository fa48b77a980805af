/** @file What a fit is expected to take and to come to: by the tables of docs/quality.md, for photographs. */

/** Training steps by effort, 1 … 9. */
const STEPS = [140, 300, 500, 850, 1200, 2600, 5000, 9000, 15_000];

/** From this effort on networks are large, and a step takes longer by the factor. */
const LARGE = { effort: 6, factor: 1.7 };

/** Of the measured picture: its pixels, the threads, a step and all that is no step, in seconds. */
const MEASURED = { pixels: 768 * 512, threads: 2, step: 0.06, rest: 4 };

/** Pictures of so many pixels are fitted twice, and the better file is kept. */
const SMALL_PIXELS = 32_768;

/** Threads beyond so many are of little use. */
const MOST_THREADS = 8;

/** Bits per pixel and SSIMULACRA2 by quality. */
const QUALITIES = [
  { quality: 0, bpp: 0.07, score: -5 },
  { quality: 20, bpp: 0.182, score: 25 },
  { quality: 40, bpp: 0.458, score: 58 },
  { quality: 60, bpp: 0.937, score: 78 },
  { quality: 80, bpp: 1.797, score: 88 },
  { quality: 100, bpp: 4.1, score: 93 },
] as const;

/** How many threads a fit of this page has. */
export function threadsHere(): number {
  return globalThis.crossOriginIsolated ? navigator.hardwareConcurrency : 1;
}

export function expectedSeconds(pixels: number, effort: number, threads: number): number {
  const steps = STEPS[effort - 1] as number;
  const { step, rest } = MEASURED;
  const fit = rest + steps * step * (effort < LARGE.effort ? 1 : LARGE.factor);
  const work = pixels <= SMALL_PIXELS ? 2 * fit : fit;
  return (work * pixels * MEASURED.threads) / (MEASURED.pixels * Math.min(threads, MOST_THREADS));
}

/** Interpolated, the bits on a logarithmic scale. */
export function expectedRate(quality: number): { readonly bpp: number; readonly score: number } {
  const above = QUALITIES.findIndex((row) => row.quality >= quality);
  const high = QUALITIES[above] as (typeof QUALITIES)[number];
  const low = QUALITIES[Math.max(0, above - 1)] as (typeof QUALITIES)[number];
  const t = high === low ? 0 : (quality - low.quality) / (high.quality - low.quality);
  return { bpp: low.bpp ** (1 - t) * high.bpp ** t, score: low.score * (1 - t) + high.score * t };
}
