/**
 * @file How the outputs of a field and the samples of its picture correspond: which outputs there are, what range of samples they span, and
 * where alpha comes from. `to-outputs.ts` is the way of the encoder, `to-samples.ts` that of the decoder. Normative text: formats/loe.md,
 * sections 5 and 8.
 */

import type { LabelMap } from '../field/indicators.ts';
import { type BitDepth, type ChannelCount, hasAlpha, peakOf, type Raster } from '../image/raster.ts';

export type AlphaMapping =
  /** The picture has no alpha. */
  | { readonly kind: 'none' }
  /** All pixels have this alpha: the field has no output for it. */
  | { readonly kind: 'constant'; readonly value: number }
  /** Alpha is 0 or the peak, as the classes say: the field has no output for it. */
  | { readonly kind: 'mask' }
  /**
   * The last output is alpha, and those of colour are premultiplied: the opacity times how far a colour is from the base. The base of each
   * is a sample; edges of what has the colour of the base are in alpha alone.
   */
  | { readonly kind: 'output'; readonly base: readonly number[] };

export interface SampleMapping {
  /** Outputs of colour: one also stands for the equal red, green and blue of a picture. */
  readonly colours: 1 | 3;
  /** The samples of colour that −1 and 1 stand for, 0 … peak. They are equal in a picture of one sample. */
  readonly low: number;
  readonly high: number;
  readonly alpha: AlphaMapping;
}

/** Classes of alpha. */
export const TRANSPARENT = 0;
export const OPAQUE = 1;
/** Neither of both. */
export const BETWEEN = 2;

/** Of each pixel its class of alpha; a mask has the first two alone. */
export type AlphaClasses = LabelMap;

/** What a mapping is of. */
export type SampleFormat = Pick<Raster, 'channels' | 'depth'>;

export function coloursOf(channels: ChannelCount): 1 | 3 {
  return channels < 3 ? 1 : 3;
}

/** The mapping whose outputs are the channels: those of colour in the full range, and alpha. */
export function plainMapping({ channels, depth }: SampleFormat): SampleMapping {
  const colours = coloursOf(channels);
  const high = peakOf(depth);
  const base = Array<number>(colours).fill(Math.ceil(high / 2));
  return {
    colours,
    low: 0,
    high,
    alpha: hasAlpha({ channels }) ? { kind: 'output', base } : { kind: 'none' },
  };
}

/** The bases of premultiplied colours as values in [−1, 1]; null where colours are not premultiplied. */
export function baseValues({ alpha, low, high }: SampleMapping): readonly number[] | null {
  if (alpha.kind !== 'output') return null;
  return alpha.base.map((sample) => (high > low ? (2 * (sample - low)) / (high - low) - 1 : 0));
}

/** Outputs of the field: 1 grey, 2 grey and alpha, 3 colours, 4 colours and alpha, as the channels of pictures. */
export function outputCount({ colours, alpha }: SampleMapping): ChannelCount {
  return alpha.kind === 'output' ? (colours === 1 ? 2 : 4) : colours;
}

/** How many classes of alpha its label map has; 0 for a mapping without one. */
export function alphaClassCount({ alpha }: SampleMapping): 0 | 2 | 3 {
  if (alpha.kind === 'mask') return 2;
  return alpha.kind === 'output' ? 3 : 0;
}

/**
 * By how much the PSNR of a picture is above that of outputs that span its range, in dB: the peak is that of all samples that its depth
 * allows. 0 for a full range.
 */
export function rangeGain({ low, high }: SampleMapping, depth: BitDepth): number {
  return 20 * Math.log10(peakOf(depth) / Math.max(1, high - low));
}
