/**
 * @file What the change of a latent does to the picture. The layers are evaluated anew where pixels see the latent; filters are linear
 * and together spread a change of one pixel over those around it, so that the errors' change is a sum of such spreads.
 * All this holds away from the picture's edges, where nothing is clamped.
 */

import { blockPixels, forwardLayers, planesOf } from '../../../../field/kernels/layers';
import { madd } from '../../../../wasm/kernels/vector';
import { SPREAD_COLUMNS } from '../constants';
import { TrialProblem } from './trial-problem';

const SPREAD: usize = SPREAD_COLUMNS;

/** Pixels along an axis that see a latent, at most: 4 · 2³. */
const MAX_SIDE: usize = 32;
/** Bytes of a row of `Change.outputs`, a plane of its own. */
const OUTPUT_ROW: usize = 4 * MAX_SIDE;
/** Bytes of a row of `Change.errors`: MAX_SIDE and the spread. */
const ERROR_ROW: usize = 4 * (MAX_SIDE + SPREAD);
const MAX_ROWS: usize = MAX_SIDE + SPREAD;

/** The change at hand. */
// @ts-ignore: decorator
@unmanaged
export class Change {
  level: u32;
  /** What is added to the latent. */
  delta: f32;
  /** The pixels that see it: the first one, and how many along an axis. */
  top: i32;
  left: i32;
  side: i32;
  /** u32 [grids]: the layers' input planes at a row of pixels. */
  pointers: usize;
  /** The changed grid at a row of pixels. */
  input: usize;
  /** The layers' outputs after the change: [side][channels rounded up to 4][MAX_SIDE]. */
  outputs: usize;
  /** The change of the errors: [channels][side + 2·reach][MAX_SIDE + SPREAD]. */
  errors: usize;

  /** Lays everything out from `area` on, a multiple of 16. @returns the first byte after it */
  layOut(problem: TrialProblem, area: usize): usize {
    this.pointers = area;
    this.input = this.pointers + 4 * problem.grids;
    this.outputs = this.input + OUTPUT_ROW;
    this.errors = this.outputs + OUTPUT_ROW * planesOf(problem.channels) * MAX_SIDE;
    return this.errors + ERROR_ROW * MAX_ROWS * problem.channels;
  }

  /** @returns false where pixels at an edge would have to do with the change */
  aim(problem: TrialProblem, level: u32, y: i32, x: i32, delta: i32): bool {
    const half = (1 << level) >> 1;
    this.level = level;
    this.delta = <f32>delta;
    this.side = level ? 8 * half : 1;
    this.top = level ? (2 * y - 3) * half : y;
    this.left = level ? (2 * x - 3) * half : x;
    const edge = 2 * problem.reach;
    const right = this.left + this.side, bottom = this.top + this.side;
    return (
      this.top >= edge && this.left >= edge && right <= problem.width - edge && bottom <= problem.height - edge
    );
  }

  // @ts-ignore: decorator
  @inline outputsAt(problem: TrialProblem, row: i32): usize {
    return this.outputs + OUTPUT_ROW * planesOf(problem.channels) * row;
  }
  // @ts-ignore: decorator
  @inline errorsAt(problem: TrialProblem, channel: u32, row: i32): usize {
    return this.errors + ERROR_ROW * ((this.side + 2 * problem.reach) * channel + row);
  }
}

/** Fills the window's outputs, and adds what the filters make of them to its errors. */
export function openWindow(problem: TrialProblem): void {
  const pointers = changetype<Change>(problem.change).pointers;
  const last = problem.windowRow + problem.windowRows;
  for (let y = problem.windowRow; y < last; y++) {
    for (let x: i32 = 0, pixels: u32 = 0; x < problem.width; x += pixels) {
      pixels = blockPixels(problem.tuplesAt(y, x), (problem.width - x + 7) & ~7);
      evaluate(problem, pointers, y, x, pixels, problem.outputs + problem.pixelAt(y, x), problem.planeBytes);
    }
  }
  for (let y = problem.windowRow + problem.reach; y < last - problem.reach; y++) spreadRow(problem, y);
}

function spreadRow(problem: TrialProblem, y: i32): void {
  const last = problem.width - problem.reach;
  for (let channel: u32 = 0; channel < problem.channels; channel++) {
    const outputs = problem.outputs + problem.planeBytes * channel;
    for (let x = problem.reach; x < last; x++) {
      const value: f32 = 0.5 * load<f32>(outputs + problem.pixelAt(y, x));
      const to = problem.errors + problem.pixelAt(y - problem.reach, x - problem.reach);
      spreadPixel(problem, channel, value, to, problem.pitch, problem.planeBytes);
    }
  }
}

/** The layers at pixels of a row, with `pointers` to their input planes filled in. */
function evaluate(
  problem: TrialProblem, pointers: usize, y: i32, x: i32, pixels: u32, out: usize, stride: usize,
): void {
  const at = problem.inputs + problem.pixelAt(y, x);
  for (let level: u32 = 0; level < problem.grids; level++) {
    store<u32>(pointers + 4 * level, <u32>(at + problem.planeBytes * level));
  }
  forwardLayers(problem.layersRecord, pointers, problem.tuplesAt(y, x), pixels, out, stride);
}

