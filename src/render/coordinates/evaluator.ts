/**
 * @file The decoder's engine: the plain module on one thread. It gives the same bits on every machine, in Node and in
 * browsers, however positions are grouped into calls.
 */

import { blocksOf } from '../../field/blocks.ts';
import type { Samples } from '../../field/selectors.ts';
import { type Field, type FieldSpec, outputWidth } from '../../field/spec.ts';
import { TimeSlices } from '../../time-slices.ts';
import { createMemory } from '../../wasm/memory.ts';
import { instantiate } from '../../wasm/module.ts';
import { PAGE_BYTES } from '../../wasm/pages.ts';
import plain from '../kernels/built/coordinates.ts';
import { type Layout, layoutOf, OMEGA, packLayer } from './layout.ts';
import { CAPACITY } from './memory.ts';
import { type Plan, type ProblemSize, planMemory } from './plan.ts';
import { MappedProblem } from './problem.ts';

interface Kernels {
  readonly evaluate: (problem: number) => void;
}

interface FieldEvaluator {
  /** The field's outputs: [count, channels], not clipped. */
  evaluate(samples: Samples): Float32Array;
}

/** @throws LoecError E_LIMIT, E_ABORTED or E_ENGINE */
export async function createEvaluator(field: Field, slices = new TimeSlices()): Promise<FieldEvaluator> {
  const { layout, size, plan } = layOut(field.spec);
  const memory = createMemory(plan.end);
  const kernels = instantiate(plain, memory) as unknown as Kernels;
  const problem = new MappedProblem(memory, layout, size, plan);
  for (const layer of layout.layers) {
    packLayer(layer, field.parameters, problem.parameters('weights'), OMEGA);
    await slices.pause();
  }
  return { evaluate: (samples) => evaluateInPieces(kernels, problem, samples) };
}

function layOut(spec: FieldSpec): { layout: Layout; size: ProblemSize; plan: Plan } {
  const layout = layoutOf(spec);
  const channels = outputWidth(spec);
  const size = {
    positions: CAPACITY,
    blocks: CAPACITY,
    channels,
    threads: 1,
    partitions: 1,
    training: false,
  };
  // The first page belongs to the module's constants.
  return { layout, size, plan: planMemory(layout, size, PAGE_BYTES) };
}

function evaluateInPieces(kernels: Kernels, problem: MappedProblem, samples: Samples): Float32Array {
  const { coordinates, tuples } = samples;
  const { channels } = problem.size;
  const inputs = coordinates.length / tuples.length;
  const values = new Float32Array(tuples.length * channels);
  for (let first = 0; first < tuples.length; first += CAPACITY) {
    const last = Math.min(tuples.length, first + CAPACITY);
    const piece = {
      coordinates: coordinates.subarray(first * inputs, last * inputs),
      tuples: tuples.subarray(first, last),
    };
    const part = values.subarray(first * channels, last * channels);
    problem.evaluate(piece, blocksOf(piece.tuples), kernels.evaluate, part);
  }
  return values;
}
