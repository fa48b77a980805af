/**
 * @file Latent planes at the pixels. A plane's rows are stretched to the picture's columns first; rows of pixels are then sums of four
 * stretched rows. The adjoint goes the same way back.
 *
 * Pixels p, p + 2ˡ, p + 2·2ˡ … of a row, a *phase*, are one convolution of the plane's row. So stretching is a dense layer whose
 * inputs are the row at five offsets and whose outputs are the phases, interleaved afterwards.
 */

import { align, madd } from '../../../../wasm/kernels/vector';
import { pointTo } from '../../../../field/kernels/layers';
import { addPlane, densePlanes } from '../../../../wasm/kernels/planar';
import { CHECKED } from '../../../../wasm/kernels/checks';
import { BandPlane, LatentPlane } from './problem';

/** Cells that the phases of a cell see: itself and two to each side. */
const TAPS: u32 = 5;
const SIDE_CELLS: i32 = 2;
/** Planes that a kernel writes for them. */
const TAP_PLANES: u32 = 8;
/** Floats at each end of a row of cells, for what lies beyond its edges. */
const EDGE: usize = 16;

/** The first of the four cells that the pixel of index `pixel` sees, in a row or a column. */
export function firstTap(pixel: i32, level: u32): i32 {
  return ((2 * pixel + 1 - (1 << level)) >> (level + 1)) - 1;
}

/** Weight of a pixel's tap 0 … 3. */
function tapWeight(pixel: i32, level: u32, tap: i32): f32 {
  const numerator: i32 = 2 * pixel + 1 - (1 << level);
  const denominator: i32 = 2 << level;
  const cell: i32 = firstTap(pixel, level) + tap;
  return spline(<f32>numerator / <f32>denominator - <f32>cell);
}

/** The cubic B-spline. */
function spline(position: f32): f32 {
  const d = abs(position);
  if (d >= 2) return 0;
  if (d >= 1) return (2 - d) * (2 - d) * (2 - d) / 6;
  return (3 * d * d * d - 6 * d * d + 4) / 6;
}

/** The rows of one plane that a thread works on, as wide as the picture, and the gradient at them. */
@unmanaged
export class StretchedPlane {
  level: u32;
  phases: u32;
  width: u32;
  height: i32;
  /** Cells of a row with fillers, a multiple of 8. */
  cells: u32;
  /** Pixels of a row with fillers, a multiple of 8. */
  columns: u32;
  /** Of the rows that are here, the first one, and of those with a gradient. */
  first: i32;
  firstOwn: i32;
  /** Row `first` and the gradient at row `firstOwn`. */
  rows: usize;
  gradient: usize;
  /** A row of cells with its edges, from cell 0. */
  row: usize;
  /** Weights from cells at five offsets to phases, and back. */
  forward: usize;
  adjoint: usize;
  /** Addresses of the row at five offsets, and of the phases. */
  rowPointers: usize;
  phasePointers: usize;
  /** Planes of `cells` floats. */
  phasePlanes: usize;
  tapPlanes: usize;
  /** The first byte after everything. */
  end: usize;

  /**
   * Lays a thread's memory out from `area` on, all but `rows` and `gradient`.
   * @param columns pixels of a row with fillers
   * @returns the first byte after it
   */
  layOut(plane: LatentPlane, columns: u32, area: usize): usize {
    this.level = plane.level;
    this.phases = 1 << plane.level;
    this.width = plane.width;
    this.height = plane.height;
    this.cells = (plane.width + 7) & ~7;
    this.columns = columns;
    const edge: usize = 4 * EDGE;
    const bytes: usize = 4 * this.cells, planes = this.planes;
    this.row = area + edge;
    this.forward = this.row + align(bytes) + edge;
    this.adjoint = this.forward + align(4 * (1 + TAPS) * planes);
    this.rowPointers = this.adjoint + align(4 * (1 + planes) * TAP_PLANES);
    this.phasePointers = this.rowPointers + align(4 * TAPS);
    this.phasePlanes = this.phasePointers + align(4 * planes);
    this.tapPlanes = this.phasePlanes + bytes * planes;
    return align(this.tapPlanes + bytes * TAP_PLANES);
  }

  /**
   * Lays out the rows and the gradient.
   * @param most rows that a band sees
   * @param mostOwn those of them with a gradient
   * @returns the first byte after it
   */
  layOutRows(most: u32, mostOwn: u32, area: usize): usize {
    this.rows = area;
    this.gradient = this.rows + this.rowBytes * most;
    this.end = align(this.gradient + this.rowBytes * mostOwn);
    return this.end;
  }

  /** Makes ready for a band. */
  open(): void {
    this.writeWeights();
    pointTo(this.rowPointers, this.row - 4 * SIDE_CELLS, TAPS, 4);
    pointTo(this.phasePointers, this.phasePlanes, this.phases, 4 * this.cells);
  }

