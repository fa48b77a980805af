/**
 * @file A pyramid field at the crossings of columns and rows, at any scale: the decoder's kernel. The unit of work is a *tile*,
 * as `../../pyramid/tile.ts` writes it. Its *stages* are the crossings whose values are needed: stage 0 is evaluated by
 * the layers, and every filter makes a stage of the one before; the last is what was asked for.
 *
 * What is made of a crossing depends on its position alone, in float32 steps of a fixed order, so that tiles can be cut at will.
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
  /** [rows][columns] of stage 0: the latents at crossings of whole numbers; 0 where they are not read as they are. */
  latents: usize;
  /** [cellRows][cellPitch] for all other crossings; 0 where there are none. */
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

/** Crossings and their values. */
@unmanaged
export class Stage {
  /** With fillers, a multiple of 8. */
  columns: u32;
  rows: u32;
  /** [channels rounded up to 4][rows][columns], planes `planeBytes` apart. */
  planes: usize;
  planeBytes: usize;
  /**
   * Where the stage before has a position itself, and its clamped neighbours at −1, 0 and +1: u32 [4][columns], bytes from the start
   * of a row, and u32 [4][rows], bytes from the start of a plane.
   */
  columnTaps: usize;
  rowTaps: usize;

  @inline get pitch(): usize { return 4 * this.columns; }
  @inline rowTap(tap: u32, row: u32): usize { return load<u32>(this.rowTaps + 4 * (tap * this.rows + row)); }
}

@unmanaged
export class Tile {
  planes: u32;
  /** Patch records, one per plane. */
  patches: usize;
  /** All ones where a column of stage 0 is a whole number. */
  wholeColumns: usize;
  /** u32: 1 where a row of stage 0 is one. */
  wholeRows: usize;
  /** [planes][columns]: what the layers see of a row. */
  features: usize;
  /** Experts of stage 0, u32 [rows][columns]; 0 where no layer has several. */
  tuples: usize;
  /** See `Layers`. */
  layers: usize;
  /** Affine records. */
  filterRecords: usize;
  filters: u32;
  /** Stage records, one more than filters. */
  stages: usize;
  channels: u32;
  /** u32: addresses of planes, as many as a filter or the first layer has inputs. */
  pointers: usize;
  /** [9·channels][columns]: what a filter sees of a row. */
  taps: usize;
  /** Columns of the last stage without fillers. */
  outputColumns: u32;
  /** [rows][outputColumns][channels] of the last stage. */
  outputs: usize;

  @inline patch(plane: u32): Patch { return changetype<Patch>(this.patches + plane * offsetof<Patch>()); }
  @inline stage(index: u32): Stage { return changetype<Stage>(this.stages + index * offsetof<Stage>()); }
  @inline filter(index: u32): Affine { return changetype<Affine>(this.filterRecords + index * offsetof<Affine>()); }
}

