/** @file Interpolation, layers and filters, pixel by pixel. */

import type { PyramidProblem } from '../../../src/engine/pyramid.ts';
import type { Model, Plane } from '../../../src/field/model.ts';
import { splineWeights } from '../../../src/field/pyramid.ts';
import { expertOf } from '../../../src/field/selectors.ts';
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

/** The cells of so many along an axis of a plane that a pixel reads, [cell, weight]. */
function tapsOf(pixel: number, { level, reading }: Plane, cells: number): [number, number][] {
  if (reading === 'direct') return [[pixel, 1]];
  const u = (pixel + 0.5) / 2 ** level - 0.5;
  const first = Math.floor(u) - 1;
  return splineWeights(u - Math.floor(u)).map((weight, tap) => [clamp(first + tap, cells), weight]);
}

/** Visits the cells of a plane that a pixel reads. @param width of the picture */
function forTaps(
  plane: Plane,
  pixel: number,
  width: number,
  visit: (cell: number, weight: number) => void,
): void {
  const columns = tapsOf(pixel % width, plane, plane.width);
  for (const [row, rowWeight] of tapsOf(Math.floor(pixel / width), plane, plane.height)) {
    for (const [column, columnWeight] of columns) visit(row * plane.width + column, rowWeight * columnWeight);
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
  const { model, raster } = problem;
  const { spec, tensors } = model.field;
  const affines = affinesOf(tensors);
  const layers: LayerTrace[][] = [];
  const colours: Vector[] = [];
  for (let pixel = 0; pixel < raster.width * raster.height; pixel++) {
    const [traces, colour] = layersForward(problem, affines, parameters, pixel, featuresOf(model, q, pixel));
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

function featuresOf({ planes, width }: Model, q: readonly Vector[], pixel: number): Vector {
  const features = new Float64Array(q.length);
  for (const plane of planes) {
    const values = q[plane.index] as Vector;
    forTaps(plane, pixel, width, (cell, weight) => add(features, plane.index, weight * at(values, cell)));
  }
  return features;
}

function layersForward(
  { model, tuples }: PyramidProblem,
  affines: readonly Affine[],
  parameters: Vector,
  pixel: number,
  features: Vector,
): [LayerTrace[], Vector] {
  let z = features;
  const traces = model.field.spec.layers.map(({ selector, activation }, layer) => {
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
  { model, raster }: PyramidProblem,
  parameters: Vector,
  { layers, planes }: FieldTrace,
  deltas: Vector[],
  gradient: { readonly latents: readonly Vector[]; readonly field: Vector },
): void {
  const { spec, tensors } = model.field;
  const affines = affinesOf(tensors);
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
    for (const plane of model.planes) {
      const latents = gradient.latents[plane.index] as Vector;
      forTaps(plane, pixel, model.width, (cell, weight) =>
        add(latents, cell, weight * at(delta, plane.index)),
      );
    }
  }
}
