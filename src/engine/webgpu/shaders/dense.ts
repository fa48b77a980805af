/**
 * @file The dense layer, forward and backward. Activations are planes, [plane][row]; a workgroup does one block of 64 rows, which share their
 * experts, and a tile of outputs.
 */

import type { Tensor } from '../../../field/spec.ts';
import { bindings, each, fill, repeat } from '../../../webgpu/shaders/common.ts';
import { sine } from '../../../webgpu/shaders/math.ts';
import { BLOCK_ROWS, CHUNK } from './blocks.ts';
import { struct, wordsOf } from './records.ts';

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

/** @param first index of the model's first parameter */
export function tensorsOfMap(weight: Tensor, bias: Tensor, first = 0) {
  const { columns: inputs, rows: outputs, experts, offset } = weight;
  return { inputs, outputs, experts, weight: first + offset, bias: first + bias.offset };
}

/** Some of the inputs, and what becomes of the gradient there: it scales the slopes, is set, or added. */
export interface BackPart {
  readonly first: number;
  readonly count: number;
  readonly mode: 'scale' | 'set' | 'add';
}

/** Inputs that are in workgroup memory at a time. */
const DEPTH = 16;

/** Outputs that a workgroup may do. */
const TILES = [4, 8, 16, 24, 32, 48] as const;
export const MAX_TILE = 64;

/** Outputs of a workgroup: all of them if there are not too many. */
export function tileOf(outputs: number): number {
  return TILES.find((tile) => outputs <= tile) ?? MAX_TILE;
}

/** Tiles that cover so many outputs. */
export function tilesOf(outputs: number): number {
  return Math.ceil(outputs / tileOf(outputs));
}

const MAP = {
  inputs: 'u32',
  outputs: 'u32',
  from_: 'u32',
  to_: 'u32',
  weight: 'u32',
  bias: 'u32',
  expertMask: 'u32',
  expertShift: 'u32',
  omega: 'f32',
} as const;

/** What kernels read of the rows that they work on and of the map: numbers, so that maps of all sizes share their shaders. */
export const UNIFORMS = /* wgsl */ `${CHUNK}
${struct('Map', MAP)}
@group(0) @binding(1) var<uniform> map: Map;
`;

/** The words of `Map`. */
export function mapWords(map: DenseMap): Uint32Array {
  const { from, to, experts, layer } = map;
  const expertMask = experts > 1 ? 3 : 0;
  return wordsOf(MAP, { ...map, from_: from, to_: to, expertMask, expertShift: 2 * layer });
}

/** Of a product of rows with a matrix, as WGSL. */
interface Product {
  /** Of the entry point. */
  readonly name: string;
  /** The length of its sums and the number of its outputs decide on sizes alone. */
  readonly depth: number;
  readonly outputs: number;
  /** Declarations. `Rows` is a value of each row of a vector. */
  readonly head: string;
  /** The length of the sums and the number of outputs. */
  readonly depthName: string;
  readonly outputsName: string;
  /** The factor in plane `k` of rows `at`. */
  readonly row: string;
  /** The matrix at `k` and output `o`, of `expert`. */
  readonly column: string;
  /** Whether the matrix is read along `k`, else along `o`, so that threads side by side read what lies side by side. */
  readonly isAlongDepth: boolean;
  /** What the sum of output `o` begins with. */
  readonly start: string;
  /** What to do with the sums `u` of output `o` and rows `at`. */
  readonly finish: string;
}

/** How the sums of a tile are shared out among threads. */
interface Shares {
  /** Rows of a vector: 4, or 1 where threads would be too few. */
  readonly vector: 1 | 4;
  /** Vectors of rows and vectors of four outputs of a thread, which lie as far apart as they can: a warp then reads without a gap. */
  readonly rowVectors: number;
  readonly outputVectors: number;
}

function sharesOf(tile: number): Shares {
  if (tile < 16) return { vector: 1, rowVectors: 1, outputVectors: 1 };
  return tile === MAX_TILE
    ? { vector: 4, rowVectors: 2, outputVectors: 2 }
    : { vector: 4, rowVectors: 1, outputVectors: 1 };
}

