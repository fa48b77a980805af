/**
 * @file Latents on trial in memory, as `../layout.ts` writes them: addresses and strides are in bytes. Latents and what is said of
 * them are those of the whole picture; what pixels have is that of a thread's `Window`.
 */

import { Affine } from '../../../../field/kernels/affine';
import { ContextInput } from '../../../../field/kernels/context-input';
import { CHECKED } from '../../../../wasm/kernels/checks';
import { CELL_REACH } from '../constants';

/** Latents of another plane whose contexts hold a plane's latents. */
@unmanaged
export class Readers {
  /** Their plane, so many levels finer. */
  plane: u32;
  levels: u32;
  /** A cell is read by the latents that lie in it and by those so many around. */
  around: i32;

  @inline get side(): i32 { return (1 << this.levels) + 2 * this.around; }
}

/** One latent plane. */
@unmanaged
export class TrialPlane {
  /** A cell is 2^level pixels wide and high. */
  level: u32;
  /** Whether the field reads the latents as they are, not by the spline: 1 or 0. */
  isDirect: u32;
  width: i32;
  height: i32;
  /** i16, the cell (0, 0); around the plane there are zeros as far as contexts see. */
  cells: usize;
  stride: usize;
  /** i8 [height][width]: +1 or −1 where a latent is to be tried that much away, else 0; or 0 for a plane that stays. */
  candidates: usize;
  /** f32 [4 · 2^level]: the weight of a cell at the pixels along an axis that see it. Not of a plane that is read directly. */
  taps: usize;
  /** Which cells the picture's columns and rows see, u32 [pixels][TAPS], and with which weights, f64. Neither of such a plane. */
  columnCells: usize;
  columnWeights: usize;
  rowCells: usize;
  rowWeights: usize;
  /** i32 [inputs]: the planes that the context model's inputs are read from, or −1. */
  sources: usize;
  /** Readers records of other planes. */
  readers: usize;
  readerRecords: usize;

  @inline source(input: u32): i32 { return load<i32>(this.sources + 4 * input); }
  @inline reader(index: u32): Readers {
    return changetype<Readers>(this.readerRecords + index * offsetof<Readers>());
  }
}

@unmanaged
export class TrialProblem {
  width: i32;
  height: i32;
  channels: u32;
  /** u8 or u16 [height][width][channels]; 0 with a local model. */
  samples: usize;
  sampleBytes: u32;
  /** The largest value of a sample. */
  peak: u32;
  /** f32 [channels][height][width]: the local model, see `LocalModel`; 0 for the mean squared error. */
  weights: usize;
  targets: usize;
  planes: u32;
  planeRecords: usize;
  /** Affine records of the field's layers. */
  affines: usize;
  depth: u32;
  /** Of the filters together: pixels to each side. */
  reach: i32;
  /** What the filters make of one pixel's output in one channel: [channel][channels][2·reach + 1 rows][SPREAD_COLUMNS]. */
  spread: usize;
  /** f64 [channels]: what they make of zeros, in [−1, 1]. */
  offsets: usize;
  /** Inputs of the context model, and their records. */
  inputs: u32;
  inputRecords: usize;
  /** Affine records: the context model's three layers, the second one with the path around it. */
  contextLayers: usize;
  /** Latents are within ± this. */
  maxLatent: i32;
  /** λ: what a bit costs, in squared errors of a pixel. */
  bitCost: f32;
  /** From what errors in [0, 1] sum up to, with the local model's weights, to D times the pixels. */
  errorWeight: f32;
  /** Between rows of four bytes per pixel: of a window's planes, and of `tuples`. */
  pitch: usize;
  /** u32 [height]; 0 where no layer has several experts. */
  tuples: usize;
  /** Window records, one per thread. */
  windows: usize;
  /** What a call tries: so many bands, every other one from this one on. */
  firstBand: u32;
  bands: u32;
  /** Bands taken so far by atomic adds; the host sets it to 0 before each call. */
  claimed: u32;

  @inline plane(index: u32): TrialPlane {
    if (CHECKED) assert(index < this.planes, 'no such plane');
    return changetype<TrialPlane>(this.planeRecords + index * offsetof<TrialPlane>());
  }
  @inline input(index: u32): ContextInput {
    return changetype<ContextInput>(this.inputRecords + index * offsetof<ContextInput>());
  }
  @inline contextLayer(index: u32): Affine {
    return changetype<Affine>(this.contextLayers + index * offsetof<Affine>());
  }
  /** From the start of the local model's weights or targets to a sample. */
  @inline sampleAt(channel: u32, y: i32, x: i32): usize {
    if (CHECKED) assert(channel < this.channels && y >= 0 && y < this.height && x >= 0 && x < this.width, 'no such sample');
    return 4 * (<usize>this.width * (<usize>this.height * channel + <usize>y) + <usize>x);
  }
  /** Rows of a window above and below a band. */
  @inline get halo(): i32 { return CELL_REACH + 2 * this.reach; }
  @inline tuplesAt(y: i32, x: i32): usize { return this.tuples ? this.tuples + this.pitch * y + 4 * x : 0; }
}
