/**
 * @file A pyramid field at the cells of a lattice with one cell per pixel of the picture, all shifted by the same part of a pixel: the
 * decoder's kernel. The unit of work is a *tile* of cells, as `../../pyramid/tile.ts` writes it: those whose values are wanted and around
 * them a *halo*, a cell for each filter, but none beyond the picture's edges. Beyond the centres of an edge's pixels filters see what is at
 * these: where cells are elsewhere, it is in tiles of their own, *edges*, which are evaluated before.
 *
 * What is made of a cell depends on its position alone, in float32 steps of a fixed order, so that tiles can be cut at will.
 */

import { madd } from '../../wasm/kernels/vector';
import { BLOCK, forwardLayers, Layers, pointTo } from '../../field/kernels/layers';
import { addPlane, densePlanes } from '../../wasm/kernels/planar';
import { Affine } from '../../field/kernels/affine';

/** Taps of the spline along an axis. */
const SPLINE: usize = 4;

/** The part of a plane that a tile sees: cells with what lies beyond the edges. */
@unmanaged
export class Patch {
  /** [rows][columns] of the tile: what is read as it is; 0 of a plane that is interpolated. */
  direct: usize;
  /** [cellRows][cellPitch]; 0 of a plane that is read as it is. */
  cells: usize;
  cellRows: u32;
  cellPitch: usize;
  /** u32 [columns]: bytes from the start of a row of cells to the first of four. */
  columnTaps: usize;
  /** [columns][4] */
  columnWeights: usize;
  /** u32 [rows]: the first of four rows of cells. */
  rowTaps: usize;
  /** [rows][4] */
  rowWeights: usize;
  /** [cellRows][columns]: the rows of cells at the tile's columns. */
  lines: usize;
}

/** Bytes left of a row of values, of which the last four are its left neighbour, and right of it, of which the first four are the right one. */
const MARGIN: usize = 16;

/** Of an end of a tile. */
const BEYOND: u32 = 2;

@unmanaged
export class Tile {
  planes: u32;
  /** Patch records, one per plane. */
  patches: usize;
  /** Cells: columns with fillers, a multiple of 8, and without; rows. */
  columns: u32;
  cellColumns: u32;
  rows: u32;
  /** 1 where the tile ends at the picture's edge; 2 where its last cells there lie beyond the centres of the edge's pixels. */
  atLeft: u32;
  atRight: u32;
  atTop: u32;
  atBottom: u32;
  /** [planes][columns]: what the layers see of a row. */
  features: usize;
  /** Experts, u32 [rows][columns]; 0 where no layer has several. */
  tuples: usize;
  /** See `Layers`. */
  layers: usize;
  /** Affine records. */
  filterRecords: usize;
  /** Filters that are applied here, and those of the field: what none of these sees needs no neighbours. */
  filters: u32;
  fieldFilters: u32;
  channels: u32;
  /** u32 [filters + 1]: addresses of [channels rounded up to 4][rows][MARGIN, columns, MARGIN], what the layers give and what filters make of it. */
  values: usize;
  planeBytes: usize;
  /** [rows][2·channels]: values at the left and at the right edge, where filters see others in their place. */
  covered: usize;
  /** Edges: tiles whose first column, last column, first row and last row are at the centres; 0 where those of this tile are. */
  left: usize;
  right: usize;
  top: usize;
  bottom: usize;
  /** u32: addresses of planes, as many as a filter or the first layer has inputs. */
  pointers: usize;
  /** The first cell that is wanted, and the cells. */
  firstColumn: u32;
  firstRow: u32;
  outputColumns: u32;
  outputRows: u32;
  /** Where the channels of the first one go, and bytes from one column and from one row to the next. */
  outputs: usize;
  outputStep: usize;
  outputPitch: usize;

  @inline get pitch(): usize { return 4 * <usize>this.columns + 2 * MARGIN; }
  @inline patch(plane: u32): Patch { return changetype<Patch>(this.patches + plane * offsetof<Patch>()); }
  @inline filter(index: u32): Affine { return changetype<Affine>(this.filterRecords + index * offsetof<Affine>()); }
  @inline coveredAt(row: u32): usize { return this.covered + 8 * <usize>this.channels * row; }
  /** The first value of a row after so many filters. */
  @inline valuesAt(filters: u32, row: u32): usize {
    return load<u32>(this.values + 4 * filters) + this.pitch * row + MARGIN;
  }
}

