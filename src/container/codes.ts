/** @file Between the nouns of the codec and the numbers that stand for them in the header (formats/loe.md, section 5). */

import { isKnownStart, startOf } from '../entropy/starts.ts';
import { assert, damaged, LoecError } from '../errors.ts';
import { type Model, modelOf } from '../field/model.ts';
import { pyramidPlanes } from '../field/pyramid.ts';
import { MAX_STEP_INDEX, MIN_STEP_INDEX } from '../field/quantizer.ts';
import {
  type Activation,
  type FieldInput,
  type FieldSpec,
  type LayerSpec,
  MAX_OVERLAPPING_FREQUENCIES,
  type Selector,
  tileFrequencies,
} from '../field/spec.ts';
import { areSound, DISPLAY_CHUNKS } from '../image/chunk-kinds.ts';
import { iccpData, MAX_PROFILE_BYTES } from '../image/icc/iccp.ts';
import { type Chunk, hasAlpha, peakOf } from '../image/raster.ts';
import {
  type AlphaMapping,
  outputCount,
  plainMapping,
  type SampleFormat,
  type SampleMapping,
} from '../samples/mapping.ts';
import type { CoordinateStart, PyramidModel } from './contents.ts';
import { type FieldHeader, OVERLAP_UNITS, type PictureHeader, type PyramidCodes } from './header.ts';

const SELECT_ONE = 0;
const SELECT_SEGMENT = -1;

/** Codes of the activations that are not sines, which have ω. */
const LINEAR = 0;
const SNAKE = -1;

function selectorCode(selector: Selector): number {
  if (selector.kind === 'one') return SELECT_ONE;
  return selector.kind === 'segment' ? SELECT_SEGMENT : selector.frequency;
}

function selectorOf(code: number): Selector {
  if (code === SELECT_ONE) return { kind: 'one' };
  return code === SELECT_SEGMENT ? { kind: 'segment' } : { kind: 'tile', frequency: code };
}

function activationCode(activation: Activation): number {
  if (activation.kind === 'linear') return LINEAR;
  return activation.kind === 'snake' ? SNAKE : activation.omega;
}

function activationOf(code: number): Activation {
  if (code === LINEAR) return { kind: 'linear' };
  return code === SNAKE ? { kind: 'snake' } : { kind: 'sine', omega: code };
}

export function layerCodes(spec: FieldSpec): number[] {
  const layers = spec.layers.flatMap(({ width, selector, activation }) => [
    width,
    selectorCode(selector),
    activationCode(activation),
  ]);
  return spec.overlap > 0 ? [...layers, OVERLAP_UNITS * spec.overlap] : layers;
}

/** Codes of alphas that are not one constant. */
const ALPHA_OUTPUT = -1;
const ALPHA_MASK = -2;

export function sampleCodes(mapping: SampleMapping, format: SampleFormat): number[] | null {
  const { colours, low, high, alpha } = mapping;
  if (JSON.stringify(mapping) === JSON.stringify(plainMapping(format))) return null;
  return [colours, low, high, ...alphaCodes(alpha)];
}

function alphaCodes(alpha: AlphaMapping): number[] {
  switch (alpha.kind) {
    case 'none':
      return [];
    case 'constant':
      return [alpha.value];
    case 'mask':
      return [ALPHA_MASK];
    case 'output':
      return [ALPHA_OUTPUT, ...alpha.base];
  }
}

/** @throws LoecError E_FORMAT for a mapping that is not of such pictures */
export function mappingOf(header: FieldHeader): SampleMapping {
  if (header.samples === null) return plainMapping(header);
  const [colours, low, high, alpha, ...base] = header.samples as [1 | 3, number, number, ...number[]];
  const most = peakOf(header.depth);
  const isOfFormat =
    colours <= header.channels &&
    (alpha !== undefined) === hasAlpha(header) &&
    base.length === (alpha === ALPHA_OUTPUT ? colours : 0) &&
    Math.max(high, alpha ?? 0, ...base) <= most;
  if (!isOfFormat) throw damaged('samples are not those of its channels and depth');
  return { colours, low, high, alpha: alphaOf(alpha, base) };
}

function alphaOf(code: number | undefined, base: readonly number[]): AlphaMapping {
  if (code === undefined) return { kind: 'none' };
  if (code === ALPHA_OUTPUT) return { kind: 'output', base };
  return code === ALPHA_MASK ? { kind: 'mask' } : { kind: 'constant', value: code };
}