/** The product of 64 rows with a tile of a matrix. */
function productKernel(part: Product): string {
  const tile = tileOf(part.outputs);
  const { vector, rowVectors, outputVectors } = sharesOf(tile);
  const rows = BLOCK_ROWS / vector;
  const rowThreads = rows / rowVectors;
  const outputThreads = tile / 4 / outputVectors;
  const threads = rowThreads * outputThreads;
  const depth = part.depth > DEPTH / 2 ? DEPTH : DEPTH / 2;
  // One more than a tile has, so that threads that write one below the other meet different banks.
  const fours = tile / 4;
  const pitch = fours + 1;
  const { depthName, outputsName } = part;
  const [k, four] = part.isAlongDepth
    ? [`i % ${depth}u`, `i / ${depth}u`]
    : [`i / ${fours}u`, `i % ${fours}u`];
  const outputOf = (v: number, c: number): string =>
    `firstOutput + 4u * (column + ${outputThreads * v}u) + ${c}u`;
  const sums = (line: (r: number, v: number, c: number) => string): string =>
    each(rowVectors, (r) => each(outputVectors, (v) => each(4, (c) => line(r, v, c))));
  return /* wgsl */ `
alias Rows = ${vector === 4 ? 'vec4f' : 'f32'};
${UNIFORMS}
${bindings(2, 'read blocks: vec2u', 'read weights')}
${part.head}
var<workgroup> rows: array<Rows, ${depth * rows}>;
var<workgroup> columns: array<vec4f, ${depth * pitch}>;

/** The index of rows of a plane. */
fn indexOf(plane: u32, at: u32) -> u32 { return plane * (chunk.stride / ${vector}u) + at; }

fn rowAt(k: u32, at: u32) -> Rows {
  return select(Rows(0.0), ${part.row}, k < ${depthName});
}

fn columnAt(expert: u32, k: u32, o: u32) -> f32 {
  return select(0.0, ${part.column}, k < ${depthName} && o < ${outputsName});
}

fn columnsAt(expert: u32, k: u32, o: u32) -> vec4f {
  return vec4f(columnAt(expert, k, o), columnAt(expert, k, o + 1u), columnAt(expert, k, o + 2u), columnAt(expert, k, o + 3u));
}

fn startAt(expert: u32, o: u32) -> Rows {
  return Rows(select(0.0, ${part.start}, o < ${outputsName}));
}

fn finish(u: Rows, o: u32, at: u32) {
  if (o >= ${outputsName}) { return; }
  ${part.finish}
}

@compute @workgroup_size(${threads})
fn ${part.name}(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let expert = (blocks[chunk.firstBlock + group.y].x >> map.expertShift) & map.expertMask;
  let first = ${rows}u * group.y;
  let row = thread % ${rowThreads}u;
  let column = thread / ${rowThreads}u;
  let firstOutput = ${tile}u * group.x;
  ${sums((r, v, c) => `var sum${r}_${v}_${c} = startAt(expert, ${outputOf(v, c)});`)}
  for (var depth = 0u; depth < ${depthName}; depth += ${depth}u) {
    ${fill(threads, depth * rows, `rowAt(depth + i / ${rows}u, first + i % ${rows}u)`, 'rows[i] = value;')}
    ${fill(threads, depth * fours, `columnsAt(expert, depth + ${k}, firstOutput + 4u * (${four}))`, `columns[${pitch}u * (${k}) + ${four}] = value;`)}
    workgroupBarrier();
    ${repeat(
      'k',
      depth,
      tile === MAX_TILE,
      /* wgsl */ `
      ${each(outputVectors, (v) => `let w${v} = columns[${pitch}u * k + column + ${outputThreads * v}u];`)}
      ${each(rowVectors, (r) => `let x${r} = rows[${rows}u * k + row + ${rowThreads * r}u];`)}
      ${sums((r, v, c) => `sum${r}_${v}_${c} = fma(x${r}, Rows(w${v}[${c}]), sum${r}_${v}_${c});`)}`,
    )}
    workgroupBarrier();
  }
  ${sums((r, v, c) => `finish(sum${r}_${v}_${c}, ${outputOf(v, c)}, first + row + ${rowThreads * r}u);`)}
}
`;
}

/** Bindings: chunk, map, blocks, weights, values, slopes. One workgroup per tile of outputs and block: tiles of the same rows are done side by side. */
export function forwardKernel({ inputs, outputs, activation, residual }: DenseMap): string {
  return productKernel({
    name: 'forwardKernel',
    depth: inputs,
    outputs,
    head: /* wgsl */ `
${bindings(4, 'read_write values: Rows', 'read_write slopes: Rows')}
${sine('Rows')}
fn write(o: u32, at: u32, value: Rows, slope: Rows) {
  values[indexOf(map.to_ + o, at)] = value;
  slopes[indexOf(map.to_ + o, at)] = slope;
}`,
    depthName: 'map.inputs',
    outputsName: 'map.outputs',
    row: 'values[indexOf(map.from_ + k, at)]',
    column: 'weights[map.weight + (expert * map.outputs + o) * map.inputs + k]',
    isAlongDepth: true,
    start: 'weights[map.bias + expert * map.outputs + o]',
    finish: `let v = u${residual ? ' + values[indexOf(map.from_ + o, at)]' : ''};
  ${ACTIVATE[activation]}`,
  });
}

/** WGSL that writes the activation of `v` and its slope. */
const ACTIVATE = {
  linear: 'write(o, at, v, Rows(1.0));',
  sine: 'let sc = sineAndCosine(map.omega * v); write(o, at, sc.sine, map.omega * sc.cosine);',
  snake:
    'let sc = sineAndCosine(v); write(o, at, fma(sc.sine, sc.sine, v), fma(2.0 * sc.sine, sc.cosine, Rows(1.0)));',
  relu: 'write(o, at, max(v, Rows(0.0)), select(Rows(0.0), Rows(1.0), v > Rows(0.0)));',
} as const;

const PART = { first: 'u32', count: 'u32' } as const;

/** The words of `Part`. */
export function partWords(part: BackPart): Uint32Array {
  return wordsOf(PART, part);
}

/** WGSL that takes a sum into the gradient at an input. */
const TAKE = { scale: '*=', set: '=', add: '+=' } as const;

/**
 * From the gradient at a map's outputs to that at some of its inputs. Bindings: chunk, map, blocks, weights, deltas, in which the slopes
 * are, part. One workgroup per tile of inputs and block.
 */
export function backwardKernel({ outputs, residual }: DenseMap, { count, mode }: BackPart): string {
  return productKernel({
    name: 'backwardKernel',
    depth: outputs,
    outputs: count,
    head: /* wgsl */ `
${struct('Part', PART)}
${bindings(4, 'read_write deltas: Rows')}
@group(0) @binding(5) var<uniform> part: Part;`,
    depthName: 'map.outputs',
    outputsName: 'part.count',
    row: 'deltas[indexOf(map.to_ + k, at)]',
    column: 'weights[map.weight + (expert * map.outputs + k) * map.inputs + part.first + o]',
    isAlongDepth: false,
    start: '0.0',
    finish: `deltas[indexOf(map.from_ + part.first + o, at)] ${TAKE[mode]} u${
      residual ? ' + deltas[indexOf(map.to_ + o, at)]' : ''
    };`,
  });
}
