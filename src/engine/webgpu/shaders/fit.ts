/** @file What a fit of a coordinate field needs beside its dense layers: positions, errors, Adam. */

import { bindings, float, sumOverWorkgroup, THREADS } from '../../../webgpu/shaders/common.ts';
import { ADAM } from '../../coordinates.ts';
import { BLOCK_ROWS, CHUNK } from './blocks.ts';

/**
 * Puts a chunk's rows of a table into the first planes. Bindings: chunk, table ([columns][all rows]), values. One workgroup per block.
 * @param columns of the table
 * @param rows all of them
 */
export function loadKernel(columns: number, rows: number): string {
  return /* wgsl */ `${CHUNK}
${bindings(1, 'read table', 'read_write values')}

@compute @workgroup_size(${BLOCK_ROWS})
fn loadKernel(@builtin(global_invocation_id) id: vec3u) {
  for (var column = 0u; column < ${columns}u; column++) {
    values[column * chunk.stride + id.x] = table[column * ${rows}u + ${BLOCK_ROWS}u * chunk.firstBlock + id.x];
  }
}
`;
}

/** The inverse, from planes that begin at `plane`. Bindings: chunk, table, values. */
export function storeKernel(columns: number, rows: number, plane: number): string {
  return /* wgsl */ `${CHUNK}
${bindings(1, 'read_write table', 'read values')}

@compute @workgroup_size(${BLOCK_ROWS})
fn storeKernel(@builtin(global_invocation_id) id: vec3u) {
  for (var column = 0u; column < ${columns}u; column++) {
    table[column * ${rows}u + ${BLOCK_ROWS}u * chunk.firstBlock + id.x] = values[(${plane}u + column) * chunk.stride + id.x];
  }
}
`;
}

/**
 * Weighted squared errors of each block, and the gradient of their mean at the outputs. Bindings: chunk, blocks, targets and their weights
 * ([channels][all rows]), values, deltas, errors ([all blocks]). One workgroup per block.
 * @param plane of the first output
 * @param count of values that the mean is over
 */
export function errorKernel(channels: number, rows: number, plane: number, count: number): string {
  return /* wgsl */ `${CHUNK}
${bindings(1, 'read blocks: vec2u', 'read targets', 'read weights')}
${bindings(4, 'read values', 'read_write deltas', 'read_write errors')}
${sumOverWorkgroup(BLOCK_ROWS)}
@compute @workgroup_size(${BLOCK_ROWS})
fn errorKernel(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let block = chunk.firstBlock + group.x;
  let row = ${BLOCK_ROWS}u * group.x + thread;
  let isUsed = thread < blocks[block].y;
  var sum = 0.0;
  for (var channel = 0u; channel < ${channels}u; channel++) {
    let at = (${plane}u + channel) * chunk.stride + row;
    let cell = channel * ${rows}u + ${BLOCK_ROWS}u * block + thread;
    let error = select(0.0, values[at] - targets[cell], isUsed);
    let weighted = weights[cell] * error;
    deltas[at] = ${float(2 / count)} * weighted;
    sum += weighted * error;
  }
  let whole = sumOverWorkgroup(thread, sum);
  if (thread == 0u) { errors[block] = whole; }
}
`;
}

const SUM_THREADS = 256;

/** Parts to sum, and where the sum goes. */
export interface Sum {
  /** Parts `first` … `last` − 1. */
  readonly first: number;
  readonly last: number;
  /** A factor on their sum. */
  readonly scale: number;
  /** Which of a step's losses it is, and how many there are. */
  readonly at: number;
  readonly of: number;
}

/** Sums parts into a loss of the step on the clock. Bindings: parts, clock, losses. One workgroup. */
export function sumKernel({ first, last, scale, at, of }: Sum): string {
  return /* wgsl */ `
${bindings(0, 'read parts', 'read clock: u32', 'read_write losses')}
${sumOverWorkgroup(SUM_THREADS)}
@compute @workgroup_size(${SUM_THREADS})
fn sumKernel(@builtin(local_invocation_index) thread: u32) {
  var sum = 0.0;
  for (var part = ${first}u + thread; part < ${last}u; part += ${SUM_THREADS}u) { sum += parts[part]; }
  let whole = sumOverWorkgroup(thread, sum);
  if (thread == 0u) { losses[${of}u * clock[0] + ${at}u] = whole * ${float(scale)}; }
}
`;
}

/**
 * An Adam step of θ. Bindings: clock, rates (per step: the learning rate over 1 − β₁ᵗ, and 1/(1 − β₂ᵗ)), gradient, first
 * moments, second moments, θ. One thread per parameter.
 */
export function adamKernel(count: number): string {
  return /* wgsl */ `
${bindings(0, 'read clock: u32', 'read rates: vec2f', 'read gradient', 'read_write firstMoments')}
${bindings(4, 'read_write secondMoments', 'read_write theta')}

@compute @workgroup_size(${THREADS})
fn adamKernel(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= ${count}u) { return; }
  let rate = rates[clock[0]];
  let g = gradient[id.x];
  let m = fma(${float(ADAM.beta1)}, firstMoments[id.x], ${float(1 - ADAM.beta1)} * g);
  let v = fma(${float(ADAM.beta2)}, secondMoments[id.x], ${float(1 - ADAM.beta2)} * g * g);
  theta[id.x] -= rate.x * m / (sqrt(v * rate.y) + ${float(ADAM.epsilon)});
  firstMoments[id.x] = m;
  secondMoments[id.x] = v;
}
`;
}

/** Moves the clock to the next step. Binding: clock. */
export const ADVANCE_KERNEL = /* wgsl */ `
${bindings(0, 'read_write clock: u32')}
@compute @workgroup_size(1)
fn advanceKernel() { clock[0] += 1u; }
`;
