/** @file What a fit begins with: the size of a quality, the width for a size, the steps for an effort. */

import { LoecError } from '../../errors.ts';
import { type CoordinatePreset, type PresetOptions, presetSpec } from '../../field/presets.ts';
import { type FieldSpec, parameterCount, usesSegmentation } from '../../field/spec.ts';
import type { Raster, Size } from '../../image/raster.ts';

/** Bits per pixel of quality 0; every 16 points double them. The table is in docs/quality.md. */
const LOWEST_BPP = 0.05;

/** Bits per weight at which width and precision are balanced (docs/experiments.md, "Learning rate, ω and precision"). */
const BITS_PER_WEIGHT = 5.6;

/**
 * Share of a segmented field's file that its label map takes, as a first guess: a large one, as fields can be widened
 * (docs/experiments.md, "Segmentation map of `loe`").
 */
const LABEL_MAP_SHARE = 0.5;

/** The label map may take at most this share of the file. */
const MAX_LABEL_MAP_SHARE = 0.6;

/** Bytes of prelude, header and section frames. */
const FRAME_BYTES = 80;

/** Of the bytes of the narrowest field: what a picture of a few pixels may take. */
const MOST_BESIDES = 4;

/** Coded weights never take fewer bits than this on average and still draw a picture. */
const MIN_BITS_PER_WEIGHT = 2;

/** Widest layer that is planned without being asked for. */
const MAX_PLANNED_WIDTH = 512;

/** Width of the paper's fields. */
export const PAPER_WIDTH = 256;

/** Training steps of the efforts 1 … 9. */
export const EFFORT_STEPS = [400, 800, 1500, 2800, 5000, 9000, 16000, 30000, 60000] as const;

/** Bits per pixel of a quality of 0 … 100. */
export function bppOfQuality(quality: number): number {
  return LOWEST_BPP * 2 ** (quality / 16);
}

/** Not rounded. */
export function bytesOfQuality({ width, height }: Size, quality: number): number {
  return (width * height * bppOfQuality(quality)) / 8;
}

/** Bytes of a quality, or of the narrowest field as it is planned where those are more: a quality asks for no size. */
export function plannedBytes(request: FieldRequest, picture: Size, quality: number): number {
  const narrowestBytes = besidesOf(request) + plannedWeightBits(narrowest(request)) / 8;
  return Math.round(Math.max(narrowestBytes, bytesOfQuality(picture, quality)));
}

/** More bytes than these no file should have: those of the picture's samples, and what a field takes besides. */
export function mostBytes(request: FieldRequest, { width, height, channels, depth }: Raster): number {
  return MOST_BESIDES * leastBytes(request) + (width * height * channels * depth) / 8;
}

export interface FieldRequest extends Omit<PresetOptions, 'width'> {
  readonly preset: CoordinatePreset;
  /** Bytes of the file that are neither weights nor label map, where they are more than those of a plain picture: profiles, notes, alpha. */
  readonly besides?: number;
}

/**
 * The field whose weights fill what the label map leaves of `bytes`, at BITS_PER_WEIGHT.
 * @param labelMapBytes that the label map will take
 * @throws LoecError E_TARGET where even the narrowest is too big
 */
export function specForSize(
  request: FieldRequest,
  bytes: number,
  labelMapBytes = LABEL_MAP_SHARE * (bytes - besidesOf(request)),
): FieldSpec {
  const specOf = (width: number | readonly number[]): FieldSpec =>
    presetSpec(request.preset, { ...request, width });
  const least = leastBytes(request);
  if (bytes < least) {
    const advice = `ask for about ${least} bytes or more`;
    throw new LoecError('E_TARGET', `a ${request.preset} field does not fit in ${bytes} bytes; ${advice}`);
  }
  const room = bytes - besidesOf(request) - (usesSegmentation(specOf(1)) ? labelMapBytes : 0);
  const distance = (spec: FieldSpec): number => Math.abs(plannedWeightBits(spec) / 8 - room);
  let best = specOf(1);
  for (const widths of growingWidths(best.layers.length - 1)) {
    const spec = specOf(widths);
    if (distance(spec) > distance(best)) break;
    best = spec;
  }
  return best;
}

/** Widths of hidden layers, each one layer wider than those before: the first of the narrowest. */
function* growingWidths(count: number): Iterable<readonly number[]> {
  const widths = Array<number>(count).fill(1);
  for (;;) {
    const narrowest = Math.min(...widths);
    if (narrowest >= MAX_PLANNED_WIDTH) return;
    widths[widths.indexOf(narrowest)] = narrowest + grainOf(narrowest);
    yield [...widths];
  }
}

/** Kernels work on panels of eight units: a wide layer that fills none of its panels in part costs nothing that it does not use. */
function grainOf(width: number): number {
  if (width < 6) return 1;
  if (width < 12) return 2;
  return width < 24 ? 4 : 8;
}

/** Bytes that the label map may take at most. */
export function labelMapBudget(request: FieldRequest, spec: FieldSpec, bytes: number): number {
  const room = bytes - besidesOf(request);
  return Math.max(0, Math.min(MAX_LABEL_MAP_SHARE * room, room - leastWeightBytes(spec)));
}

/** Bits that the weights of a field are planned to take. */
export function plannedWeightBits(spec: FieldSpec): number {
  return parameterCount(spec) * BITS_PER_WEIGHT;
}

/** Bytes below which no field of the request is planned. */
function leastBytes(request: FieldRequest): number {
  return besidesOf(request) + Math.ceil(leastWeightBytes(narrowest(request)));
}

/** The narrowest field of a request. */
export function narrowest(request: FieldRequest): FieldSpec {
  return presetSpec(request.preset, { ...request, width: 1 });
}

function besidesOf({ besides = 0 }: FieldRequest): number {
  return Math.max(FRAME_BYTES, besides);
}

function leastWeightBytes(spec: FieldSpec): number {
  return (parameterCount(spec) * MIN_BITS_PER_WEIGHT) / 8;
}
