/**
 * @file The layers and the filters of a pyramid field as compute shaders. A kernel writes what is known at the cells of a *tile*
 * (`../pyramid/tile.ts`): [rows, columns, channels], a thread for each cell.
 */

import type { AffineMap, Model } from '../../field/model.ts';
import { bindings, each, THREADS } from '../../webgpu/shaders/common.ts';
import { sine } from '../../webgpu/shaders/math.ts';

/** WGSL: the part of a tile that is written, and where its values go. */
const TILE = /* wgsl */ `
struct Tile {
  /** Cells that are written, and the first of them. */
  columns: u32, rows: u32, left: u32, top: u32,
  /** All cells, with the halo. */
  allColumns: u32, allRows: u32,
  /** Values: the first one's place, and how many there are from one column, and from one row, to the next. */
  start: u32, step: u32, pitch: u32,
}
@group(0) @binding(0) var<uniform> tile: Tile;
`;

/** The entry point of a kernel; `body` is about column `at.x` and row `at.y` of what is written, from `values[first]` on. Workgroups are parts of rows. */
function perCell(name: string, body: string): string {
  return /* wgsl */ `
@compute @workgroup_size(${THREADS})
fn ${name}(@builtin(global_invocation_id) at: vec3u) {
  if (at.x >= tile.columns) { return; }
  let first = tile.start + at.y * tile.pitch + at.x * tile.step;
${body}}
`;
}

/**
 * From latents to the outputs of the layers, at all cells. Bindings: tile, parameters of the field, experts (not read where no layer has
 * several), and the tables of `featureTables`: cells, pitches, taps, weights of taps; then the values.
 */
export function layersKernel({ planes, channels, field }: Model): string {
  const widths = [planes.length, ...field.layers.map(({ weight }) => weight.rows)];
  const widest = (parity: number): number => Math.max(...widths.filter((_, i) => i % 2 === parity));
  return /* wgsl */ `${TILE}
${bindings(1, 'read parameters', 'read tuples: u32', 'read cells', 'read pitches: u32', 'read taps: u32', 'read weights: vec4f', 'read_write values')}
${sine('f32')}
fn snake(u: f32) -> f32 {
  let s = sineAndCosine(u).sine;
  return fma(s, s, u);
}

/** What the cell sees of a plane: a spline along four rows of cells, and then down. */
fn feature(plane: u32, at: vec3u) -> f32 {
  let across = plane * (tile.columns + tile.rows) + at.x;
  let down = plane * (tile.columns + tile.rows) + tile.columns + at.y;
  var cell = taps[down] + taps[across];
  var lines = vec4f();
  for (var row = 0u; row < 4u; row++) {
    lines[row] = dot(weights[across], vec4f(cells[cell], cells[cell + 1u], cells[cell + 2u], cells[cell + 3u]));
    cell += pitches[plane];
  }
  return dot(weights[down], lines);
}

/** The features, then the outputs of each layer, in turn. */
var<private> layer0: array<f32, ${widest(0)}>;
var<private> layer1: array<f32, ${widest(1)}>;
${perCell(
  'layersKernel',
  `
  ${field.hasExperts ? 'let tuple = tuples[at.y * tile.columns + at.x];' : ''}
  for (var plane = 0u; plane < ${planes.length}u; plane++) { layer0[plane] = feature(plane, at); }
  ${each(field.layers.length, (layer) => evaluateLayer(field.layers[layer] as AffineMap, layer))}
  ${each(channels, (channel) => `values[first + ${channel}u] = layer${field.layers.length % 2}[${channel}];`)}
`,
)}`;
}

function evaluateLayer({ weight, bias, activation }: AffineMap, layer: number): string {
  const { rows: outputs, columns: inputs, experts } = weight;
  const [from, to] = [`layer${layer % 2}`, `layer${(layer + 1) % 2}`];
  return /* wgsl */ `
  for (var o = 0u; o < ${outputs}u; o++) {
    let unit = ${experts > 1 ? `((tuple >> ${2 * layer}u) & 3u) * ${outputs}u + o` : 'o'};
    var u = parameters[${bias.offset}u + unit];
    for (var i = 0u; i < ${inputs}u; i++) { u = fma(parameters[${weight.offset}u + unit * ${inputs}u + i], ${from}[i], u); }
    ${to}[o] = ${activation === 'snake' ? 'snake(u)' : 'u'};
  }`;
}

/** Of the tile's values what a filter makes: itself and a sum over the cells around. Bindings: tile, parameters of the field, values before, values after. */
export function filterKernel({ weight, bias }: AffineMap): string {
  const channels = weight.rows;
  return /* wgsl */ `${TILE}
${bindings(1, 'read parameters', 'read before', 'read_write after')}

/** Where the values of a cell begin in before; beyond the tile are its edge's. */
fn beforeAt(row: i32, column: i32) -> u32 {
  let y = u32(clamp(row, 0, i32(tile.allRows) - 1));
  let x = u32(clamp(column, 0, i32(tile.allColumns) - 1));
  return ${channels}u * (y * tile.allColumns + x);
}
${perCell(
  'filterKernel',
  `
  let row = i32(tile.top + at.y);
  let column = i32(tile.left + at.x);
  let own = beforeAt(row, column);
  ${each(channels, (o) => `var sum${o} = before[own + ${o}u] + parameters[${bias.offset + o}];`)}
  for (var tap = 0; tap < 9; tap++) {
    let seen = beforeAt(row + tap / 3 - 1, column + tap % 3 - 1);
    ${each(channels, (c) => `let value${c} = before[seen + ${c}u];`)}
    ${each(channels, (o) => each(channels, (c) => `sum${o} = fma(parameters[${weight.offset + 9 * (channels * o + c)} + tap], value${c}, sum${o});`))}
  }
  ${each(channels, (o) => `after[first + ${o}u] = sum${o};`)}
`,
)}`;
}
