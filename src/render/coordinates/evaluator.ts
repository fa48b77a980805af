/**
 * @file The decoder's engine: the plain module on one thread. It gives the same bits on every machine, in Node and in
 * browsers, however positions are grouped into calls.
 */

import { dealBlocks } from '../../field/blocks.ts';
import type { Samples } from '../../field/selectors.ts';
import { type Field, outputWidth } from '../../field/spec.ts';
import { moduleBytes } from '../../wasm/module.ts';
import { PAGE_BYTES } from '../../wasm/pages.ts';
import type { DecodeKernels } from '../decode-kernels.ts';
import plain from '../kernels/built/decode.ts';
import { layoutOf, OMEGA, pack } from './layout.ts';
import { planMemory } from './plan.ts';
import { MappedProblem } from './problem.ts';

/** Positions that the memory holds; longer calls go through in pieces. */
const CAPACITY = 65536;

interface FieldEvaluator {
  /** The field's outputs: [count, channels], not clipped. */
  evaluate(samples: Samples): Float32Array;
}

export async function createEvaluator(field: Field): Promise<FieldEvaluator> {
  const layout = layoutOf(field.spec);
  const channels = outputWidth(field.spec);
  const size = {
    positions: CAPACITY,
    blocks: CAPACITY,
    channels,
    threads: 1,
    partitions: 1,
    training: false,
  };
  // The first page belongs to the module's constants.
  const plan = planMemory(layout, size, PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: plan.end / PAGE_BYTES });
  const { instance } = await WebAssembly.instantiate(moduleBytes(plain), { env: { memory } });
  const kernels = instance.exports as unknown as DecodeKernels;
  const problem = new MappedProblem(memory, layout, size, plan);
  pack(layout, field.parameters, problem.parameters('weights'), OMEGA);
  return { evaluate: (samples) => evaluateInPieces(kernels, problem, samples) };
}

function evaluateInPieces(kernels: DecodeKernels, problem: MappedProblem, samples: Samples): Float32Array {
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
    problem.evaluate(piece, dealBlocks(piece.tuples, 1), kernels.evaluate, part);
  }
  return values;
}
