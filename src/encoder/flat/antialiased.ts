/** @file Whether a picture has soft edges. */

import type { IndexedPicture } from '../../image/palette.ts';

/** Share of the changes of colour that are soft in a picture with soft edges (docs/experiments.md, "Graphics between pixels"). */
const LEAST_SHARE = 0.15;

/**
 * Whether colours lie between those of the pixels beside them, or above and below, so often that they are soft edges.
 * @param size of the picture
 */
export function isAntialiased(
  { palette: { samples, channels }, indices }: IndexedPicture,
  { width, height }: { readonly width: number; readonly height: number },
): boolean {
  /** Strictly between two others, and not beyond them in any channel. */
  const isBetween = (index: number, one: number, other: number): boolean => {
    if (index === one || index === other) return false;
    for (let i = 0; i < channels; i++) {
      const sample = samples[index * channels + i] as number;
      const [a, b] = [samples[one * channels + i] as number, samples[other * channels + i] as number];
      if (sample < Math.min(a, b) || sample > Math.max(a, b)) return false;
    }
    return true;
  };
  let [changes, soft] = [0, 0];
  const count = (at: number, step: number): void => {
    const [before, index, after] = [at - step, at, at + step].map((i) => indices[i]) as [
      number,
      number,
      number,
    ];
    if (index === before) return;
    changes++;
    if (isBetween(index, before, after)) soft++;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (x > 0 && x < width - 1) count(y * width + x, 1);
      if (y > 0 && y < height - 1) count(y * width + x, width);
    }
  }
  return soft > LEAST_SHARE * changes;
}
