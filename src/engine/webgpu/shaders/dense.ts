/**
 * @file The dense layer: forward, backward, and the gradient of its weights. Activations are planes, [plane][row]; a workgroup does
 * one block of 64 rows, which share their experts, and a tile of outputs.
 */

import { BLOCK_ROWS, CHUNK, each, THREADS } from './common.ts';
import { SINE } from './math.ts';

/** An affine map with its experts between planes. */
export interface DenseMap {
  readonly inputs: number;
  readonly outputs: number;
  /** The first plane of its inputs and of its outputs. */
  readonly from: number;
  readonly to: number;
  readonly experts: number;
  /** Where weights and biases begin in the parameters: [experts, outputs, inputs] and [experts, outputs]. */
  readonly weight: number;
  readonly bias: number;
  /** Which two bits of a tuple choose the expert. */
  readonly layer: number;
  readonly activation: 'linear' | 'sine' | 'snake' | 'relu';
  /** Of a sine. */
  readonly omega: number;
  /** Whether inputs are added to the outputs of the affine map, of which there are as many. */
  readonly residual: boolean;
  /** Where the gradient at the inputs goes. */
  readonly back: readonly BackPart[];
}

/** Some of the inputs, and what becomes of the gradient there: it scales the slopes, is set, or added. */
export interface BackPart {
  readonly first: number;
  readonly count: number;
  readonly mode: 'scale' | 'set' | 'add';
}

/** Inputs that are in workgroup memory at a time. */
const DEPTH = 16;

/** Outputs of a workgroup: a power of two. */
function tileOf(outputs: number): number {
  return Math.min(64, Math.max(4, 2 ** Math.ceil(Math.log2(outputs))));
}

/** Tiles that cover so many outputs. */
export function tilesOf(outputs: number): number {
  return Math.ceil(outputs / tileOf(outputs));
}

/** What kernels read of the rows that they work on and of the map: numbers, so that maps of all sizes share their shaders. */
const UNIFORMS = /* wgsl */ `${CHUNK}
struct Map { inputs: u32, outputs: u32, from_: u32, to_: u32, weight: u32, bias: u32, expertMask: u32, expertShift: u32, omega: f32 }
@group(0) @binding(1) var<uniform> map: Map;
`;

/** The words of `Map`. */
export function mapWords(map: DenseMap): Uint32Array {
  const { inputs, outputs, from, to, weight, bias, experts, layer, omega } = map;
  const mask = experts > 1 ? 3 : 0;
  const [omegaBits = 0] = new Uint32Array(Float32Array.of(omega).buffer);
  return Uint32Array.of(inputs, outputs, from, to, weight, bias, mask, 2 * layer, omegaBits);
}

/** Of a product of rows with a matrix, as WGSL. */
interface Product {
  /** Of the entry point. */
  readonly name: string;
  /** The length of its sums and the number of its outputs decide on sizes alone. */
  readonly depth: number;
  readonly outputs: number;
  /** Declarations. */
  readonly head: string;
  /** The length of the sums and the number of outputs. */
  readonly depthName: string;
  readonly outputsName: string;
  /** The factor in plane `k` of row `at`. */
  readonly row: string;
  /** The matrix at `k` and output `o`, of `expert`. */
  readonly column: string;
  /** What the sum of output `o` begins with. */
  readonly start: string;
  /** What to do with the sum `u` of output `o` and row `at`. */
  readonly finish: string;
}

