/**
 * @file What the change of a latent does to the picture. The layers are evaluated anew where pixels see the latent; filters are linear
 * and together spread a change of one pixel over those around it, so that the errors' change is a sum of such spreads.
 * All this holds away from the picture's edges, where nothing is clamped.
 */

import { weightedSquaresChange } from '../../../../distortion/kernels/local-model';
import { squaresChange } from '../../../../distortion/kernels/squared-error';
import { blockPixels, forwardLayers, planesOf, pointTo } from '../../../../field/kernels/layers';
import { align, madd } from '../../../../wasm/kernels/vector';
import { SPREAD_COLUMNS } from '../constants';
import { TrialProblem } from './trial-problem';
import { Window } from './window';

const SPREAD: usize = SPREAD_COLUMNS;

/** Pixels along an axis that see a latent, at most: 4 · 2³. */
const MAX_SIDE: usize = 32;
/** Bytes of a row of `Change.outputs`, a plane of its own. */
const OUTPUT_ROW: usize = 4 * MAX_SIDE;
/** Bytes of a row of `Change.errors`: MAX_SIDE and the spread. */
const ERROR_ROW: usize = 4 * (MAX_SIDE + SPREAD);
const MAX_ROWS: usize = MAX_SIDE + SPREAD;

/** The change at hand. */
@unmanaged
export class Change {
  window: Window;
  /** The index of the latent's plane. */
  plane: u32;
  /** What is added to the latent. */
  delta: f32;
  /** The pixels that see it: the first one, and how many along an axis. */
  top: i32;
  left: i32;
  side: i32;
  /** u32 [planes]: the layers' input planes at a row of pixels. */
  pointers: usize;
  /** The changed plane at a row of pixels. */
  input: usize;
  /** The layers' outputs after the change: [side][channels rounded up to 4][MAX_SIDE]. */
  outputs: usize;
  /** The change of the errors: [channels][side + 2·reach][MAX_SIDE + SPREAD]. */
  errors: usize;

  /** Lays everything out from `area` on, a multiple of 16. @returns the first byte after it */
  layOut(window: Window, area: usize): usize {
    const problem = window.problem;
    this.window = window;
    this.pointers = area;
    this.input = align(this.pointers + 4 * problem.planes);
    this.outputs = this.input + OUTPUT_ROW;
    this.errors = this.outputs + OUTPUT_ROW * planesOf(problem.channels) * MAX_SIDE;
    return this.errors + ERROR_ROW * MAX_ROWS * problem.channels;
  }

  /** Chooses a latent. @returns false where pixels at an edge would have to do with the change */
  choose(index: u32, y: i32, x: i32, delta: i32): bool {
    const problem = this.window.problem;
    const plane = problem.plane(index), half = (1 << plane.level) >> 1;
    this.plane = index;
    this.delta = <f32>delta;
    this.side = plane.isDirect ? 1 : 8 * half;
    this.top = plane.isDirect ? y : (2 * y - 3) * half;
    this.left = plane.isDirect ? x : (2 * x - 3) * half;
    const edge = 2 * problem.reach;
    const right = this.left + this.side, bottom = this.top + this.side;
    return (
      this.top >= edge && this.left >= edge && right <= problem.width - edge && bottom <= problem.height - edge
    );
  }

  @inline outputsAt(row: i32): usize {
    return this.outputs + OUTPUT_ROW * planesOf(this.window.problem.channels) * row;
  }
  @inline errorsAt(channel: u32, row: i32): usize {
    return this.errors + ERROR_ROW * ((this.side + 2 * this.window.problem.reach) * channel + row);
  }
}

/** Fills the window's outputs, and adds what the filters make of them to its errors. */
export function evaluateWindow(change: Change): void {
  const window = change.window, problem = window.problem;
  for (let y = window.top; y < window.bottom; y++) {
    for (let x: i32 = 0, pixels: u32 = 0; x < problem.width; x += pixels) {
      const tuples = problem.tuplesAt(y, x), at = window.pixelAt(y, x);
      pixels = blockPixels(tuples, (problem.width - x + 7) & ~7);
      pointToInputs(change, at);
      forwardLayers(window.layers, change.pointers, tuples, pixels, window.outputs + at, window.planeBytes);
    }
  }
  for (let y = window.top + problem.reach; y < window.bottom - problem.reach; y++) spreadRow(window, y);
}

/** Lists the layers' input planes from a pixel of the window on. */
function pointToInputs(change: Change, pixelAt: usize): void {
  const window = change.window;
  pointTo(change.pointers, window.inputs + pixelAt, window.problem.planes, window.planeBytes);
}