  /** Stretches what the picture's rows firstRow … lastRow − 1 see. */
  stretchRows(plane: LatentPlane, firstRow: i32, lastRow: i32): void {
    this.first = this.firstSeen(firstRow);
    const last = this.lastSeen(lastRow - 1);
    for (let row = this.first; row <= last; row++) {
      this.stretch(plane.values + plane.stride * <usize>row, this.rowAt(row));
    }
  }

  /** Zeros for the gradient at what the rows see. */
  clearGradient(firstRow: i32, lastRow: i32): void {
    this.firstOwn = this.firstSeen(firstRow);
    const bytes = this.rowBytes * this.rowsSeen(firstRow, lastRow);
    if (CHECKED) assert(this.gradient + bytes <= this.end, 'a band sees more rows than any');
    memory.fill(this.gradient, 0, bytes);
  }

  /** Adds the gradient at what the rows see to the cells'. */
  gatherRows(plane: LatentPlane, part: BandPlane, lastRow: i32): void {
    const last = this.lastSeen(lastRow - 1);
    for (let row = this.firstOwn; row <= last; row++) {
      this.gather(this.gradientAt(row), part.gradient + plane.stride * <usize>(row - part.low));
    }
  }

  @inline get rowBytes(): usize { return 4 * this.columns; }
  /** Planes that kernels write for the phases. */
  get planes(): usize { return max(this.phases, 4); }
  /** The number of the cells' rows that the picture's rows firstRow … lastRow − 1 see. */
  rowsSeen(firstRow: i32, lastRow: i32): u32 { return 1 + this.lastSeen(lastRow - 1) - this.firstSeen(firstRow); }
  /** The cells' first and last row that a row of pixels sees. */
  firstSeen(y: i32): i32 { return this.clamp(firstTap(y, this.level)); }
  lastSeen(y: i32): i32 { return this.clamp(firstTap(y, this.level) + 3); }
  /** Rows beyond an edge are the edge's. */
  clamp(row: i32): i32 { return max(0, min(this.height - 1, row)); }
  /** A row of cells at pixel 0. */
  rowAt(row: i32): usize {
    const at = this.rows + this.rowBytes * <usize>(this.clamp(row) - this.first);
    if (CHECKED) assert(at >= this.rows && at + this.rowBytes <= this.gradient, 'no such row');
    return at;
  }
  gradientAt(row: i32): usize {
    const at = this.gradient + this.rowBytes * <usize>(this.clamp(row) - this.firstOwn);
    if (CHECKED) assert(at >= this.gradient && at + this.rowBytes <= this.end, 'no such row of the gradient');
    return at;
  }

  private writeWeights(): void {
    const planes = this.planes;
    memory.fill(this.forward, 0, 4 * (1 + TAPS) * planes);
    memory.fill(this.adjoint, 0, 4 * (1 + planes) * TAP_PLANES);
    for (let phase: u32 = 0; phase < this.phases; phase++) {
      const first = firstTap(phase, this.level) + SIDE_CELLS;
      for (let i = 0; i < 4; i++) {
        const tap = first + i;
        const weight = tapWeight(phase, this.level, i);
        store<f32>(this.forward + 4 * weightIndex(phase, tap, TAPS), weight);
        store<f32>(this.adjoint + 4 * weightIndex(tap, phase, this.phases), weight);
      }
    }
  }

  /** A row of cells as a row of pixels. */
  private stretch(from: usize, to: usize): void {
    this.copyRow(from);
    const stride = 4 * this.cells;
    densePlanes(this.rowPointers, TAPS, this.forward, this.phasePlanes, stride, this.phases, this.cells);
    for (let phase: u32 = 0; phase < this.phases; phase++) {
      let plane = this.phasePlanes + stride * phase;
      for (let x = phase; x < this.columns; x += this.phases, plane += 4) store<f32>(to + 4 * x, load<f32>(plane));
    }
  }

  /** Adds the gradient at a row of pixels to that at a row of cells. */
  private gather(from: usize, to: usize): void {
    const stride = 4 * this.cells;
    memory.fill(this.phasePlanes, 0, stride * this.phases);
    for (let phase: u32 = 0; phase < this.phases; phase++) {
      let plane = this.phasePlanes + stride * phase;
      for (let x = phase; x < this.columns; x += this.phases, plane += 4) store<f32>(plane, load<f32>(from + 4 * x));
    }
    densePlanes(this.phasePointers, this.phases, this.adjoint, this.tapPlanes, stride, TAPS, this.cells);
    memory.fill(this.row - 4 * EDGE, 0, 4 * this.cells + 8 * EDGE);
    for (let tap: u32 = 0; tap < TAPS; tap++) {
      addPlane(load<u32>(this.rowPointers + 4 * tap), this.tapPlanes + stride * tap, this.cells);
    }
    this.foldEdges();
    addPlane(to, this.row, this.cells);
  }