/** Writes the outputs of a tile. */
export function evaluate(tile: Tile): void {
  for (let plane: u32 = 0; plane < tile.planes; plane++) {
    if (tile.patch(plane).cells) stretchRows(tile.patch(plane), tile.columns);
  }
  for (let row: u32 = 0; row < tile.rows; row++) {
    sampleRow(tile, row);
    evaluateRow(tile, row);
    coverEdges(tile, 0, row);
  }
  for (let index: u32 = 0; index < tile.filters; index++) filterRows(tile, index);
  writeOutputs(tile);
}

/** line[x] = ((w₀·c₀ + w₁·c₁) + w₂·c₂) + w₃·c₃ in each row of cells. */
function stretchRows(patch: Patch, columns: u32): void {
  const pitch = 4 * <usize>columns;
  for (let row: usize = 0; row < patch.cellRows; row++) {
    const cells = patch.cells + patch.cellPitch * row;
    let to = patch.lines + pitch * row;
    let tap = patch.columnTaps, weights = patch.columnWeights;
    for (const end = to + pitch; to < end; to += 16, tap += 16, weights += 64) {
      // Four columns with four products each, transposed.
      const a = f32x4.mul(v128.load(cells + load<u32>(tap)), v128.load(weights));
      const b = f32x4.mul(v128.load(cells + load<u32>(tap, 4)), v128.load(weights, 16));
      const c = f32x4.mul(v128.load(cells + load<u32>(tap, 8)), v128.load(weights, 32));
      const d = f32x4.mul(v128.load(cells + load<u32>(tap, 12)), v128.load(weights, 48));
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      let sum = f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
      const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7), cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      sum = f32x4.add(sum, v128.shuffle<f32>(ab2, cd2, 0, 1, 4, 5));
      v128.store(to, f32x4.add(sum, v128.shuffle<f32>(ab2, cd2, 2, 3, 6, 7)));
    }
  }
}

/** Writes the features of a row, and their addresses to `pointers`. */
function sampleRow(tile: Tile, row: u32): void {
  const pitch = 4 * <usize>tile.columns;
  for (let plane: u32 = 0; plane < tile.planes; plane++) {
    const patch = tile.patch(plane);
    const feature = patch.cells ? tile.features + pitch * plane : patch.direct + pitch * row;
    if (patch.cells) combineLines(patch, row, pitch, feature);
    store<u32>(tile.pointers + 4 * plane, <u32>feature);
  }
}

/** out[x] = ((w₀·line₀ + w₁·line₁) + w₂·line₂) + w₃·line₃ */
function combineLines(patch: Patch, row: usize, pitch: usize, out: usize): void {
  const line0 = patch.lines + pitch * load<u32>(patch.rowTaps + 4 * row);
  const line1 = line0 + pitch, line2 = line1 + pitch, line3 = line2 + pitch;
  const weights = patch.rowWeights + 4 * SPLINE * row;
  const w0 = v128.load_splat<f32>(weights), w1 = v128.load_splat<f32>(weights, 4);
  const w2 = v128.load_splat<f32>(weights, 8), w3 = v128.load_splat<f32>(weights, 12);
  for (let x: usize = 0; x < pitch; x += 16) {
    let sum = f32x4.mul(w0, v128.load(line0 + x));
    sum = madd(w1, v128.load(line1 + x), sum);
    sum = madd(w2, v128.load(line2 + x), sum);
    v128.store(out + x, madd(w3, v128.load(line3 + x), sum));
  }
}

/** The layers at a row; moves `pointers` on. */
function evaluateRow(tile: Tile, row: u32): void {
  const values = tile.valuesAt(0, row);
  const tuples = tile.tuples ? tile.tuples + 4 * <usize>tile.columns * row : 0;
  for (let first: u32 = 0; first < tile.columns; first += BLOCK) {
    const at = 4 * <usize>first;
    const pixels = min(BLOCK, tile.columns - first);
    const experts = tuples ? tuples + at : 0;
    forwardLayers(changetype<Layers>(tile.layers), tile.pointers, experts, pixels, values + at, tile.planeBytes);
    for (let plane: usize = 0; plane < tile.planes; plane++) {
      const pointer = tile.pointers + 4 * plane;
      store<u32>(pointer, load<u32>(pointer) + 4 * pixels);
    }
  }
}