/** Adds what the filters make of a pixel's value. @param to the first pixel that it reaches */
// @ts-ignore: decorator
@inline
function spreadPixel(
  problem: TrialProblem, channel: u32, value: f32, to: usize, pitch: usize, planeBytes: usize,
): void {
  const rows: u32 = 2 * problem.reach + 1;
  const v = f32x4.splat(value);
  let weights = problem.spread + 4 * SPREAD * rows * problem.channels * channel;
  for (let plane: u32 = 0; plane < problem.channels; plane++, to += planeBytes) {
    let at = to;
    for (let row: u32 = 0; row < rows; row++, at += pitch, weights += 4 * SPREAD) {
      v128.store(at, madd(v, v128.load(weights), v128.load(at)));
      v128.store(at, madd(v, v128.load(weights, 16), v128.load(at, 16)), 16);
    }
  }
}

/** Works the change out. @returns that of the sum of squared errors */
export function distortionChange(problem: TrialProblem, change: Change): f32 {
  const planeBytes = ERROR_ROW * (change.side + 2 * problem.reach);
  memory.fill(change.errors, 0, planeBytes * problem.channels);
  for (let row: i32 = 0; row < change.side; row++) {
    evaluateRow(problem, change, row);
    for (let channel: u32 = 0; channel < problem.channels; channel++) {
      const before = problem.outputs + problem.planeBytes * channel + problem.pixelAt(change.top + row, change.left);
      const after = change.outputsAt(problem, row) + OUTPUT_ROW * channel;
      const to = change.errorsAt(problem, 0, row);
      for (let x: usize = 0; x < <usize>change.side; x++) {
        const value: f32 = 0.5 * (load<f32>(after + 4 * x) - load<f32>(before + 4 * x));
        spreadPixel(problem, channel, value, to + 4 * x, ERROR_ROW, planeBytes);
      }
    }
  }
  return squaresChange(problem, change);
}

/** The layers' outputs at a row of pixels with the change. */
function evaluateRow(problem: TrialProblem, change: Change, row: i32): void {
  const level = change.level, y = change.top + row;
  const pixels = max(8, change.side);
  const from = problem.inputs + problem.planeBytes * level + problem.pixelAt(y, change.left);
  memory.copy(change.input, from, 4 * pixels);
  addLatent(problem, change, row, change.input);
  const at = problem.inputs + problem.pixelAt(y, change.left);
  for (let other: u32 = 0; other < problem.grids; other++) {
    const plane = other == level ? change.input : at + problem.planeBytes * other;
    store<u32>(change.pointers + 4 * other, <u32>plane);
  }
  const tuples = problem.tuplesAt(y, change.left);
  forwardLayers(problem.layersRecord, change.pointers, tuples, pixels, change.outputsAt(problem, row), OUTPUT_ROW);
}

/** Adds the change to the grid's interpolated values at a row of pixels. */
function addLatent(problem: TrialProblem, change: Change, row: i32, values: usize): void {
  if (!change.level) {
    store<f32>(values, load<f32>(values) + change.delta);
    return;
  }
  const taps = problem.grid(change.level).taps;
  const weight = f32x4.splat(change.delta * load<f32>(taps + 4 * row));
  for (let at: usize = 0; at < 4 * <usize>change.side; at += 16) {
    v128.store(values + at, madd(weight, v128.load(taps + at), v128.load(values + at)));
  }
}

/** Σ (e + δ)² − e² */
function squaresChange(problem: TrialProblem, change: Change): f32 {
  const rows = change.side + 2 * problem.reach;
  const bytes: usize = (4 * <usize>rows + 15) & ~15;
  let sum = f32x4.splat(0);
  for (let channel: u32 = 0; channel < problem.channels; channel++) {
    for (let row: i32 = 0; row < rows; row++) {
      const deltas = change.errorsAt(problem, channel, row);
      const errors = errorsAt(problem, change, channel, row);
      for (let at: usize = 0; at < bytes; at += 16) {
        const d = v128.load(deltas + at), e = v128.load(errors + at);
        sum = madd(d, f32x4.add(f32x4.add(e, e), d), sum);
      }
    }
  }
  return f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2)
    + f32x4.extract_lane(sum, 3);
}

// @ts-ignore: decorator
@inline
function errorsAt(problem: TrialProblem, change: Change, channel: u32, row: i32): usize {
  const y = change.top - problem.reach + row, x = change.left - problem.reach;
  return problem.errors + problem.planeBytes * channel + problem.pixelAt(y, x);
}

/** Makes the change, which `distortionChange` has worked out, in the window. */
export function keepChange(problem: TrialProblem, change: Change): void {
  const inputs = problem.inputs + problem.planeBytes * change.level;
  for (let row: i32 = 0; row < change.side; row++) {
    const at = problem.pixelAt(change.top + row, change.left);
    addLatent(problem, change, row, inputs + at);
    for (let channel: u32 = 0; channel < problem.channels; channel++) {
      const after = change.outputsAt(problem, row) + OUTPUT_ROW * channel;
      memory.copy(problem.outputs + problem.planeBytes * channel + at, after, 4 * change.side);
    }
  }
  const rows = change.side + 2 * problem.reach;
  for (let channel: u32 = 0; channel < problem.channels; channel++) {
    for (let row: i32 = 0; row < rows; row++) {
      const deltas = change.errorsAt(problem, channel, row);
      const errors = errorsAt(problem, change, channel, row);
      for (let x: usize = 0; x < 4 * <usize>rows; x += 4) {
        store<f32>(errors + x, load<f32>(errors + x) + load<f32>(deltas + x));
      }
    }
  }
}
