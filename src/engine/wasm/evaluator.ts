/**
 * @file The decoder's engine: the plain module on one thread. It gives the same bits on every machine, in Node and in
 * browsers, however positions are grouped into calls.
 */

import type { Samples } from '../../field/selectors.ts';
import { type Field, outputWidth } from '../../field/spec.ts';
import { dealBlocks } from '../blocks.ts';
import { type LayerLayout, type Layout, layoutOf, packFolded } from './layout.ts';
import { moduleBytes, type PlainExports } from './module.ts';
import plain from './modules/plain.ts';
import {
  floatsAt,
  PAGE_BYTES,
  type Plan,
  planMemory,
  writeBlocks,
  writeProblem,
  writeRange,
} from './plan.ts';

/** Positions that the memory holds; longer calls go through in pieces. */
const CAPACITY = 65536;

export interface FieldEvaluator {
  /** The field's outputs: [count, channels], not clipped. */
  evaluate(samples: Samples): Float32Array;
}

export async function createEvaluator(field: Field): Promise<FieldEvaluator> {
  const layout = layoutOf(field.spec);
  const channels = outputWidth(field.spec);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { instance } = await WebAssembly.instantiate(moduleBytes(plain), { env: { memory } });
  const kernels = instance.exports as unknown as PlainExports;
  const size = { positions: CAPACITY, blocks: CAPACITY, threads: 1, partitions: 1, training: false };
  const plan = planMemory(layout, channels, size, kernels.heapBase());
  memory.grow(Math.max(0, plan.end / PAGE_BYTES - memory.buffer.byteLength / PAGE_BYTES));
  writeProblem(memory, layout, channels, plan);
  packFolded(layout, field.parameters, floatsAt(memory, plan.weights, layout.length));
  return { evaluate: (samples) => evaluateAll(kernels, memory, plan, layout, channels, samples) };
}

function evaluateAll(
  kernels: PlainExports,
  memory: WebAssembly.Memory,
  plan: Plan,
  layout: Layout,
  channels: number,
  { coordinates, tuples }: Samples,
): Float32Array {
  const inputs = (layout.layers[0] as LayerLayout).inputs;
  const values = new Float32Array(tuples.length * channels);
  for (let first = 0; first < tuples.length; first += CAPACITY) {
    const last = Math.min(tuples.length, first + CAPACITY);
    const { order, blocks } = dealBlocks(tuples.subarray(first, last), 1);
    gather(
      coordinates.subarray(first * inputs),
      order,
      inputs,
      floatsAt(memory, plan.coordinates, order.length * inputs),
    );
    writeBlocks(memory, plan, blocks);
    writeRange(memory, plan, 0, blocks.length);
    kernels.evaluate(plan.problem);
    scatter(
      floatsAt(memory, plan.outputs, order.length * channels),
      order,
      channels,
      values.subarray(first * channels),
    );
  }
  return values;
}

/** to[i] = from[order[i]], in rows of `width`. */
export function gather(from: Float32Array, order: Uint32Array, width: number, to: Float32Array): void {
  for (let i = 0; i < order.length; i++) {
    const row = (order[i] as number) * width;
    for (let column = 0; column < width; column++) to[i * width + column] = from[row + column] as number;
  }
}

/** to[order[i]] = from[i], in rows of `width`. */
export function scatter(from: Float32Array, order: Uint32Array, width: number, to: Float32Array): void {
  for (let i = 0; i < order.length; i++) {
    const row = (order[i] as number) * width;
    for (let column = 0; column < width; column++) to[row + column] = from[i * width + column] as number;
  }
}