/** Makes a row what filters see of it: at the picture's edges, what is at the centres of their pixels. */
function coverEdges(tile: Tile, filters: u32, row: u32): void {
  const left = edgeOf(tile, tile.left), right = edgeOf(tile, tile.right);
  const first = left.valuesAt(filters, row), last = right.valuesAt(filters, row) + 4 * (<usize>right.cellColumns - 1);
  let plane = tile.valuesAt(filters, row), covered = tile.coveredAt(row);
  for (let channel: usize = 0; channel < tile.channels; channel++, plane += tile.planeBytes, covered += 8) {
    const end = plane + 4 * <usize>tile.cellColumns;
    store<f32>(covered, load<f32>(plane));
    store<f32>(covered, load<f32>(end - 4), 4);
    const atLeft = load<f32>(first + left.planeBytes * channel), atRight = load<f32>(last + right.planeBytes * channel);
    if (tile.atLeft) store<f32>(plane - 4, atLeft);
    if (tile.atLeft == BEYOND) store<f32>(plane, atLeft);
    if (tile.atRight) store<f32>(end, atRight);
    if (tile.atRight == BEYOND) store<f32>(end - 4, atRight);
  }
}

/** Adds what filter `index` has seen of a row to what it makes of it, where it has seen others also what is covered. */
function addCentres(tile: Tile, index: u32, row: u32): void {
  const end = 4 * (<usize>tile.cellColumns - 1);
  let plane = tile.valuesAt(index + 1, row), before = tile.valuesAt(index, row), covered = tile.coveredAt(row);
  for (let channel: usize = 0; channel < tile.channels; channel++, covered += 8) {
    const first = load<f32>(plane), last = load<f32>(plane + end);
    addPlane(plane, before, tile.columns);
    if (tile.atLeft == BEYOND) store<f32>(plane, first + load<f32>(covered));
    if (tile.atRight == BEYOND) store<f32>(plane + end, last + load<f32>(covered, 4));
    plane += tile.planeBytes;
    before += tile.planeBytes;
  }
}

/** The tile that has an edge's values. */
function edgeOf(tile: Tile, edge: usize): Tile {
  return edge ? changetype<Tile>(edge) : tile;
}

/** Filter `index`: z(p) + (b + Σ w·z(p + (dx, dy))), the sum over channels, dy and dx in this order. Of rows that the next ones need. */
function filterRows(tile: Tile, index: u32): void {
  const filter = tile.filter(index);
  const first: u32 = tile.atTop ? 0 : index + 1;
  const end = tile.atBottom ? tile.rows : tile.rows - index - 1;
  for (let row = first; row < end; row++) {
    const values = tile.valuesAt(index + 1, row);
    pointAround(tile, index, row);
    densePlanes(tile.pointers, filter.inputs, filter.weights, values, tile.planeBytes, filter.outputs, tile.columns);
    addCentres(tile, index, row);
    if (index + 1 < tile.fieldFilters) coverEdges(tile, index + 1, row);
  }
}

/** The addresses of a row as each tap of a filter sees it: [channel, 3 rows, 3 columns]. */
function pointAround(tile: Tile, filters: u32, row: u32): void {
  for (let dy: i32 = -1; dy <= 1; dy++) {
    const seen = <i32>row + dy;
    const first = tile.atTop == BEYOND ? 1 : 0, last = <i32>tile.rows - (tile.atBottom == BEYOND ? 2 : 1);
    const from = seen < first ? edgeOf(tile, tile.top) : seen > last ? edgeOf(tile, tile.bottom) : tile;
    const line = seen < first ? 0 : seen > last ? from.rows - 1 : <u32>seen;
    const values = from.valuesAt(filters, line) - 4;
    let pointers = tile.pointers + 12 * (dy + 1);
    for (let channel: usize = 0; channel < tile.channels; channel++, pointers += 36) {
      pointTo(pointers, values + from.planeBytes * channel, 3, 4);
    }
  }
}

/** What is wanted, pixel by pixel. */
function writeOutputs(tile: Tile): void {
  for (let row: u32 = 0; row < tile.outputRows; row++) {
    let out = tile.outputs + tile.outputPitch * row;
    let values = tile.valuesAt(tile.filters, tile.firstRow + row) + 4 * <usize>tile.firstColumn;
    for (let column: u32 = 0; column < tile.outputColumns; column++, out += tile.outputStep, values += 4) {
      for (let channel: usize = 0; channel < tile.channels; channel++) {
        store<f32>(out + 4 * channel, load<f32>(values + tile.planeBytes * channel));
      }
    }
  }
}
