/**
 * @file What a thread knows of pixels: a *window*, the rows of a band of the picture and those around it that its latents reach. Rows
 * are interpolated in float64.
 */

import { align } from '../../../../wasm/kernels/vector';
import { Layers, planesOf } from '../../../../field/kernels/layers';
import { BAND_ROWS, PIXEL_MARGIN, TAPS } from '../constants';
import { CHECKED, workIn } from '../../../../wasm/kernels/checks';
import { TrialPlane, TrialProblem } from './trial-problem';

@unmanaged
export class Window {
  problem: TrialProblem;
  layers: Layers;
  /** Addresses of `Change` and `Context`. */
  change: usize;
  context: usize;
  /** The band's rows are firstRow … lastRow − 1, the window's top … bottom − 1. */
  firstRow: i32;
  lastRow: i32;
  top: i32;
  bottom: i32;
  /** Between planes of the window. */
  planeBytes: usize;
  /** [planes]: the interpolated latents. */
  inputs: usize;
  /** [channels rounded up to 4]: what the layers make of them, in [−1, 1]. */
  outputs: usize;
  /** [channels]: the errors of what the filters make of those, in [0, 1]. */
  errors: usize;
  /** f64: a row of cells. */
  line: usize;
  /** What the thread works in lies from `start` to `end` − 1. */
  start: usize;
  end: usize;

  /** Lays everything out from `area` on, a multiple of 64. @returns the first byte after it, such a multiple */
  layOut(problem: TrialProblem, area: usize): usize {
    const margin: usize = 4 * PIXEL_MARGIN;
    this.problem = problem;
    this.start = area;
    // With a row to spare, as reading goes past the ends of rows.
    this.planeBytes = problem.pitch * (min(problem.height, BAND_ROWS + 2 * problem.halo) + 1);
    this.inputs = area + margin;
    this.outputs = this.inputs + this.planeBytes * problem.planes;
    this.errors = this.outputs + this.planeBytes * planesOf(problem.channels);
    this.line = align(this.errors + this.planeBytes * problem.channels);
    return align(this.line + 8 * problem.width);
  }

  /** From the start of a plane to a pixel of the picture. */
  @inline pixelAt(y: i32, x: i32): usize {
    if (CHECKED) assert(y >= this.top && y < this.bottom && x >= 0, 'a pixel is beyond the window');
    return this.problem.pitch * (y - this.top) + 4 * x;
  }

  /** Moves to a band: the inputs, and the errors as they are where the layers' outputs are zeros. */
  open(band: u32): void {
    const problem = this.problem;
    if (CHECKED) workIn(this.start, this.end);
    this.firstRow = BAND_ROWS * band;
    this.lastRow = min(problem.height, this.firstRow + BAND_ROWS);
    this.top = max(0, this.firstRow - problem.halo);
    this.bottom = min(problem.height, this.lastRow + problem.halo);
    for (let y = this.top; y < this.bottom; y++) {
      for (let index: u32 = 0; index < problem.planes; index++) {
        const plane = problem.plane(index), to = this.inputs + this.planeBytes * index + this.pixelAt(y, 0);
        if (plane.isDirect) copyLatents(plane, y, to);
        else this.interpolate(plane, y, to);
      }
      for (let channel: u32 = 0; channel < problem.channels; channel++) {
        writeErrors(problem, channel, y, this.errors + this.planeBytes * channel + this.pixelAt(y, 0));
      }
    }
  }

  private interpolate(plane: TrialPlane, y: i32, to: usize): void {
    const cells = plane.rowCells + 4 * TAPS * y, weights = plane.rowWeights + 8 * TAPS * y;
    memory.fill(this.line, 0, 8 * plane.width);
    for (let tap: usize = 0; tap < <usize>TAPS; tap++) {
      addCells(plane, load<u32>(cells + 4 * tap), load<f64>(weights + 8 * tap), this.line);
    }
    combine(this.line, plane.columnCells, plane.columnWeights, this.problem.width, to);
  }
}

/** Of a plane whose latents are those of pixels. */
function copyLatents(plane: TrialPlane, y: i32, to: usize): void {
  const from = plane.cells + plane.stride * y;
  for (let x: usize = 0; x < <usize>plane.width; x++) store<f32>(to + 4 * x, load<i16>(from + 2 * x));
}

/** line += weight · a row of cells */
function addCells(plane: TrialPlane, row: u32, weight: f64, line: usize): void {
  const from = plane.cells + plane.stride * row;
  for (let x: usize = 0; x < <usize>plane.width; x++) {
    store<f64>(line + 8 * x, load<f64>(line + 8 * x) + weight * load<i16>(from + 2 * x));
  }
}

/** A row of pixels, each from its cells of the line. */
function combine(line: usize, cells: usize, weights: usize, width: i32, to: usize): void {
  for (const end = to + 4 * width; to < end; to += 4) {
    let sum: f64 = 0;
    for (let tap: usize = 0; tap < <usize>TAPS; tap++, cells += 4, weights += 8) {
      sum += load<f64>(weights) * load<f64>(line + 8 * load<u32>(cells));
    }
    store<f32>(to, <f32>sum);
  }
}

/** The errors of outputs that are what the filters make of zeros. */
function writeErrors(problem: TrialProblem, channel: u32, y: i32, to: usize): void {
  if (problem.targets) writeModelErrors(problem, channel, y, to);
  else writeSampleErrors(problem, channel, y, to);
}

function writeModelErrors(problem: TrialProblem, channel: u32, y: i32, to: usize): void {
  const value = load<f64>(problem.offsets + 8 * channel);
  let at = problem.targets + problem.sampleAt(channel, y, 0);
  for (const end = to + 4 * problem.width; to < end; to += 4, at += 4) {
    store<f32>(to, <f32>((value - <f64>load<f32>(at)) / 2));
  }
}

function writeSampleErrors(problem: TrialProblem, channel: u32, y: i32, to: usize): void {
  const value = (load<f64>(problem.offsets + 8 * channel) + 1) / 2, scale: f64 = 1 / <f64>problem.peak;
  const bytes = problem.sampleBytes, step = bytes * problem.channels;
  let at = problem.samples + step * y * problem.width + bytes * channel;
  for (const end = to + 4 * problem.width; to < end; to += 4, at += step) {
    const sample: u32 = bytes == 1 ? load<u8>(at) : load<u16>(at);
    store<f32>(to, <f32>(value - <f64>sample * scale));
  }
}
