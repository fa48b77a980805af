/**
 * @file The encoder's way: the mapping of a picture, and the picture that its field is fitted to, whose channels are the field's outputs.
 */

import { withoutHiddenColour } from '../image/hidden-colour.ts';
import { allocateSamples, type BitDepth, hasAlpha, peakOf, type Raster } from '../image/raster.ts';
import { inpaint } from './inpaint.ts';
import {
  type AlphaClasses,
  type AlphaMapping,
  BETWEEN,
  coloursOf,
  OPAQUE,
  outputCount,
  type SampleMapping,
  TRANSPARENT,
} from './mapping.ts';

/** A picture and what a field is to make of it. */
export interface MappedPicture {
  /** What decoded pictures are held against: the one that was given, without colours that nobody sees. */
  readonly picture: Raster;
  readonly samples: SampleMapping;
  /** Present where alpha has exact values besides others. */
  readonly alpha: AlphaClasses | null;
  /** What the field is fitted to: its channels are the outputs, its range is that of the mapping. */
  readonly target: Raster;
}

export function mapPicture(raster: Raster): MappedPicture {
  const picture = withoutHiddenColour(raster);
  const colours = coloursIn(picture);
  const { alpha, labels } = alphaOf(picture, colours);
  const samples = { ...colours, alpha };
  const { width, height } = picture;
  const mapped = { picture, samples, alpha: labels && { width, height, labels } };
  return { ...mapped, target: targetOf(mapped) };
}

/** A decoded picture as the target is one. Where a mask makes any colour right, it has the target's. */
export function targetOfDecoded(mapped: MappedPicture, decoded: Raster): Raster {
  const { samples, alpha, target } = mapped;
  const outputs = outputPicture(decoded, samples);
  if (samples.alpha.kind !== 'mask' || !alpha) return outputs;
  const { channels, data } = outputs;
  for (let at = 0; at < data.length; at++) {
    if (alpha.labels[Math.floor(at / channels)] === TRANSPARENT) data[at] = target.data[at] as number;
  }
  return outputs;
}

function targetOf({ picture, samples, alpha }: Omit<MappedPicture, 'target'>): Raster {
  const outputs = outputPicture(picture, samples);
  return samples.alpha.kind === 'mask' && alpha ? withHiddenFilled(outputs, alpha) : outputs;
}

type ColourMapping = Omit<SampleMapping, 'alpha'>;

/** How many outputs of colour, and the range of colours that are seen. Ranges of 8 bits are left as they are. */
function coloursIn({ channels, depth, data }: Raster): ColourMapping {
  const colours = coloursOf(channels);
  const peak = peakOf(depth);
  let isGrey = true;
  let [least, most] = [peak, 0];
  for (let at = 0; at < data.length; at += channels) {
    if (hasAlpha({ channels }) && data[at + channels - 1] === 0) continue;
    for (let i = at; i < at + colours; i++) {
      const sample = data[i] as number;
      if (sample !== data[at]) isGrey = false;
      if (sample < least) least = sample;
      if (sample > most) most = sample;
    }
  }
  const isWhole = depth === 8 || least > most;
  return { colours: isGrey ? 1 : colours, low: isWhole ? 0 : least, high: isWhole ? peak : most };
}

/** What becomes of alpha, and its classes where the file is to say them. */
function alphaOf(
  picture: Raster,
  colours: ColourMapping,
): { alpha: AlphaMapping; labels: Uint8Array | null } {
  const { channels, depth, data } = picture;
  if (!hasAlpha(picture)) return { alpha: { kind: 'none' }, labels: null };
  const first = data[channels - 1] as number;
  const peak = peakOf(depth);
  const labels = new Uint8Array(picture.width * picture.height);
  const counts = [0, 0, 0];
  let isConstant = true;
  for (let i = 0, at = channels - 1; i < labels.length; i++, at += channels) {
    const sample = data[at] as number;
    if (sample !== first) isConstant = false;
    const label = sample === 0 ? TRANSPARENT : sample === peak ? OPAQUE : BETWEEN;
    labels[i] = label;
    counts[label] = (counts[label] as number) + 1;
  }
  if (isConstant) return { alpha: { kind: 'constant', value: first }, labels: null };
  if (counts[BETWEEN] === 0) return { alpha: { kind: 'mask' }, labels };
  const base = Array.from({ length: colours.colours }, (_, channel) => baseOf(picture, colours, channel));
  const hasExact = counts[BETWEEN] !== labels.length;
  return { alpha: { kind: 'output', base }, labels: hasExact ? labels : null };
}

/** The mean sample of what is seen of a channel, or the nearest to it from which no premultiplied colour is too far for its output. */
function baseOf({ channels, depth, data }: Raster, { low, high }: ColourMapping, channel: number): number {
  const peak = peakOf(depth);
  const reach = (high - low) / 2;
  let [sum, weights, least, most] = [0, 0, low, high];
  for (let at = 0; at < data.length; at += channels) {
    const opacity = (data[at + channels - 1] as number) / peak;
    if (opacity === 0) continue;
    const sample = data[at + channel] as number;
    sum += opacity * sample;
    weights += opacity;
    least = Math.max(least, sample - reach / opacity);
    most = Math.min(most, sample + reach / opacity);
  }
  return Math.round(Math.min(most, Math.max(least, sum / weights)));
}

/** The picture whose channels are the outputs that a field of a picture should have. */
function outputPicture(picture: Raster, samples: SampleMapping): Raster {
  const channels = outputCount(samples);
  const isPremultiplied = samples.alpha.kind === 'output';
  const { low, high, colours } = samples;
  const isWhole = low === 0 && high === peakOf(picture.depth);
  if (channels === picture.channels && isWhole && !isPremultiplied) return picture;
  // What is premultiplied has no whole steps of 8 bits.
  const depth: BitDepth = isPremultiplied ? 16 : picture.depth;
  const peak = peakOf(depth);
  const alphaScale = 1 / peakOf(picture.depth);
  const scale = 1 / Math.max(1, high - low);
  const base = samples.alpha.kind === 'output' ? samples.alpha.base : [];
  const data = allocateSamples(depth, picture.width * picture.height * channels);
  for (let from = 0, to = 0; to < data.length; from += picture.channels, to += channels) {
    const opacity = isPremultiplied ? (picture.data[from + picture.channels - 1] as number) * alphaScale : 1;
    for (let c = 0; c < colours; c++) {
      const sample = picture.data[from + c] as number;
      const share = isPremultiplied
        ? 0.5 + (sample - (base[c] as number)) * scale * opacity
        : (sample - low) * scale;
      data[to + c] = Math.round(peak * clipped(share));
    }
    if (isPremultiplied) data[to + colours] = Math.round(peak * opacity);
  }
  return { ...picture, channels, depth, data };
}

function clipped(share: number): number {
  return Math.min(1, Math.max(0, share));
}

/** Transparent pixels of a mask may have any colour: they get what is smooth. */
function withHiddenFilled(outputs: Raster, { labels }: AlphaClasses): Raster {
  const { channels } = outputs;
  const data = outputs.data.slice();
  const known = labels.map((label) => Number(label === OPAQUE));
  for (let channel = 0; channel < channels; channel++) {
    const plane = Float32Array.from(labels, (_, i) => data[channels * i + channel] as number);
    inpaint(plane, known, outputs);
    for (let i = 0; i < plane.length; i++) data[channels * i + channel] = Math.round(plane[i] as number);
  }
  return { ...outputs, data };
}
