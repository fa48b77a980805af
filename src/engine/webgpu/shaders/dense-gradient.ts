/** @file The gradient of a dense layer's weights: a product of deltas with inputs, summed over the rows of each expert. */

import { bindings, each, fill, repeat } from '../../../webgpu/shaders/common.ts';
import { BLOCK_ROWS } from './blocks.ts';
import { type DenseMap, MAX_TILE, tileOf, tilesOf, UNIFORMS } from './dense.ts';

/** How the gradient of a map is cut into tiles of its matrix W, and the work on a tile. */
interface GradientTiles {
  readonly outputs: number;
  readonly inputs: number;
  /** Vectors of four outputs and of four inputs of a thread, which lie as far apart as they can. */
  readonly outputVectors: number;
  readonly inputVectors: number;
  /** Threads along each side. */
  readonly outputThreads: number;
  readonly inputThreads: number;
  /** Of a tile. */
  readonly threads: number;
  /** Groups of threads that share the rows of a tile among them. */
  readonly slices: number;
  /** Rows in workgroup memory at a time. */
  readonly rows: number;
}

/** Threads of a workgroup on a small matrix, about. */
const SMALL_THREADS = 128;

/** Floats of workgroup memory that rows may take, of the 4,096 that every device has; sums that are handed over need the rest. */
const ROW_FLOATS = 2560;

function gradientTiles(map: DenseMap): GradientTiles {
  const [outputs, inputs] = [tileOf(map.outputs), tileOf(map.inputs)];
  const isLarge = outputs === MAX_TILE && inputs === MAX_TILE;
  const vectors = isLarge ? 2 : 1;
  const [outputThreads, inputThreads] = [outputs / 4 / vectors, inputs / 4 / vectors];
  const threads = outputThreads * inputThreads;
  const rows = Math.min(BLOCK_ROWS, 2 ** Math.floor(Math.log2(ROW_FLOATS / (outputs + inputs + 8))));
  return {
    outputs,
    inputs,
    outputVectors: vectors,
    inputVectors: vectors,
    outputThreads,
    inputThreads,
    threads,
    slices: isLarge ? 1 : Math.min(rows, 2 ** Math.max(0, Math.floor(Math.log2(SMALL_THREADS / threads)))),
    rows,
  };
}

/** Tiles of W, the first dimension of a gradient kernel: those of the same rows are done side by side. */
export function gradientTileCount(map: DenseMap): number {
  return tilesOf(map.outputs) * tilesOf(map.inputs);
}

/**
 * The gradient of [W b] over a job, some of the blocks of one expert. Bindings: chunk, map, jobs (first and last of the members), members
 * (blocks of the chunk), values, deltas, partial sums: [job][outputs][inputs + 1]. One workgroup per tile and job.
 */
