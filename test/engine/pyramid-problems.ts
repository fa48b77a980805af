/** @file Small problems of pyramid fields: odd sizes, one to four channels, experts, every size of context model. */

import type { Distortion } from '../../src/distortion/distortion.ts';
import { SQUARED_ERROR } from '../../src/distortion/squared-error.ts';
import { VISUAL } from '../../src/distortion/visual/visual.ts';
import type { PyramidProblem, PyramidState } from '../../src/engine/pyramid.ts';
import { SOAP } from '../../src/engine/soap.ts';
import { type ContextSpec, LOG_SCALE } from '../../src/field/context.ts';
import { centre } from '../../src/field/grid.ts';
import { type Model, modelOf } from '../../src/field/model.ts';
import { type PlaneSpec, pyramidPlanes } from '../../src/field/pyramid.ts';
import { type Random, seededRandom } from '../../src/field/random.ts';
import { selectTuple } from '../../src/field/selectors.ts';
import type { FieldSpec, Selector, Tensor } from '../../src/field/spec.ts';
import { allocateSamples, type BitDepth, type ChannelCount, peakOf } from '../../src/image/raster.ts';
import { BLURRED_ERROR } from '../distortion/blurred-error.ts';

export interface NamedPyramidProblem extends PyramidProblem {
  readonly name: string;
  readonly start: PyramidState;
  /** For engines that cut pictures into bands: too large for the slow ones. */
  readonly large: boolean;
}

interface Options {
  readonly width: number;
  readonly height: number;
  readonly channels: ChannelCount;
  readonly depth?: BitDepth;
  /** @default a pyramid of seven levels */
  readonly planes?: readonly PlaneSpec[];
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** One per layer. @default one expert each */
  readonly selectors?: readonly Selector[];
  readonly filters: number;
  readonly context: ContextSpec;
  /** How far μ and log b stray; large values reach the bounds of both mass and log b. @default 1 */
  readonly contextGain?: number;
  /** @default SOAP.beta */
  readonly weightBeta?: number;
  readonly large?: boolean;
}

const ONE: Selector = { kind: 'one' };
const TILE: Selector = { kind: 'tile', frequency: 3 };
const SEGMENT: Selector = { kind: 'segment' };

const direct: PlaneSpec = { level: 0, reading: 'direct' };
const spline = (level: number): PlaneSpec => ({ level, reading: 'spline' });

function specOf({ channels, planes = pyramidPlanes(7), hidden, selectors, filters }: Options): FieldSpec {
  const widths = [...hidden, channels];
  return {
    input: { kind: 'pyramid', planes },
    layers: widths.map((width, i) => ({
      width,
      selector: selectors?.[i] ?? ONE,
      activation: i < hidden.length ? { kind: 'snake' } : { kind: 'linear' },
    })),
    filters,
    overlap: 0,
  };
}

function problemOf(options: Options): NamedPyramidProblem {
  const { width, height, channels, depth = 8, context, contextGain = 1, large = false } = options;
  const { weightBeta = SOAP.beta } = options;
  const spec = specOf(options);
  const model = modelOf(spec, context, options);
  const random = seededRandom(width * 1000 + height);
  const { neighbours, coarser } = context;
  const networks = `${options.hidden.join(', ')} hidden, context ${neighbours} + ${coarser}`;
  const experts = options.selectors ? ', experts' : '';
  const levels = options.planes ? `, planes of levels ${options.planes.map(({ level }) => level)}` : '';
  return {
    name: `${width}x${height}x${channels} at ${depth} bits, ${networks}${experts}${levels}`,
    large,
    model,
    raster: { width, height, channels, depth, data: samplesOf(options, random) },
    distortion: SQUARED_ERROR,
    tuples: options.selectors ? tuplesOf(spec, width, height, 0) : null,
    start: startOf(model, contextGain, random),
    weightBeta,
  };
}

/** Waves and noise. */
function samplesOf(
  { width, height, channels, depth = 8 }: Options,
  random: Random,
): Uint8Array | Uint16Array {
  const samples = allocateSamples(depth, width * height * channels);
  for (let i = 0; i < samples.length; i++) {
    const pixel = Math.floor(i / channels);
    const wave = Math.sin(0.3 * (pixel % width) + 0.2 * (i % channels)) * Math.cos(0.2 * (pixel / width));
    samples[i] = Math.round(peakOf(depth) * (0.5 + 0.3 * wave + 0.2 * (random() - 0.5)));
  }
  return samples;
}

/** Classes in diagonal stripes. */
export function tuplesOf(spec: FieldSpec, width: number, height: number, shift: number): Uint32Array {
  return Uint32Array.from({ length: width * height }, (_, i) => {
    const [column, row] = [i % width, Math.floor(i / width)];
    const label = Math.floor((column + row + shift) / 3) % 4;
    return selectTuple(spec, centre(column, width), centre(row, height), label);
  });
}