  /** Cells beyond an edge are the edge's. */
  private copyRow(from: usize): void {
    memory.copy(this.row, from, 4 * this.width);
    const first = load<f32>(from), last = load<f32>(from + 4 * (this.width - 1));
    for (let i = 1; i <= SIDE_CELLS; i++) store<f32>(this.row - 4 * i, first);
    for (let i = this.width; i < this.cells + SIDE_CELLS; i++) store<f32>(this.row + 4 * i, last);
  }

  private foldEdges(): void {
    const last = this.row + 4 * (this.width - 1);
    for (let i = 1; i <= SIDE_CELLS; i++) {
      store<f32>(this.row, load<f32>(this.row) + load<f32>(this.row - 4 * i));
      store<f32>(last, load<f32>(last) + load<f32>(last + 4 * i));
      store<f32>(last + 4 * i, 0);
    }
  }
}

/** Index of a weight among those of a dense layer with `inputs` inputs. */
function weightIndex(output: u32, input: u32, inputs: u32): u32 {
  return ((output >> 2) * (1 + inputs) + 1 + input) * 4 + (output & 3);
}

/** The first of two rows of pixels, one of which is y, that see the same cells. At level 0 there are none: y itself. */
export function firstOfPair(y: i32, level: u32): i32 {
  if (level == 0) return y;
  return level == 1 ? ((y + 1) & ~1) - 1 : y & ~1;
}

/** Writes the rows y and y + 1 of pixels, a pair; of a plane of level 0 the second is to be written over. */
export function combinePair(plane: StretchedPlane, y: i32, out: usize, next: usize): void {
  const level = plane.level;
  const tap = firstTap(y, level);
  const in0 = plane.rowAt(tap), in1 = plane.rowAt(tap + 1), in2 = plane.rowAt(tap + 2), in3 = plane.rowAt(tap + 3);
  const w0 = f32x4.splat(tapWeight(y, level, 0)), w1 = f32x4.splat(tapWeight(y, level, 1));
  const w2 = f32x4.splat(tapWeight(y, level, 2)), w3 = f32x4.splat(tapWeight(y, level, 3));
  const v0 = f32x4.splat(tapWeight(y + 1, level, 0)), v1 = f32x4.splat(tapWeight(y + 1, level, 1));
  const v2 = f32x4.splat(tapWeight(y + 1, level, 2)), v3 = f32x4.splat(tapWeight(y + 1, level, 3));
  const bytes = plane.rowBytes;
  for (let p: usize = 0; p < bytes; p += 16) {
    let x = v128.load(in0 + p);
    let s = f32x4.mul(w0, x), t = f32x4.mul(v0, x);
    x = v128.load(in1 + p);
    s = madd(w1, x, s); t = madd(v1, x, t);
    x = v128.load(in2 + p);
    s = madd(w2, x, s); t = madd(v2, x, t);
    x = v128.load(in3 + p);
    v128.store(out + p, madd(w3, x, s));
    v128.store(next + p, madd(v3, x, t));
  }
}

/** Adds the gradient at rows y and y + 1, a pair, to that at the stretched rows; 0 for a row that has none. */
export function scatterPair(plane: StretchedPlane, y: i32, deltas: usize, next: usize): void {
  const tap = firstTap(y, plane.level);
  const w0 = weightOrZero(plane, y, 0, deltas), w1 = weightOrZero(plane, y, 1, deltas);
  const w2 = weightOrZero(plane, y, 2, deltas), w3 = weightOrZero(plane, y, 3, deltas);
  const v0 = weightOrZero(plane, y + 1, 0, next), v1 = weightOrZero(plane, y + 1, 1, next);
  const v2 = weightOrZero(plane, y + 1, 2, next), v3 = weightOrZero(plane, y + 1, 3, next);
  const to0 = plane.gradientAt(tap), to1 = plane.gradientAt(tap + 1);
  const to2 = plane.gradientAt(tap + 2), to3 = plane.gradientAt(tap + 3);
  const bytes = plane.rowBytes;
  if (!deltas) deltas = next;
  if (!next) next = deltas;
  for (let p: usize = 0; p < bytes; p += 16) {
    const d = v128.load(deltas + p), e = v128.load(next + p);
    // One after the other: at an edge they are the same row.
    v128.store(to0 + p, madd(v0, e, madd(w0, d, v128.load(to0 + p))));
    v128.store(to1 + p, madd(v1, e, madd(w1, d, v128.load(to1 + p))));
    v128.store(to2 + p, madd(v2, e, madd(w2, d, v128.load(to2 + p))));
    v128.store(to3 + p, madd(v3, e, madd(w3, d, v128.load(to3 + p))));
  }
}

function weightOrZero(plane: StretchedPlane, y: i32, tap: i32, deltas: usize): v128 {
  return f32x4.splat(deltas ? tapWeight(y, plane.level, tap) : 0);
}
