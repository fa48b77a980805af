/** @file Interpolation, layers and filters, pixel by pixel. */

import type { PyramidProblem } from '../../../src/engine/pyramid.ts';
import { gridSize, splineWeights } from '../../../src/field/pyramid.ts';
import { expertOf } from '../../../src/field/selectors.ts';
import { tensorsOf } from '../../../src/field/spec.ts';
import { type Affine, add, affineBackward, affinesOf, applyAffine, at, type Vector } from './affine.ts';

/** What the backward pass needs of the forward one. */
export interface FieldTrace {
  /** [pixel][layer] */
  readonly layers: LayerTrace[][];
  /** [filter][pixel][channel]: the filter's inputs; the last are the outputs. */
  readonly planes: Vector[][];
}

interface LayerTrace {
  readonly z: Vector;
  /** Before the activation. */
  readonly u: Vector;
  readonly expert: number;
}

const clamp = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));
const snake = (u: number): number => u + Math.sin(u) ** 2;
const snakeSlope = (u: number): number => 1 + Math.sin(2 * u);

/** The cells that a pixel reads along an axis of grid `level`, [cell, weight]. */
function tapsOf(pixel: number, pixels: number, level: number): [number, number][] {
  if (level === 0) return [[pixel, 1]];
  const cells = gridSize(pixels, 1, level).width;
  const u = (pixel + 0.5) / 2 ** level - 0.5;
  const first = Math.floor(u) - 1;
  return splineWeights(u - Math.floor(u)).map((weight, tap) => [clamp(first + tap, cells), weight]);
}

/** Visits the cells of grid `level` that a pixel reads. */
function forTaps(
  { width, height }: PyramidProblem['raster'],
  pixel: number,
  level: number,
  visit: (cell: number, weight: number) => void,
): void {
  const gridWidth = gridSize(width, height, level).width;
  const columns = tapsOf(pixel % width, width, level);
  for (const [row, rowWeight] of tapsOf(Math.floor(pixel / width), height, level)) {
    for (const [column, columnWeight] of columns) visit(row * gridWidth + column, rowWeight * columnWeight);
  }
}

/** The inputs of a 3×3 filter at a pixel, [channels, 3, 3], as [pixel, channel]. */
function filterTaps(
  { width, height, channels }: PyramidProblem['raster'],
  pixel: number,
): [number, number][] {
  const [x, y] = [pixel % width, Math.floor(pixel / width)];
  const taps: [number, number][] = [];
  for (let c = 0; c < channels; c++) {
    for (const dy of [-1, 0, 1]) {
      for (const dx of [-1, 0, 1]) taps.push([clamp(y + dy, height) * width + clamp(x + dx, width), c]);
    }
  }
  return taps;
}

/** @param q latents as the loss sees them */
export function fieldForward(problem: PyramidProblem, q: readonly Vector[], parameters: Vector): FieldTrace {
  const { spec, raster } = problem;
  const affines = affinesOf(tensorsOf(spec));
  const layers: LayerTrace[][] = [];
  const colours: Vector[] = [];
  for (let pixel = 0; pixel < raster.width * raster.height; pixel++) {
    const [traces, colour] = layersForward(problem, affines, parameters, pixel, featuresOf(raster, q, pixel));
    layers.push(traces);
    colours.push(colour);
  }
  const planes = [colours];
  for (const filter of affines.slice(spec.layers.length)) {
    const plane = planes.at(-1) as Vector[];
    const filtered = plane.map((z, pixel) => {
      const change = applyAffine(filter, parameters, filterInputs(plane, filterTaps(raster, pixel)));
      return z.map((value, c) => value + at(change, c));
    });
    planes.push(filtered);
  }
  return { layers, planes };
}

function filterInputs(plane: readonly Vector[], taps: readonly [number, number][]): Vector {
  const inputs = new Float64Array(taps.length);
  for (const [i, [from, c]] of taps.entries()) inputs[i] = at(plane[from] as Vector, c);
  return inputs;
}

function featuresOf(raster: PyramidProblem['raster'], q: readonly Vector[], pixel: number): Vector {
  const features = new Float64Array(q.length);
  for (const [level, grid] of q.entries()) {
    forTaps(raster, pixel, level, (cell, weight) => add(features, level, weight * at(grid, cell)));
  }
  return features;
}

function layersForward(
  { spec, tuples }: PyramidProblem,
  affines: readonly Affine[],
  parameters: Vector,
  pixel: number,
  features: Vector,
): [LayerTrace[], Vector] {
  let z = features;
  const traces = spec.layers.map(({ selector, activation }, layer) => {
    const expert = selector.kind === 'one' || !tuples ? 0 : expertOf(tuples[pixel] as number, layer);
    const trace = { z, u: applyAffine(affines[layer] as Affine, parameters, z, expert), expert };
    z = activation.kind === 'snake' ? trace.u.map(snake) : trace.u;
    return trace;
  });
  return [traces, z];
}

/**
 * Adds to the gradients of latents, as the loss sees them, and parameters.
 * @param deltas [pixel][channel]: the gradient at the outputs
 */
export function fieldBackward(
  { spec, raster }: PyramidProblem,
  parameters: Vector,
  { layers, planes }: FieldTrace,
  deltas: Vector[],
  gradient: { readonly latents: readonly Vector[]; readonly field: Vector },
): void {
  const affines = affinesOf(tensorsOf(spec));
  let atPlane = deltas;
  for (let filter = spec.filters - 1; filter >= 0; filter--) {
    const before = atPlane.map((delta) => delta.slice());
    const plane = planes[filter] as Vector[];
    const affine = affines[spec.layers.length + filter] as Affine;
    for (const [pixel, delta] of atPlane.entries()) {
      const taps = filterTaps(raster, pixel);
      const inputs = filterInputs(plane, taps);
      const atInputs = affineBackward(affine, parameters, gradient.field, inputs, delta);
      for (const [i, [from, c]] of taps.entries()) add(before[from] as Vector, c, at(atInputs, i));
    }
    atPlane = before;
  }
  for (const [pixel, traces] of layers.entries()) {
    let delta = atPlane[pixel] as Vector;
    for (let layer = traces.length - 1; layer >= 0; layer--) {
      const { z, u, expert } = traces[layer] as LayerTrace;
      const isSnake = spec.layers[layer]?.activation.kind === 'snake';
      const atAffine = isSnake ? delta.map((d, i) => d * snakeSlope(at(u, i))) : delta;
      delta = affineBackward(affines[layer] as Affine, parameters, gradient.field, z, atAffine, expert);
    }
    for (const [level, grid] of gradient.latents.entries()) {
      forTaps(raster, pixel, level, (cell, weight) => add(grid, cell, weight * at(delta, level)));
    }
  }
}