function spreadRow(window: Window, y: i32): void {
  const problem = window.problem;
  const last = problem.width - problem.reach;
  for (let channel: u32 = 0; channel < problem.channels; channel++) {
    const outputs = window.outputs + window.planeBytes * channel;
    for (let x = problem.reach; x < last; x++) {
      const value: f32 = 0.5 * load<f32>(outputs + window.pixelAt(y, x));
      const to = window.errors + window.pixelAt(y - problem.reach, x - problem.reach);
      spreadPixel(problem, channel, value, to, problem.pitch, window.planeBytes);
    }
  }
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

/** Works the change out. @returns that of the distortion, but for `errorWeight` */
export function distortionChange(change: Change): f32 {
  const window = change.window, problem = window.problem;
  const planeBytes = ERROR_ROW * (change.side + 2 * problem.reach);
  memory.fill(change.errors, 0, planeBytes * problem.channels);
  for (let row: i32 = 0; row < change.side; row++) {
    evaluateRow(change, row);
    for (let channel: u32 = 0; channel < problem.channels; channel++) {
      const before = window.outputs + window.planeBytes * channel + window.pixelAt(change.top + row, change.left);
      const after = change.outputsAt(row) + OUTPUT_ROW * channel;
      const to = change.errorsAt(0, row);
      for (let x: usize = 0; x < <usize>change.side; x++) {
        const value: f32 = 0.5 * (load<f32>(after + 4 * x) - load<f32>(before + 4 * x));
        spreadPixel(problem, channel, value, to + 4 * x, ERROR_ROW, planeBytes);
      }
    }
  }
  return squaresOf(change);
}

/** The layers' outputs at a row of pixels with the change. */
function evaluateRow(change: Change, row: i32): void {
  const window = change.window, y = change.top + row;
  const pixels = max(8, change.side), at = window.pixelAt(y, change.left);
  memory.copy(change.input, window.inputs + window.planeBytes * change.plane + at, 4 * pixels);
  addLatent(change, row, change.input);
  pointToInputs(change, at);
  store<u32>(change.pointers + 4 * change.plane, <u32>change.input);
  const tuples = window.problem.tuplesAt(y, change.left);
  forwardLayers(window.layers, change.pointers, tuples, pixels, change.outputsAt(row), OUTPUT_ROW);
}

/** Adds the change to the plane's interpolated values at a row of pixels. */
function addLatent(change: Change, row: i32, values: usize): void {
  const plane = change.window.problem.plane(change.plane);
  if (plane.isDirect) {
    store<f32>(values, load<f32>(values) + change.delta);
    return;
  }
  const taps = plane.taps;
  const weight = f32x4.splat(change.delta * load<f32>(taps + 4 * row));
  for (let at: usize = 0; at < 4 * <usize>change.side; at += 16) {
    v128.store(values + at, madd(weight, v128.load(taps + at), v128.load(values + at)));
  }
}

/** That of the sum of squared errors, or of what the local model has of them. */
function squaresOf(change: Change): f32 {
  const problem = change.window.problem;
  const rows = change.side + 2 * problem.reach;
  const bytes: usize = (4 * <usize>rows + 15) & ~15;
  let sum = f32x4.splat(0);
  for (let channel: u32 = 0; channel < problem.channels; channel++) {
    for (let row: i32 = 0; row < rows; row++) {
      const changes = change.errorsAt(channel, row);
      const errors = errorsAt(change, channel, row);
      if (problem.weights) {
        const at = problem.sampleAt(channel, change.top - problem.reach + row, change.left - problem.reach);
        sum = weightedSquaresChange(changes, errors, problem.weights + at, bytes, sum);
      } else {
        sum = squaresChange(changes, errors, bytes, sum);
      }
    }
  }
  return f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2)
    + f32x4.extract_lane(sum, 3);
}

// @ts-ignore: decorator
@inline
function errorsAt(change: Change, channel: u32, row: i32): usize {
  const window = change.window, reach = window.problem.reach;
  return window.errors + window.planeBytes * channel + window.pixelAt(change.top - reach + row, change.left - reach);
}

/** Makes the change, which `distortionChange` has worked out, in the window. */
export function keepChange(change: Change): void {
  const window = change.window, problem = window.problem;
  const inputs = window.inputs + window.planeBytes * change.plane;
  for (let row: i32 = 0; row < change.side; row++) {
    const at = window.pixelAt(change.top + row, change.left);
    addLatent(change, row, inputs + at);
    for (let channel: u32 = 0; channel < problem.channels; channel++) {
      const after = change.outputsAt(row) + OUTPUT_ROW * channel;
      memory.copy(window.outputs + window.planeBytes * channel + at, after, 4 * change.side);
    }
  }
  const rows = change.side + 2 * problem.reach;
  for (let channel: u32 = 0; channel < problem.channels; channel++) {
    for (let row: i32 = 0; row < rows; row++) {
      const deltas = change.errorsAt(channel, row);
      const errors = errorsAt(change, channel, row);
      for (let x: usize = 0; x < 4 * <usize>rows; x += 4) {
        store<f32>(errors + x, load<f32>(errors + x) + load<f32>(deltas + x));
      }
    }
  }
}