/** The product of 64 rows with a tile of a matrix. A thread sums `rows` × 4 values. */
function productKernel(part: Product): string {
  const tile = tileOf(part.outputs);
  const rows = tile >= 32 ? 4 : 1;
  const rowThreads = BLOCK_ROWS / rows;
  const threads = (rowThreads * tile) / 4;
  const depth = part.depth > DEPTH / 2 ? DEPTH : DEPTH / 2;
  const { depthName, outputsName } = part;
  return /* wgsl */ `
${UNIFORMS}
@group(0) @binding(2) var<storage, read> blocks: array<vec2u>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
${part.head}
var<workgroup> rows: array<f32, ${depth * BLOCK_ROWS}>;
var<workgroup> columns: array<vec4f, ${(depth * tile) / 4}>;

fn rowAt(k: u32, at: u32) -> f32 {
  if (k >= ${depthName}) { return 0.0; }
  return ${part.row};
}

fn columnAt(expert: u32, k: u32, o: u32) -> f32 {
  if (k >= ${depthName} || o >= ${outputsName}) { return 0.0; }
  return ${part.column};
}

fn startAt(expert: u32, o: u32) -> f32 {
  if (o >= ${outputsName}) { return 0.0; }
  return ${part.start};
}

fn finish(u: f32, o: u32, at: u32) {
  if (o >= ${outputsName}) { return; }
  ${part.finish}
}

@compute @workgroup_size(${threads})
fn ${part.name}(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let expert = (blocks[chunk.firstBlock + group.x].x >> map.expertShift) & map.expertMask;
  let first = ${BLOCK_ROWS}u * group.x;
  let row = ${rows}u * (thread % ${rowThreads}u);
  let column = thread / ${rowThreads}u;
  let firstOutput = ${tile}u * group.y;
  let output = firstOutput + 4u * column;
  let start = vec4f(startAt(expert, output), startAt(expert, output + 1u), startAt(expert, output + 2u), startAt(expert, output + 3u));
  ${each(rows, (r) => `var sum${r} = start;`)}
  for (var depth = 0u; depth < ${depthName}; depth += ${depth}u) {
    for (var i = thread; i < ${depth * BLOCK_ROWS}u; i += ${threads}u) {
      rows[i] = rowAt(depth + i / ${BLOCK_ROWS}u, first + i % ${BLOCK_ROWS}u);
    }
    for (var i = thread; i < ${(depth * tile) / 4}u; i += ${threads}u) {
      let k = depth + i / ${tile / 4}u;
      let o = firstOutput + 4u * (i % ${tile / 4}u);
      columns[i] = vec4f(columnAt(expert, k, o), columnAt(expert, k, o + 1u), columnAt(expert, k, o + 2u), columnAt(expert, k, o + 3u));
    }
    workgroupBarrier();
    for (var k = 0u; k < ${depth}u; k++) {
      let w = columns[${tile / 4}u * k + column];
      let at = ${BLOCK_ROWS}u * k + row;
      ${each(rows, (r) => `sum${r} = fma(vec4f(rows[at + ${r}u]), w, sum${r});`)}
    }
    workgroupBarrier();
  }
  for (var c = 0u; c < 4u; c++) {
    ${each(rows, (r) => `finish(sum${r}[c], output + c, first + row + ${r}u);`)}
  }
}
`;
}

/** Bindings: chunk, map, blocks, weights, values, slopes. One workgroup per block and tile of outputs. */
export function forwardKernel({ inputs, outputs, activation, residual }: DenseMap): string {
  return productKernel({
    name: 'forwardKernel',
    depth: inputs,
    outputs,
    head: /* wgsl */ `
@group(0) @binding(4) var<storage, read_write> values: array<f32>;
@group(0) @binding(5) var<storage, read_write> slopes: array<f32>;
${SINE}
fn write(o: u32, at: u32, value: f32, slope: f32) {
  values[(map.to_ + o) * chunk.stride + at] = value;
  slopes[(map.to_ + o) * chunk.stride + at] = slope;
}`,
    depthName: 'map.inputs',
    outputsName: 'map.outputs',
    row: 'values[(map.from_ + k) * chunk.stride + at]',
    column: 'weights[map.weight + (expert * map.outputs + o) * map.inputs + k]',
    start: 'weights[map.bias + expert * map.outputs + o]',
    finish: `let v = u${residual ? ' + values[(map.from_ + o) * chunk.stride + at]' : ''};
  ${ACTIVATE[activation]}`,
  });
}

/** WGSL that writes the activation of `v` and its slope. */
const ACTIVATE = {
  linear: 'write(o, at, v, 1.0);',
  sine: 'let sc = sineAndCosine(map.omega * v); write(o, at, sc.x, map.omega * sc.y);',
  snake: 'let sc = sineAndCosine(v); write(o, at, fma(sc.x, sc.x, v), fma(2.0 * sc.x, sc.y, 1.0));',
  relu: 'write(o, at, max(v, 0.0), select(0.0, 1.0, v > 0.0));',
} as const;