/** @throws LoecError E_FORMAT for layers that can't be those of a field */
export function specOf(header: FieldHeader, samples: SampleMapping): FieldSpec {
  const { layers: codes, pyramid } = header;
  const layers: LayerSpec[] = [];
  for (let i = 0; i + 2 < codes.length; i += 3) {
    const [width, selector, activation] = codes.slice(i, i + 3) as [number, number, number];
    layers.push({ width, selector: selectorOf(selector), activation: activationOf(activation) });
  }
  const last = layers.at(-1) as LayerSpec;
  const outputs = outputCount(samples);
  if (last.width !== outputs || last.activation.kind !== 'linear') {
    throw damaged(`the last layer does not give ${outputs} outputs`);
  }
  const [levels = 0, filters = 0] = pyramid ?? [];
  const input: FieldInput = pyramid
    ? { kind: 'pyramid', planes: pyramidPlanes(levels) }
    : { kind: 'coordinates' };
  const foreign = pyramid ? 'sine' : 'snake';
  if (layers.some(({ activation }) => activation.kind === foreign)) {
    throw damaged(`a ${foreign} in a field of ${input.kind}`);
  }
  const overlap = (codes[3 * layers.length] ?? 0) / OVERLAP_UNITS;
  const spec = { input, layers, filters, overlap };
  if (overlap > 0 && !canOverlap(spec)) throw damaged('an overlap of tiles');
  return spec;
}

function canOverlap(spec: FieldSpec): boolean {
  const { length } = tileFrequencies(spec);
  return spec.input.kind === 'coordinates' && length > 0 && length <= MAX_OVERLAPPING_FREQUENCIES;
}

/** Planes are those of a pyramid (`pyramidPlanes`), so that their number says which. */
export function pyramidCodes(
  { planes, field, context }: Model,
  start: number,
  fromStart: readonly boolean[] = [],
): PyramidCodes {
  const { neighbours, coarser, width } = context.spec;
  return [planes.length, field.spec.filters, neighbours, coarser, width, start, bitsOf(fromStart)];
}

function bitsOf(flags: readonly boolean[]): number {
  return flags.reduce((sum, flag, i) => sum + (flag ? 2 ** i : 0), 0);
}

/** @throws LoecError E_UNSUPPORTED for an unknown start, E_FORMAT for one that is not of such fields */
export function pyramidOf(codes: PyramidCodes, spec: FieldSpec, header: FieldHeader): PyramidModel {
  const [, , neighbours, coarser, width, start] = codes;
  const model = modelOf(spec, { neighbours, coarser, width }, header);
  if (start !== 0 && !isKnownStart(start)) throw unknownStart(start);
  if (start !== 0 && startOf(start, model) === null) throw damaged(`start ${start} is not one of its field`);
  return { model, start };
}

export function unknownStart(start: number): LoecError {
  return new LoecError('E_UNSUPPORTED', `the file needs a newer decoder: start ${start}`);
}

/**
 * Which of `count` tensors are differences from the start.
 * @throws LoecError E_FORMAT for one that there is not, or where there is no start
 */
export function fromStartOf([, , , , , start, bits]: PyramidCodes, count: number): boolean[] {
  return flagsOf(bits, count, start === 0 ? 0 : count);
}

/** @throws LoecError E_FORMAT for a bit beyond `most` */
export function flagsOf(bits: number, count: number, most = count): boolean[] {
  if (bits >= 2 ** most) throw damaged('a difference to a start that there is not');
  return Array.from({ length: count }, (_, i) => Math.floor(bits / 2 ** i) % 2 === 1);
}

/** What `steps` ends with in a field of coordinates: nothing where no tensor is a difference from a start. */
export function startCodes(start: CoordinateStart | null, fromStart: readonly boolean[] = []): number[] {
  const bits = bitsOf(fromStart);
  if (bits === 0) return [];
  assert(start !== null, 'differences from a start that there is not');
  return [start.seed, bits];
}

/** The ICC profile of a picture; null for none. */
export function profileIn({ colour }: PictureHeader): Uint8Array | null {
  const at = colour.findIndex((code, i) => i % 2 === 0 && code === DISPLAY_CHUNKS.indexOf('iCCP'));
  return at < 0 ? null : (colour[at + 1] as Uint8Array);
}

/** @throws LoecError E_FORMAT for a chunk that is not well formed */
export function colourOf({ colour, ...format }: PictureHeader): Chunk[] {
  const chunks = Array.from({ length: colour.length / 2 }, (_, i) => {
    const type = DISPLAY_CHUNKS[colour[2 * i] as number] as string;
    const data = colour[2 * i + 1] as Uint8Array;
    return { type, data: type === 'iCCP' ? chunkOfProfile(data) : data };
  });
  if (!areSound(chunks, DISPLAY_CHUNKS, format)) throw damaged('a display chunk that is not well formed');
  return chunks;
}

function chunkOfProfile(profile: Uint8Array): Uint8Array {
  if (profile.length >= 1 && profile.length <= MAX_PROFILE_BYTES) return iccpData(profile);
  throw damaged(`a profile of ${profile.length} bytes, 1 … ${MAX_PROFILE_BYTES} expected`);
}

/** The first index, then differences: neighbours are close, so most take one byte. */
export function stepCodes(indices: readonly number[]): number[] {
  return indices.map((index, i) => index - (indices[i - 1] ?? 0));
}

/** @throws LoecError E_FORMAT for a quantization step outside the range */
export function stepIndicesOf(codes: readonly number[]): number[] {
  let index = 0;
  return codes.map((code) => {
    index += code;
    if (index < MIN_STEP_INDEX || index > MAX_STEP_INDEX) {
      throw damaged(`step index ${index} is out of range`);
    }
    return index;
  });
}