export function gradientKernel(map: DenseMap): string {
  const tile = gradientTiles(map);
  const { outputVectors, inputVectors, outputThreads, inputThreads } = tile;
  const threads = tile.threads * tile.slices;
  const sums = (line: (d: number, c: number, x: number) => string): string =>
    each(outputVectors, (d) => each(4, (c) => each(inputVectors, (x) => line(d, c, x))));
  return /* wgsl */ `${UNIFORMS}
${bindings(2, 'read jobs: vec2u', 'read members: u32', 'read values', 'read deltas', 'read_write partial')}
var<workgroup> inputRows: array<vec4f, ${pitchOf(tile.inputs) * tile.rows}>;
var<workgroup> deltaRows: array<vec4f, ${pitchOf(tile.outputs) * tile.rows}>;
${tile.slices > 1 ? `var<workgroup> shares: array<vec4f, ${(SMALL_SUMS.length * threads) / 2}>;` : ''}

fn inputAt(i: u32, at: u32) -> f32 {
  return select(0.0, values[(map.from_ + i) * chunk.stride + at], i < map.inputs);
}

fn deltaAt(o: u32, at: u32) -> f32 {
  return select(0.0, deltas[(map.to_ + o) * chunk.stride + at], o < map.outputs);
}

fn write(job: u32, o: u32, i: u32, sum: f32) {
  if (o < map.outputs && i <= map.inputs) { partial[(job * map.outputs + o) * (map.inputs + 1u) + i] = sum; }
}

fn writeInputs(job: u32, o: u32, i: u32, sum: vec4f) {
  for (var c = 0u; c < 4u; c++) {
    if (i + c < map.inputs) { write(job, o, i + c, sum[c]); }
  }
}

@compute @workgroup_size(${threads})
fn gradientKernel(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let inputTiles = (map.inputs + ${tile.inputs - 1}u) / ${tile.inputs}u;
  let firstOutput = ${tile.outputs}u * (group.x / inputTiles);
  let firstInput = ${tile.inputs}u * (group.x % inputTiles);
  let slice = thread / ${tile.threads}u;
  let own = thread % ${tile.threads}u;
  let output = own % ${outputThreads}u;
  let input = own / ${outputThreads}u;
  // The bias is the weight of an input that is 1.
  let isBias = firstInput == 0u && input == 0u;
  ${sums((d, c, x) => `var sum${d}_${c}_${x} = vec4f(0.0);`)}
  ${each(outputVectors, (d) => `var bias${d} = vec4f(0.0);`)}
  let job = jobs[group.y];
  for (var member = job.x; member < job.y; member++) {
    for (var part = 0u; part < ${BLOCK_ROWS}u; part += ${tile.rows}u) {
      let first = ${BLOCK_ROWS}u * members[member] + part;
      ${fillRows('inputRows', 'inputAt', 'firstInput', tile.inputs, tile.rows, threads)}
      ${fillRows('deltaRows', 'deltaAt', 'firstOutput', tile.outputs, tile.rows, threads)}
      workgroupBarrier();
      ${repeat(
        'turn',
        tile.rows / tile.slices,
        tile.outputVectors > 1,
        /* wgsl */ `
        let row = ${tile.slices}u * turn + slice;
        ${each(inputVectors, (x) => `let x${x} = inputRows[${pitchOf(tile.inputs)}u * row + input + ${inputThreads * x}u];`)}
        ${each(outputVectors, (d) => `let d${d} = deltaRows[${pitchOf(tile.outputs)}u * row + output + ${outputThreads * d}u];`)}
        ${sums((d, c, x) => `sum${d}_${c}_${x} = fma(vec4f(d${d}[${c}]), x${x}, sum${d}_${c}_${x});`)}
        if (isBias) { ${each(outputVectors, (d) => `bias${d} += d${d};`)} }`,
      )}
      workgroupBarrier();
    }
  }
  ${tile.slices > 1 ? addSlices(tile) : ''}
  ${sums(
    (d, c, x) =>
      `writeInputs(group.y, firstOutput + 4u * (output + ${outputThreads * d}u) + ${c}u, firstInput + 4u * (input + ${inputThreads * x}u), sum${d}_${c}_${x});`,
  )}
  if (isBias) {
    ${each(outputVectors, (d) => each(4, (c) => `write(group.y, firstOutput + 4u * (output + ${outputThreads * d}u) + ${c}u, map.inputs, bias${d}[${c}]);`))}
  }
}
`;
}

/** Vectors from a row to the next in workgroup memory: one more than needed, so that threads that write one below the other meet different banks. */
function pitchOf(width: number): number {
  return width / 4 + 1;
}

/** WGSL that brings rows into workgroup memory, [row][plane]; threads side by side read rows side by side. */
function fillRows(
  target: string,
  source: string,
  firstPlane: string,
  width: number,
  rows: number,
  threads: number,
): string {
  const [row, four] = [`i % ${rows}u`, `i / ${rows}u`];
  const parts = [0, 1, 2, 3].map((c) => `${source}(${firstPlane} + 4u * (${four}) + ${c}u, first + ${row})`);
  const load = `vec4f(${parts.join(', ')})`;
  return fill(
    threads,
    (rows * width) / 4,
    load,
    `${target}[${pitchOf(width)}u * (${row}) + ${four}] = value;`,
  );
}