/** The words of `Part`. */
export function partWords({ first, count }: BackPart): Uint32Array {
  return Uint32Array.of(first, count);
}

/** WGSL that takes a sum into the gradient at an input. */
const TAKE = { scale: '*=', set: '=', add: '+=' } as const;

/**
 * From the gradient at a map's outputs to that at some of its inputs. Bindings: chunk, map, blocks, weights, deltas, in which the slopes
 * are, part. One workgroup per block and tile of inputs.
 */
export function backwardKernel({ outputs, residual }: DenseMap, { count, mode }: BackPart): string {
  return productKernel({
    name: 'backwardKernel',
    depth: outputs,
    outputs: count,
    head: /* wgsl */ `
struct Part { first: u32, count: u32 }
@group(0) @binding(4) var<storage, read_write> deltas: array<f32>;
@group(0) @binding(5) var<uniform> part: Part;`,
    depthName: 'map.outputs',
    outputsName: 'part.count',
    row: 'deltas[(map.to_ + k) * chunk.stride + at]',
    column: 'weights[map.weight + (expert * map.outputs + k) * map.inputs + part.first + o]',
    start: '0.0',
    finish: `deltas[(map.from_ + part.first + o) * chunk.stride + at] ${TAKE[mode]} u${
      residual ? ' + deltas[(map.to_ + o) * chunk.stride + at]' : ''
    };`,
  });
}

/** How the gradient of a map is cut into tiles of its matrix [W b]. */
interface GradientTiles {
  readonly outputs: number;
  readonly inputs: number;
  /** Threads of a tile, each with 4 × 4 sums. */
  readonly threads: number;
  /** Rows in workgroup memory at a time. */
  readonly rows: number;
  /** Groups of threads that share the rows of a tile among them. */
  readonly slices: number;
}

/** Least threads of a workgroup. */
const LEAST_THREADS = 64;

/** Floats of workgroup memory that rows may take. */
const ROW_FLOATS = 3072;

function gradientTiles({ inputs, outputs }: DenseMap): GradientTiles {
  const [o, i] = [tileOf(outputs), tileOf(inputs + 1)];
  const threads = (o * i) / 16;
  const rows = Math.min(BLOCK_ROWS, 2 ** Math.floor(Math.log2(ROW_FLOATS / (o + i))));
  const slices = Math.max(1, Math.min(rows, LEAST_THREADS / threads));
  return { outputs: o, inputs: i, threads, rows, slices };
}

/** Tiles of [W b], the second dimension of a gradient kernel. */
export function gradientTileCount(map: DenseMap): number {
  return tilesOf(map.outputs) * tilesOf(map.inputs + 1);
}

/**
 * The gradient of [W b] over a job, some of the blocks of one expert. Bindings: chunk, map, jobs (first and last of the members), members
 * (blocks of the chunk), values, deltas, partial sums: [job][outputs][inputs + 1]. One workgroup per job and tile.
 */
