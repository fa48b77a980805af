/**
 * @file The decoder's way: from a field's outputs to samples. In between are *premultiplied values*, of which means over positions can be
 * taken: the colours, less their base, times alpha, and, where the picture's alpha varies, alpha itself, all as values in [−1, 1].
 */

import { allocateSamples, type BitDepth, hasAlpha, peakOf } from '../image/raster.ts';
import { valuesToSamples } from '../image/values.ts';
import {
  BETWEEN,
  baseValues,
  coloursOf,
  type SampleFormat,
  type SampleMapping,
  TRANSPARENT,
} from './mapping.ts';

/** Premultiplied values of a position. */
export function valueCount(mapping: SampleMapping): number {
  return mapping.colours + Number(hasValueOfAlpha(mapping));
}

function hasValueOfAlpha({ alpha }: SampleMapping): boolean {
  return alpha.kind === 'mask' || alpha.kind === 'output';
}

/** In an opaque place, what outputs of alpha are at least: colours are not to be made of noise. */
const LEAST_OPACITY = 0.5;

/**
 * Makes alpha what the classes say. Outputs of a mapping with an output of alpha are overwritten.
 * @param outputs [positions, outputs]
 * @param classes [positions] of alpha; null where there is no label map of them; of a mask the opacities, 0 … 1
 * @returns [positions, values]
 */
export function premultipliedValues(
  outputs: Float32Array,
  classes: ArrayLike<number> | null,
  mapping: SampleMapping,
  depth: BitDepth,
): Float32Array {
  switch (mapping.alpha.kind) {
    case 'mask':
      return maskedValues(outputs, classes as ArrayLike<number>, mapping);
    case 'output':
      return valuesOfClasses(outputs, classes, mapping, depth);
    default:
      return outputs;
  }
}

function maskedValues(
  outputs: Float32Array,
  opacities: ArrayLike<number>,
  { colours }: SampleMapping,
): Float32Array {
  const values = new Float32Array((outputs.length / colours) * (colours + 1));
  for (let from = 0, to = 0, i = 0; from < outputs.length; from += colours, to += colours + 1, i++) {
    const opacity = opacities[i] as number;
    for (let c = 0; c < colours; c++) values[to + c] = opacity * (outputs[from + c] as number);
    values[to + colours] = 2 * opacity - 1;
  }
  return values;
}

function valuesOfClasses(
  values: Float32Array,
  classes: ArrayLike<number> | null,
  { colours }: SampleMapping,
  depth: BitDepth,
): Float32Array {
  // Neither 0 nor the peak after rounding.
  const most = 1 - 2 / peakOf(depth);
  for (let at = 0, i = 0; at < values.length; at += colours + 1, i++) {
    const label = classes ? (classes[i] as number) : BETWEEN;
    const alpha = values[at + colours] as number;
    const factor = factorOf(label, alpha);
    for (let c = at; c < at + colours; c++) values[c] = factor * (values[c] as number);
    values[at + colours] = alphaOf(label, alpha, most);
  }
  return values;
}

/** From a colour that is premultiplied by an output of alpha to one that is by the alpha of its class. */
function factorOf(label: number, alpha: number): number {
  if (label === BETWEEN) return 1;
  return label === TRANSPARENT ? 0 : 1 / Math.max(LEAST_OPACITY, (alpha + 1) / 2);
}

function alphaOf(label: number, alpha: number, most: number): number {
  if (label === BETWEEN) return Math.min(most, Math.max(-most, alpha));
  return label === TRANSPARENT ? -1 : 1;
}

/**
 * The nearest samples, of straight alpha; what is transparent is 0 in every channel. Values outside [−1, 1] are clipped, NaN is the least.
 * @param values [pixels, values] or means of such
 * @returns [pixels, channels]
 */
export function mappedSamples(
  values: Float32Array,
  mapping: SampleMapping,
  format: SampleFormat,
): Uint8Array | Uint16Array {
  const { depth, channels } = format;
  if (isPlain(mapping, format)) return valuesToSamples(values, depth);
  const { colours } = mapping;
  const colourChannels = coloursOf(channels);
  const peak = peakOf(depth);
  const stride = valueCount(mapping);
  const varies = hasValueOfAlpha(mapping);
  const base = baseValues(mapping) ?? [0, 0, 0];
  const constant = mapping.alpha.kind === 'constant' ? mapping.alpha.value : peak;
  const samples = allocateSamples(depth, (values.length / stride) * channels);
  for (let from = 0, to = 0; from < values.length; from += stride, to += channels) {
    const value = varies ? (values[from + colours] as number) : 1;
    const alpha = varies ? sampleOf(value, 0, peak) : constant;
    if (alpha === 0) continue;
    const opacity = (value + 1) / 2;
    for (let c = 0; c < colourChannels; c++) {
      const output = Math.min(c, colours - 1);
      const colour = (base[output] as number) + (values[from + output] as number) / opacity;
      samples[to + c] = sampleOf(colour, mapping.low, mapping.high);
    }
    if (hasAlpha(format)) samples[to + channels - 1] = alpha;
  }
  return samples;
}

/** Whether values are those of the channels, and none of them is alpha. */
function isPlain({ colours, low, high, alpha }: SampleMapping, { channels, depth }: SampleFormat): boolean {
  return colours === channels && low === 0 && high === peakOf(depth) && alpha.kind === 'none';
}

/** The nearest sample to a value in [−1, 1], ties upwards. */
function sampleOf(value: number, low: number, high: number): number {
  const sample = Math.floor(((value + 1) * (high - low)) / 2 + low + 0.5);
  return Math.min(high, Math.max(low, sample || 0));
}