function startOf({ planes, field, context }: Model, contextGain: number, random: Random): PyramidState {
  const latents = planes.map(({ width, height, level }) => uniform(width * height, 2 + level / 2, random));
  const fieldParameters = randomParameters(field.tensors, random, ({ layer, columns }) =>
    layer < field.layers.length ? 1 / (columns + 1) : 0.1,
  );
  const contextParameters = randomParameters(context.tensors, random, ({ columns }) => contextGain / columns);
  // log b around 0 instead of around −2, where nearly all masses would be too small to count.
  const scaleBias = contextParameters.length - 1;
  contextParameters[scaleBias] = (contextParameters[scaleBias] as number) + LOG_SCALE.shift;
  return { latents, field: fieldParameters, context: contextParameters };
}

/** @param boundOf of a weight tensor: the largest magnitude; that of biases is ½ */
function randomParameters(
  tensors: readonly Tensor[],
  random: Random,
  boundOf: (weight: Tensor) => number,
): Float32Array {
  const parameters = tensors.map((tensor) =>
    uniform(tensor.length, tensor.kind === 'weight' ? boundOf(tensor) : 0.5, random),
  );
  return Float32Array.from(parameters.flatMap((values) => [...values]));
}

/** Numbers within ±bound. */
function uniform(count: number, bound: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, () => bound * (2 * random() - 1));
}

export const PYRAMID_PROBLEMS: readonly NamedPyramidProblem[] = [
  problemOf({
    width: 37,
    height: 29,
    channels: 3,
    hidden: [32],
    filters: 2,
    context: { neighbours: 12, coarser: 3, width: 16 },
    weightBeta: 0.8,
  }),
  problemOf({
    width: 16,
    height: 8,
    channels: 1,
    hidden: [12],
    filters: 2,
    context: { neighbours: 8, coarser: 0, width: 8 },
  }),
  problemOf({
    width: 5,
    height: 3,
    channels: 4,
    hidden: [12],
    filters: 1,
    context: { neighbours: 14, coarser: 5, width: 8 },
  }),
  problemOf({
    width: 1,
    height: 1,
    channels: 3,
    hidden: [12],
    filters: 2,
    context: { neighbours: 12, coarser: 3, width: 16 },
  }),
  problemOf({
    width: 27,
    height: 18,
    channels: 3,
    planes: pyramidPlanes(5),
    hidden: [32],
    selectors: [TILE, SEGMENT],
    filters: 1,
    context: { neighbours: 14, coarser: 5, width: 16 },
  }),
  problemOf({
    width: 19,
    height: 23,
    channels: 2,
    depth: 16,
    planes: pyramidPlanes(9),
    hidden: [12, 12],
    filters: 0,
    context: { neighbours: 24, coarser: 6, width: 8 },
    contextGain: 12,
  }),
  problemOf({
    width: 25,
    height: 19,
    channels: 3,
    planes: [direct, direct, spline(2), spline(3)],
    hidden: [12],
    filters: 1,
    context: { neighbours: 18, coarser: 6, width: 8 },
  }),
  problemOf({
    width: 18,
    height: 21,
    channels: 2,
    planes: [spline(1), spline(0), spline(3), direct, spline(2)],
    hidden: [12],
    selectors: [TILE, ONE],
    filters: 2,
    context: { neighbours: 12, coarser: 6, width: 8 },
  }),
  problemOf({
    width: 90,
    height: 140,
    channels: 3,
    planes: [direct, direct, spline(1), spline(2), spline(3), spline(5)],
    hidden: [12],
    filters: 1,
    context: { neighbours: 24, coarser: 6, width: 8 },
    large: true,
  }),
  problemOf({
    width: 150,
    height: 70,
    channels: 3,
    planes: pyramidPlanes(8),
    hidden: [12],
    filters: 2,
    context: { neighbours: 12, coarser: 3, width: 8 },
    large: true,
  }),
  problemOf({
    width: 21,
    height: 200,
    channels: 1,
    hidden: [12],
    selectors: [SEGMENT, TILE],
    filters: 2,
    context: { neighbours: 24, coarser: 6, width: 16 },
    large: true,
  }),
];

function withDistortion(index: number, distortion: Distortion): NamedPyramidProblem {
  const problem = PYRAMID_PROBLEMS[index] as NamedPyramidProblem;
  return { ...problem, name: `${problem.name}, ${distortion.name}`, distortion };
}

/** Some of them under distortions that have no fused form: two that look at neighbours, and the mean squared error without its own. */
export const UNFUSED_PROBLEMS: readonly NamedPyramidProblem[] = [
  ...[0, 2, 4, 5, 6].map((index) => withDistortion(index, BLURRED_ERROR)),
  ...[0, 5].map((index) => withDistortion(index, VISUAL)),
  withDistortion(1, { ...SQUARED_ERROR, name: 'without its fused form', fused: null }),
];