export function gradientKernel(map: DenseMap): string {
  const tile = gradientTiles(map);
  const threads = tile.threads * tile.slices;
  const i4 = tile.inputs / 4;
  return /* wgsl */ `${UNIFORMS}
@group(0) @binding(2) var<storage, read> jobs: array<vec2u>;
@group(0) @binding(3) var<storage, read> members: array<u32>;
@group(0) @binding(4) var<storage, read> values: array<f32>;
@group(0) @binding(5) var<storage, read> deltas: array<f32>;
@group(0) @binding(6) var<storage, read_write> partial: array<f32>;
var<workgroup> inputRows: array<f32, ${tile.rows * tile.inputs}>;
var<workgroup> deltaRows: array<f32, ${tile.rows * tile.outputs}>;
${tile.slices > 1 ? `var<workgroup> sums: array<vec4f, ${4 * threads}>;` : ''}

fn inputAt(i: u32, at: u32) -> f32 {
  if (i > map.inputs) { return 0.0; }
  if (i == map.inputs) { return 1.0; }
  return values[(map.from_ + i) * chunk.stride + at];
}

fn write(job: u32, output: u32, firstInput: u32, sum: vec4f) {
  if (output >= map.outputs) { return; }
  for (var c = 0u; c < 4u; c++) {
    let input = firstInput + c;
    if (input <= map.inputs) { partial[(job * map.outputs + output) * (map.inputs + 1u) + input] = sum[c]; }
  }
}

fn deltaAt(o: u32, at: u32) -> f32 {
  if (o >= map.outputs) { return 0.0; }
  return deltas[(map.to_ + o) * chunk.stride + at];
}

@compute @workgroup_size(${threads})
fn gradientKernel(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let inputTiles = (map.inputs + ${tile.inputs}u) / ${tile.inputs}u;
  let firstOutput = ${tile.outputs}u * (group.y / inputTiles);
  let firstInput = ${tile.inputs}u * (group.y % inputTiles);
  let slice = thread / ${tile.threads}u;
  let o = 4u * ((thread % ${tile.threads}u) / ${i4}u);
  let i = 4u * ((thread % ${tile.threads}u) % ${i4}u);
  ${each(4, (r) => `var sum${r} = vec4f(0.0);`)}
  let job = jobs[group.x];
  for (var member = job.x; member < job.y; member++) {
    for (var part = 0u; part < ${BLOCK_ROWS}u; part += ${tile.rows}u) {
      let first = ${BLOCK_ROWS}u * members[member] + part;
      for (var n = thread; n < ${tile.rows * tile.inputs}u; n += ${threads}u) {
        inputRows[(n % ${tile.rows}u) * ${tile.inputs}u + n / ${tile.rows}u] = inputAt(firstInput + n / ${tile.rows}u, first + n % ${tile.rows}u);
      }
      for (var n = thread; n < ${tile.rows * tile.outputs}u; n += ${threads}u) {
        deltaRows[(n % ${tile.rows}u) * ${tile.outputs}u + n / ${tile.rows}u] = deltaAt(firstOutput + n / ${tile.rows}u, first + n % ${tile.rows}u);
      }
      workgroupBarrier();
      for (var row = slice; row < ${tile.rows}u; row += ${tile.slices}u) {
        let x = ${tile.inputs}u * row + i;
        let z = vec4f(inputRows[x], inputRows[x + 1u], inputRows[x + 2u], inputRows[x + 3u]);
        let d = ${tile.outputs}u * row + o;
        ${each(4, (r) => `sum${r} = fma(vec4f(deltaRows[d + ${r}u]), z, sum${r});`)}
      }
      workgroupBarrier();
    }
  }
  ${tile.slices > 1 ? addSlices(tile) : ''}
  ${each(4, (r) => `write(group.x, firstOutput + o + ${r}u, firstInput + i, sum${r});`)}
}
`;
}

/** WGSL that adds the sums of a tile's slices up in the first one, whose threads go on. */
function addSlices({ threads, slices }: GradientTiles): string {
  return /* wgsl */ `
  ${each(4, (r) => `sums[4u * thread + ${r}u] = sum${r};`)}
  workgroupBarrier();
  if (slice > 0u) { return; }
  for (var other = 1u; other < ${slices}u; other++) {
    let from_ = 4u * (thread + other * ${threads}u);
    ${each(4, (r) => `sum${r} += sums[from_ + ${r}u];`)}
  }`;
}

/**
 * Sums the jobs of each expert into the gradient. Bindings: chunk, map, starts ([experts + 1], the jobs of each), partial sums, gradient.
 * One thread per parameter.
 * @param isFirst whether to overwrite the gradient, else adds to it
 */
export function reduceKernel(isFirst: boolean): string {
  return /* wgsl */ `
${UNIFORMS}
@group(0) @binding(2) var<storage, read> starts: array<u32>;
@group(0) @binding(3) var<storage, read> partial: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(${THREADS})
fn reduceKernel(@builtin(global_invocation_id) id: vec3u) {
  let columns = map.inputs + 1u;
  let size = map.outputs * columns;
  let expert = id.x / size;
  if (expert > map.expertMask) { return; }
  let at = id.x % size;
  var sum = 0.0;
  for (var job = starts[expert]; job < starts[expert + 1u]; job++) { sum += partial[job * size + at]; }
  let unit = expert * map.outputs + at / columns;
  let input = at % columns;
  gradient[select(map.weight + unit * map.inputs + input, map.bias + unit, input == map.inputs)] ${isFirst ? '' : '+'}= sum;
}
`;
}
