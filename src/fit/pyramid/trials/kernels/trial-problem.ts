/**
 * @file Latents on trial in memory, as `../layout.ts` writes them: addresses and strides are in bytes. Latents and what is said of them are those of the whole picture; what pixels have is that of a *window*, the rows of a
 * band of the picture and those around it that its latents reach.
 */

import { Layers } from '../../../../field/kernels/layers';
import { Affine } from '../../../../field/kernels/affine';

/** One latent grid. */
// @ts-ignore: decorator
@unmanaged
export class TrialGrid {
  width: i32;
  height: i32;
  /** i16, the cell (0, 0); around the grid there are zeros as far as contexts see. */
  cells: usize;
  stride: usize;
  /** i8 [height][width]: +1 or −1 where a latent is to be tried that much away, else 0; or 0 for a grid that stays. */
  wishes: usize;
  /** f32 [4 · 2^level]: the weight of a cell at the pixels along an axis that see it. Not of the first grid. */
  taps: usize;
}

// @ts-ignore: decorator
@unmanaged
export class TrialProblem {
  width: i32;
  height: i32;
  channels: u32;
  grids: u32;
  gridRecords: usize;
  /** See `Layers`. */
  layers: usize;
  /** Of the filters together: pixels to each side. */
  reach: i32;
  /** What the filters make of one pixel's output in one channel: [channel][channels][2·reach + 1 rows][SPREAD_COLUMNS]. */
  spread: usize;
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
  /** 1/channels */
  errorWeight: f32;
  /** The picture's rows firstRow … lastRow − 1 are those of the band, and windowRow … + windowRows − 1 those of the window. */
  firstRow: i32;
  lastRow: i32;
  windowRow: i32;
  windowRows: i32;
  /** Bytes between rows and between planes of the window. */
  pitch: usize;
  planeBytes: usize;
  /** [grids]: the interpolated latents. */
  inputs: usize;
  /** [channels rounded up to 4]: what the layers make of them, in [−1, 1]. */
  outputs: usize;
  /** [channels]: the errors of what the filters make of those, in [0, 1]. */
  errors: usize;
  /** u32 [height], rows `tuplePitch` apart; 0 where no layer has several experts. */
  tuples: usize;
  tuplePitch: usize;
  /** See `Change` and `Context`. */
  change: usize;
  context: usize;

  // @ts-ignore: decorator
  @inline grid(level: u32): TrialGrid {
    return changetype<TrialGrid>(this.gridRecords + level * offsetof<TrialGrid>());
  }
  // @ts-ignore: decorator
  @inline contextLayer(index: u32): Affine {
    return changetype<Affine>(this.contextLayers + index * offsetof<Affine>());
  }
  // @ts-ignore: decorator
  @inline get layersRecord(): Layers { return changetype<Layers>(this.layers); }

  /** From the start of a plane of the window to a pixel of the picture. */
  // @ts-ignore: decorator
  @inline pixelAt(y: i32, x: i32): usize { return this.pitch * (y - this.windowRow) + 4 * x; }
  // @ts-ignore: decorator
  @inline tuplesAt(y: i32, x: i32): usize { return this.tuples ? this.tuples + this.tuplePitch * y + 4 * x : 0; }
}
