/**
 * @file A pyramid fit in memory, as `../../pyramid/problem.ts` writes it: addresses and strides are in bytes. The unit of work is a *band*:
 * rows of the picture with the rows of every latent plane whose cells begin in them. A band reads all latents, and writes the gradient of every latent that its rows touch into a buffer of its own;
 * `descendBand` and `gatherBand` add the buffers in the order of the bands, so that results do not depend on the number of threads.
 */

import { Affine } from '../../../../field/kernels/affine';
import { ContextInput } from '../../../../field/kernels/context-input';
import { CHECKED } from '../../../../wasm/kernels/checks';
import { LATENT_MARGIN, MARGIN_ROWS } from '../../pyramid/constants';

/** Layers of the context model. */
const CONTEXT_LAYERS: u32 = 3;

/** One latent plane. */
@unmanaged
export class LatentPlane {
  /** A cell is 2^level pixels wide and high. */
  level: u32;
  /** Whether the field reads the latents as they are, not by the spline: 1 or 0. */
  isDirect: u32;
  width: u32;
  height: u32;
  /** What loss and rate see: the cell (0, 0). Around the plane, LATENT_MARGIN cells to each side and MARGIN_ROWS rows, there are zeros. */
  values: usize;
  /** Between rows of `values`, and of the bands' gradients. */
  stride: usize;
  /** x and its moments: rows `pitch` apart, a multiple of 16. */
  latents: usize;
  firstMoments: usize;
  secondMoments: usize;
  pitch: usize;
  /** i32 [inputs]: the planes that the context model's inputs are read from, or −1. */
  sources: usize;

  @inline source(input: u32): i32 { return load<i32>(this.sources + 4 * input); }
}

@unmanaged
export class Band {
  /** The picture's rows firstRow … lastRow − 1. */
  firstRow: u32;
  lastRow: u32;
  /** The sums of all affine maps' gradients. */
  sums: usize;
  /** float64: Σ (output − target)² */
  squaredError: usize;
  /** float64 [planes]: bits of the band's latents. */
  bits: usize;
}

/** A band's part of a plane. Rows beyond the plane's edges are margins. */
@unmanaged
export class BandPlane {
  /** Rows that the band owns: first … last − 1, perhaps none. */
  first: i32;
  last: i32;
  /** Rows that its gradient touches: low … high − 1. */
  low: i32;
  high: i32;
  /** Of the cell (low, 0), with margins as in `LatentPlane.values`. */
  gradient: usize;
}

/** Addresses of the records that a thread works with; see the classes of these names. */
@unmanaged
export class Thread {
  bandField: usize;
  layers: usize;
  /** StretchedPlane [planes], of which those are not used whose planes are read directly. */
  stretchedPlanes: usize;
  contextWork: usize;
}

@unmanaged
export class PyramidProblem {
  width: u32;
  height: u32;
  channels: u32;
  /** uint8 or uint16 [channel][row], rows `samplePitch` apart (a multiple of 16), fillers 0. */
  samples: usize;
  samplePitch: usize;
  sampleBytes: u32;
  /** 2/peak: a sample's value is sample · scale − 1. */
  sampleScale: f32;
  /**
   * f32 [channel][row][column], for a distortion without a fused form: the field's outputs, then the gradient at them. 0 for the mean squared error,
   * which alone reads samples.
   */
  outputs: usize;
  /** uint32 [row], rows `tuplePitch` apart (a multiple of 32), fillers 0; or 0 where no layer has experts. */
  tuples: usize;
  tuplePitch: usize;
  /** Latent planes. */
  planes: u32;
  planeRecords: usize;
  bands: u32;
  bandRecords: usize;
  /** [band][plane] */
  bandPlaneRecords: usize;
  /** Layers, then filters, then the three layers of the context model. */
  affines: usize;
  depth: u32;
  filters: u32;
  /** Inputs of the context model, and their records. */
  inputs: u32;
  inputRecords: usize;
  /** Thread records. */
  threads: usize;
  /** Bytes of a band's sums, a multiple of 16. */
  sumsBytes: usize;
  /** Bands taken so far by atomic adds; the host sets it to 0 before each call. */
  claimed: u32;
  /** Bits: RATE, DISTORTION, GRADIENT. */
  parts: u32;
  /** Factor from an error to the gradient of the distortion: 1/(2·values of the picture). */
  errorScale: f32;
  /** λ per pixel: what a bit costs in the loss. */
  bitCost: f32;
  /** Of the soft rounding; 0 for rounding. */
  temperature: f32;
  /** Of the noise. */
  sigma: f32;
  seed: u32;
  /** Adam's learning rate over its bias correction 1 − β₁ᵗ. */
  rate: f32;
  /** 1/(1 − β₂ᵗ) */
  secondCorrection: f32;

  @inline outputRow(channel: u32, row: i32): usize {
    if (CHECKED) assert(this.outputs && channel < this.channels && <u32>row < this.height, 'no such row of outputs');
    return this.outputs + 4 * <usize>this.width * (<usize>this.height * channel + <usize>row);
  }
  @inline plane(index: u32): LatentPlane {
    if (CHECKED) assert(index < this.planes, 'no such plane');
    return changetype<LatentPlane>(this.planeRecords + index * offsetof<LatentPlane>());
  }
  @inline input(index: u32): ContextInput {
    if (CHECKED) assert(index < this.inputs, 'no such input');
    return changetype<ContextInput>(this.inputRecords + index * offsetof<ContextInput>());
  }
  @inline band(index: u32): Band {
    if (CHECKED) assert(index < this.bands, 'no such band');
    return changetype<Band>(this.bandRecords + index * offsetof<Band>());
  }
  @inline bandPlane(band: u32, plane: u32): BandPlane {
    if (CHECKED) assert(band < this.bands && plane < this.planes, 'no such part of a band');
    return changetype<BandPlane>(this.bandPlaneRecords + (band * this.planes + plane) * offsetof<BandPlane>());
  }
  @inline thread(index: u32): Thread { return changetype<Thread>(this.threads + index * offsetof<Thread>()); }
  @inline affine(index: u32): Affine {
    if (CHECKED) assert(index < this.depth + this.filters + CONTEXT_LAYERS, 'no such map');
    return changetype<Affine>(this.affines + index * offsetof<Affine>());
  }
  @inline filter(index: u32): Affine { return this.affine(this.depth + index); }
  @inline contextLayer(index: u32): Affine { return this.affine(this.depth + this.filters + index); }

  /** Stops where a map's gradient would not fit into a band's sums. */
  checkSums(): void {
    for (let index: u32 = 0; index < this.depth + this.filters + CONTEXT_LAYERS; index++) {
      const map = this.affine(index);
      assert(map.sumsAt + map.sumsBytes * map.experts <= this.sumsBytes, 'sums lie beyond their end');
    }
  }

  /** Stops unless a cell is one of a plane with its margins. */
  checkCell(index: u32, row: i32, column: i32): void {
    const plane = this.plane(index), rows: i32 = MARGIN_ROWS, columns: i32 = LATENT_MARGIN;
    assert(row >= -rows && row < <i32>plane.height + rows, 'a row is beyond its plane');
    assert(column >= -columns && column < <i32>plane.width + columns, 'a column is beyond its plane');
  }
}