/** The sums of a thread of a small tile. */
const SMALL_SUMS = ['sum0_0_0', 'sum0_1_0', 'sum0_2_0', 'sum0_3_0', 'bias0'] as const;

/** WGSL that adds the sums of a small tile's slices up in the first one, whose threads go on: half of the slices hand theirs over at a time. */
function addSlices({ threads, slices }: GradientTiles): string {
  const count = SMALL_SUMS.length;
  const turns = each(Math.log2(slices), (turn) => {
    const half = slices / 2 ** (turn + 1);
    return /* wgsl */ `
  if (slice >= ${half}u && slice < ${2 * half}u) {
    ${each(count, (i) => `shares[${count}u * (thread - ${half * threads}u) + ${i}u] = ${SMALL_SUMS[i]};`)}
  }
  workgroupBarrier();
  if (slice < ${half}u) {
    ${each(count, (i) => `${SMALL_SUMS[i]} += shares[${count}u * thread + ${i}u];`)}
  }
  workgroupBarrier();`;
  });
  return `${turns}\n  if (slice > 0u) { return; }`;
}

/** Threads of a workgroup of `reduceKernel`. */
const REDUCE_THREADS = 256;

/** Jobs that a thread may sum one after the other, and threads of a parameter at most. */
const JOBS_PER_LANE = 16;
const MAX_LANES = 32;

/** Threads that share the jobs of each parameter. */
function lanesFor(jobs: number): number {
  return Math.min(MAX_LANES, 2 ** Math.ceil(Math.log2(Math.max(1, jobs / JOBS_PER_LANE))));
}

/** Workgroups of `reduceKernel` for so many parameters and jobs. */
export function reduceGroups(parameters: number, jobs: number): number {
  return Math.ceil((parameters * lanesFor(jobs)) / REDUCE_THREADS);
}

/**
 * Sums the jobs of each expert into the gradient. Bindings: chunk, map, starts ([experts + 1], the jobs of each), partial sums, gradient.
 * @param jobs of all experts
 * @param isFirst whether to overwrite the gradient, else adds to it
 */
export function reduceKernel(jobs: number, isFirst: boolean): string {
  const lanes = lanesFor(jobs);
  const parameters = REDUCE_THREADS / lanes;
  return /* wgsl */ `
${UNIFORMS}
${bindings(2, 'read starts: u32', 'read partial', 'read_write gradient')}
var<workgroup> shares: array<f32, ${REDUCE_THREADS}>;

@compute @workgroup_size(${REDUCE_THREADS})
fn reduceKernel(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let parameter = ${parameters}u * group.x + thread % ${parameters}u;
  let lane = thread / ${parameters}u;
  let columns = map.inputs + 1u;
  let size = map.outputs * columns;
  let expert = parameter / size;
  let at = parameter % size;
  var sum = 0.0;
  if (expert <= map.expertMask) {
    for (var job = starts[expert] + lane; job < starts[expert + 1u]; job += ${lanes}u) { sum += partial[job * size + at]; }
  }
  shares[thread] = sum;
  ${each(Math.log2(lanes), (turn) => {
    const half = lanes / 2 ** (turn + 1);
    return `workgroupBarrier(); if (lane < ${half}u) { shares[thread] += shares[thread + ${half * parameters}u]; }`;
  })}
  if (lane > 0u || expert > map.expertMask) { return; }
  let unit = expert * map.outputs + at / columns;
  let input = at % columns;
  gradient[select(map.weight + unit * map.inputs + input, map.bias + unit, input == map.inputs)] ${isFirst ? '' : '+'}= shares[thread];
}
`;
}
