/** @file From outputs to samples pixel by pixel, as formats/loe.md, section 8, has it, in the order of its sentences. */

import type { Raster, Size } from '../../src/image/raster.ts';
import { referenceBorders } from '../borders-reference.ts';

/** The header's `samples`, written out. */
export interface ReferenceSamples {
  readonly colours: number;
  readonly low: number;
  readonly high: number;
  /** 'output', 'mask' or a constant; null for a picture without alpha. */
  readonly alpha: 'output' | 'mask' | number | null;
  /** Per output of colour, where alpha is an output. */
  readonly base?: readonly number[];
}

const TRANSPARENT = 0;
const OPAQUE = 1;
const BETWEEN = 2;

/** Weight of a pixel at a distance along an axis: Keys, a = −½. */
function keys(distance: number): number {
  const d = Math.abs(distance);
  if (d >= 2) return 0;
  return d < 1 ? 1.5 * d ** 3 - 2.5 * d ** 2 + 1 : -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2;
}

/** The class of alpha at pixel coordinates, or null where two of them are as good as equal. */
export function classOfAlpha(
  labels: Uint8Array,
  { width, height }: Size,
  column: number,
  row: number,
): number | null {
  const sums = [0, 0, 0];
  for (let y = Math.floor(row) - 1; y <= Math.floor(row) + 2; y++) {
    for (let x = Math.floor(column) - 1; x <= Math.floor(column) + 2; x++) {
      const at = Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x));
      const label = labels[at] as number;
      const weight = keys(x - column) * keys(y - row);
      if (Math.abs(weight) > 1e-9 && label === BETWEEN) return BETWEEN;
      sums[label] = (sums[label] as number) + weight;
    }
  }
  const [transparent, opaque] = sums as [number, number, number];
  if (Math.abs(transparent - opaque) < 1e-9) return null;
  return transparent > opaque ? TRANSPARENT : OPAQUE;
}

/** The opacities of a mask at pixel coordinates. @param scale pixels of the output in one of the picture */
export function opacitiesOfMask(
  labels: Uint8Array,
  size: Size,
  scale: number,
): (column: number, row: number) => number {
  const bordersAt = referenceBorders(labels, size, scale);
  return (column, row) => {
    const { own, other, share } = bordersAt(column, row);
    return other + share * (own - other);
  };
}

/** Premultiplied values of a position. @param label its class of alpha, where it has one; of a mask its opacity */
export function referenceValues(
  outputs: readonly number[],
  { colours, alpha }: ReferenceSamples,
  label: number,
  peak: number,
): number[] {
  if (alpha !== 'output' && alpha !== 'mask') return [...outputs];
  const ofColour = outputs.slice(0, colours);
  if (alpha === 'mask') {
    return [...ofColour.map((o) => Math.fround(label * o)), Math.fround(2 * label - 1)];
  }
  const outputOfAlpha = outputs.at(-1) as number;
  if (label === TRANSPARENT) return [...ofColour.map(() => 0), -1];
  if (label === OPAQUE) {
    const opacity = Math.max(1 / 2, (outputOfAlpha + 1) / 2);
    return [...ofColour.map((o) => Math.fround((1 / opacity) * o)), 1];
  }
  const bound = 1 - 2 / peak;
  return [...ofColour, Math.fround(Math.max(-bound, Math.min(bound, outputOfAlpha)))];
}

function sampleOf(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.floor(((value + 1) * (high - low)) / 2 + low + 0.5)));
}

/** The samples of a pixel. @param values of its position, or means of those of several */
export function referenceSamples(
  values: readonly number[],
  { colours, low, high, alpha, base }: ReferenceSamples,
  { channels }: Pick<Raster, 'channels'>,
  peak: number,
): number[] {
  const isGrey = channels < 3;
  const hasValue = alpha === 'output' || alpha === 'mask';
  const value = hasValue ? (values[colours] as number) : 1;
  const opacity = (value + 1) / 2;
  const colour = (i: number): number => {
    const output = colours === 1 ? 0 : i;
    const m = base && high > low ? (2 * ((base[output] as number) - low)) / (high - low) - 1 : 0;
    return sampleOf(m + (values[output] as number) / opacity, low, high);
  };
  const ofColour = isGrey ? [colour(0)] : [colour(0), colour(1), colour(2)];
  if (alpha === null) return ofColour;
  const sample = hasValue ? sampleOf(value, 0, peak) : alpha;
  return sample === 0 ? [...ofColour.map(() => 0), 0] : [...ofColour, sample as number];
}