/** Writes the outputs of a tile. */
export function evaluate(tile: Tile): void {
  const stage = tile.stage(0);
  for (let plane: u32 = 0; plane < tile.planes; plane++) {
    if (tile.patch(plane).cells) stretchRows(tile.patch(plane), stage.columns);
  }
  for (let row: u32 = 0; row < stage.rows; row++) {
    sampleRow(tile, row);
    evaluateRow(tile, row);
  }
  for (let index: u32 = 0; index < tile.filters; index++) filterStage(tile, index);
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
  const pitch = tile.stage(0).pitch;
  const isWhole = load<u32>(tile.wholeRows + 4 * row);
  pointTo(tile.pointers, tile.features, tile.planes, pitch);
  for (let plane: u32 = 0; plane < tile.planes; plane++) {
    const patch = tile.patch(plane);
    const feature = tile.features + pitch * plane, latents = patch.latents + pitch * row;
    if (!patch.cells) {
      store<u32>(tile.pointers + 4 * plane, <u32>latents);
      continue;
    }
    combineLines(patch, row, pitch, feature);
    if (patch.latents && isWhole) choose(tile.wholeColumns, latents, feature, pitch);
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

/** out[x] = from[x] where the mask is set. */
function choose(mask: usize, from: usize, out: usize, pitch: usize): void {
  for (let x: usize = 0; x < pitch; x += 16) {
    v128.store(out + x, v128.bitselect(v128.load(from + x), v128.load(out + x), v128.load(mask + x)));
  }
}

/** The layers at a row of stage 0; moves `pointers` on. */
function evaluateRow(tile: Tile, row: usize): void {
  const stage = tile.stage(0);
  const start = stage.pitch * row;
  for (let first: u32 = 0; first < stage.columns; first += BLOCK) {
    const at = start + 4 * <usize>first;
    const pixels = min(BLOCK, stage.columns - first);
    const tuples = tile.tuples ? tile.tuples + at : 0;
    forwardLayers(changetype<Layers>(tile.layers), tile.pointers, tuples, pixels, stage.planes + at, stage.planeBytes);
    for (let plane: usize = 0; plane < tile.planes; plane++) {
      const pointer = tile.pointers + 4 * plane;
      store<u32>(pointer, load<u32>(pointer) + 4 * pixels);
    }
  }
}

/** Makes stage index + 1: z(p) + (b + Σ w·z(clamped p + (dx, dy))), the sum over channels, dy and dx in this order. */
function filterStage(tile: Tile, index: u32): void {
  const filter = tile.filter(index), from = tile.stage(index), to = tile.stage(index + 1);
  const pitch = to.pitch;
  pointTo(tile.pointers, tile.taps, filter.inputs, pitch);
  for (let row: u32 = 0; row < to.rows; row++) {
    const out = to.planes + pitch * row;
    gatherTaps(from, to, row, tile.channels, tile.taps);
    densePlanes(tile.pointers, filter.inputs, filter.weights, out, to.planeBytes, filter.outputs, to.columns);
    for (let channel: usize = 0; channel < tile.channels; channel++) {
      gather(from.planes + from.planeBytes * channel + to.rowTap(0, row), to.columnTaps, pitch, tile.taps);
      addPlane(out + to.planeBytes * channel, tile.taps, to.columns);
    }
  }
}

/** Writes what a row sees of the stage before: [channel, 3 rows, 3 columns][columns]. */
function gatherTaps(from: Stage, to: Stage, row: u32, channels: u32, taps: usize): void {
  const pitch = to.pitch;
  for (let channel: usize = 0; channel < channels; channel++) {
    const plane = from.planes + from.planeBytes * channel;
    for (let dy: u32 = 1; dy <= 3; dy++) {
      const line = plane + to.rowTap(dy, row);
      for (let dx: usize = 1; dx <= 3; dx++, taps += pitch) gather(line, to.columnTaps + pitch * dx, pitch, taps);
    }
  }
}

/** Copies the floats at `offsets` to `bytes` bytes from `to` on. */
function gather(from: usize, offsets: usize, bytes: usize, to: usize): void {
  for (const end = to + bytes; to < end; to += 8, offsets += 8) {
    store<u32>(to, load<u32>(from + load<u32>(offsets)));
    store<u32>(to, load<u32>(from + load<u32>(offsets, 4)), 4);
  }
}

/** The last stage as pixels. */
function writeOutputs(tile: Tile): void {
  const stage = tile.stage(tile.filters);
  let out = tile.outputs;
  for (let row: usize = 0; row < stage.rows; row++) {
    const line = stage.planes + stage.pitch * row;
    for (let x: usize = 0; x < tile.outputColumns; x++) {
      let value = line + 4 * x;
      for (let channel: u32 = 0; channel < tile.channels; channel++, out += 4, value += stage.planeBytes) {
        store<f32>(out, load<f32>(value));
      }
    }
  }
}
