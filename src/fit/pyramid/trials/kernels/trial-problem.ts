/**
 * @file Latents on trial in memory, as `../layout.ts` writes them: addresses and strides are in bytes. Latents and what is said of
 * them are those of the whole picture; what pixels have is that of a thread's `Window`.
 */

import { Affine } from '../../../../field/kernels/affine';
import { CHECKED } from '../../../../wasm/kernels/checks';
import { CELL_REACH } from '../constants';

/** One latent grid. */
@unmanaged
export class TrialGrid {
  width: i32;
  height: i32;
  /** i16, the cell (0, 0); around the grid there are zeros as far as contexts see. */
  cells: usize;
  stride: usize;
  /** i8 [height][width]: +1 or −1 where a latent is to be tried that much away, else 0; or 0 for a grid that stays. */
  candidates: usize;
  /** f32 [4 · 2^level]: the weight of a cell at the pixels along an axis that see it. Not of the first grid. */
  taps: usize;
  /** Which cells the picture's columns and rows see, u32 [pixels][TAPS], and with which weights, f64. Not of the first grid. */
  columnCells: usize;
  columnWeights: usize;
  rowCells: usize;
  rowWeights: usize;
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
  grids: u32;
  gridRecords: usize;
  /** Affine records of the field's layers. */
  affines: usize;
  depth: u32;
  /** Of the filters together: pixels to each side. */
  reach: i32;
  /** What the filters make of one pixel's output in one channel: [channel][channels][2·reach + 1 rows][SPREAD_COLUMNS]. */
  spread: usize;
  /** f64 [channels]: what they make of zeros, in [−1, 1]. */
  offsets: usize;
  neighbours: u32;
  neighbourSteps: usize;
  coarser: u32;
  coarserCells: usize;
  /** Grids down from a cell that see it as one of a coarser grid. */
  finer: u32;
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

  @inline grid(level: u32): TrialGrid {
    if (CHECKED) assert(level < this.grids, 'no such grid');
    return changetype<TrialGrid>(this.gridRecords + level * offsetof<TrialGrid>());
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
