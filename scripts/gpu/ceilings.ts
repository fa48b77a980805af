/** @file What a GPU can do at most, as WGSL sees it: float32 multiply-adds out of registers, and bytes to and from its memory. */

import { Buffers, type Gpu } from '../../src/webgpu/gpu.ts';
import { each } from '../../src/webgpu/shaders/common.ts';
import { secondsOf } from './timing.ts';

export interface Ceilings {
  /** Floating-point operations per second. */
  readonly flops: number;
  /** Bytes read and written per second. */
  readonly bandwidth: number;
}

const THREADS = 256;
const GROUPS = 2048;

/** Multiply-adds of a thread: rounds of eight vectors of four that do not wait for each other. */
const ROUNDS = 512;
const CHAINS = 8;

const MULTIPLY_ADDS = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> results: array<vec4f>;
@compute @workgroup_size(${THREADS})
fn multiplyAdds(@builtin(global_invocation_id) id: vec3u) {
  let factor = results[0] + vec4f(0.5);
  ${each(CHAINS, (i) => `var sum${i} = vec4f(f32(id.x + ${i}u));`)}
  for (var round = 0u; round < ${ROUNDS}u; round++) {
    ${each(CHAINS, (i) => `sum${i} = fma(sum${i}, factor, vec4f(1.0));`)}
  }
  let whole = ${Array.from({ length: CHAINS }, (_, i) => `sum${i}`).join(' + ')};
  if (whole.x == -1.0) { results[0] = whole; }
}
`;

const COPY = /* wgsl */ `
@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4f>;
@compute @workgroup_size(${THREADS})
fn copy(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < arrayLength(&source); i += groups.x * ${THREADS}u) { target_[i] = source[i]; }
}
`;

/** @param bytes of the buffer that is copied: more than caches hold */
export async function measureCeilings(gpu: Gpu, bytes: number): Promise<Ceilings> {
  const buffers = new Buffers(gpu);
  const multiply = gpu.order(MULTIPLY_ADDS, [buffers.zeros(16)], GROUPS);
  const copy = gpu.order(COPY, [buffers.zeros(bytes), buffers.zeros(bytes)], GROUPS);
  const flops = (2 * 4 * CHAINS * ROUNDS * THREADS * GROUPS) / (await secondsOf(gpu, multiply));
  const bandwidth = (2 * bytes) / (await secondsOf(gpu, copy));
  buffers.dispose();
  return { flops, bandwidth };
}
