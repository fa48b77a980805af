/** @file What the kernels of a step have to do at least: floating-point operations, and bytes between the GPU's memory and its cores. */

import type { CoordinateProblem } from '../../src/engine/coordinates.ts';
import type { PyramidProblem } from '../../src/engine/pyramid.ts';
import { layOutPlanes } from '../../src/engine/webgpu/pyramid/planes.ts';
import { type FieldSpec, pairs, type Tensor, tensorsOf } from '../../src/field/spec.ts';

export interface Work {
  readonly flops: number;
  readonly bytes: number;
}

/** By the kernel's name; those that are not here only move small things. */
export type WorkOfKernels = ReadonlyMap<string, Work>;

/** An affine map that `rows` go through. */
interface Passage {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Whether a gradient goes back to its inputs. */
  readonly goesBack: boolean;
}

/** Bytes of a float. */
const FLOAT = 4;

/** Cells of a plane that a pixel reads. */
const TAPS = 16;

export function coordinateWork({ spec, samples }: CoordinateProblem): WorkOfKernels {
  return denseWork(passages(spec, samples.tuples.length, false));
}

export function pyramidWork({ model }: PyramidProblem): WorkOfKernels {
  const { width, height, channels, field } = model;
  const pixels = width * height;
  const { latents } = layOutPlanes(model);
  const contextModel = model.context.layers.map(({ weight }) => passageOf(weight, latents, true));
  const splines = model.planes.filter(({ reading }) => reading === 'spline');
  const taps = 2 * TAPS * splines.length * pixels;
  const planes = FLOAT * model.planes.length * pixels;
  const filters = field.filters.length;
  const filtered = {
    flops: filters * 2 * 9 * channels ** 2 * pixels,
    bytes: filters * 2 * FLOAT * channels * pixels,
  };
  return new Map([
    ...denseWork([...passages(field.spec, pixels, true), ...contextModel]),
    ['interpolateKernel', { flops: taps, bytes: planes + FLOAT * latents }],
    ['gatherAcrossKernel', { flops: 0, bytes: planes }],
    ['filterKernel', filtered],
    ['filterBackKernel', filtered],
    ['filterGradientKernel', filtered],
    ['roundKernel', { flops: 0, bytes: 3 * FLOAT * latents }],
    ['descendKernel', { flops: 0, bytes: 8 * FLOAT * latents }],
  ]);
}

function passages(spec: FieldSpec, rows: number, toInputs: boolean): Passage[] {
  return pairs(tensorsOf(spec))
    .slice(0, spec.layers.length)
    .map(([weight], layer) => passageOf(weight, rows, layer > 0 || toInputs));
}

function passageOf({ rows: outputs, columns: inputs }: Tensor, rows: number, goesBack: boolean): Passage {
  return { rows, inputs, outputs, goesBack };
}

/** Forward: inputs in, values and slopes out. Backward: gradients in, slopes in, gradients out. Weights' gradient: both in. */
function denseWork(all: readonly Passage[]): WorkOfKernels {
  const back = all.filter(({ goesBack }) => goesBack);
  const sum = (some: readonly Passage[], of: (passage: Passage) => number): number =>
    some.reduce((total, passage) => total + passage.rows * of(passage), 0);
  const flops = (some: readonly Passage[]): number =>
    sum(some, ({ inputs, outputs }) => 2 * inputs * outputs);
  return new Map([
    [
      'forwardKernel',
      { flops: flops(all), bytes: sum(all, (map) => FLOAT * (map.inputs + 2 * map.outputs)) },
    ],
    [
      'backwardKernel',
      { flops: flops(back), bytes: sum(back, (map) => FLOAT * (map.outputs + 2 * map.inputs)) },
    ],
    ['gradientKernel', { flops: flops(all), bytes: sum(all, (map) => FLOAT * (map.inputs + map.outputs)) }],
  ]);
}
