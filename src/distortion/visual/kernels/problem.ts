/**
 * @file A picture and outputs to compare in memory, as `../layout.ts` writes them: addresses and distances are in bytes. The unit of work is
 * a *band*: BAND_ROWS rows of a component at one scale. A value of a row and a band's sums depend on the samples alone, not on who works them
 * out, so that results do not depend on the number of threads.
 */

import { CHECKED } from '../../../wasm/kernels/checks';
import { BAND_ROWS, BORDER_ROWS } from '../constants';

/** A component of colour at one scale: halved a number of times. Rows have fillers up to a multiple of 16, which are 0. */
@unmanaged
export class Scale {
  component: u32;
  width: i32;
  height: i32;
  /** Between rows of all that follows. */
  pitch: usize;
  /** f32 [height]: of the picture. 0 at 1:1, where it is made of samples. */
  original: usize;
  /** f32 [height]: of the outputs, then what they are replaced by. 0 at 1:1. */
  outputs: usize;
  /** f32 [ends of bands, but for the last][2 · BORDER_ROWS]: rows of outputs above and below, which neighbours may have replaced. */
  borders: usize;
  /** f32: one over the part of a window that lies inside, of columns and of rows; 0 in fillers. */
  columnFactors: usize;
  rowFactors: usize;
  /** 1 or 0: whether either weight is more than 0. */
  isCompared: u32;
  /** Weights in D of a position's d and of its μ_e². */
  structure: f32;
  luminance: f32;

  @inline originalRow(y: i32): usize { return this.original + this.pitch * this.checked(y); }
  @inline outputRow(y: i32): usize { return this.outputs + this.pitch * this.checked(y); }
  @inline hasRow(y: i32): bool { return y >= 0 && y < this.height; }

  /** Where row y of the outputs is kept besides, or 0: it is near the end of a band. */
  borderRow(y: i32): usize {
    const end = (y + BORDER_ROWS) / BAND_ROWS;
    const row = y + BORDER_ROWS - end * BAND_ROWS;
    if (end == 0 || row >= 2 * BORDER_ROWS || end * BAND_ROWS >= this.height) return 0;
    return this.borders + this.pitch * <usize>((end - 1) * 2 * BORDER_ROWS + row);
  }

  @inline private checked(y: i32): usize {
    if (CHECKED) assert(this.hasRow(y), 'no such row of a scale');
    return <usize>y;
  }
}

@unmanaged
export class Band {
  /** Scale. At 1:1 a band is of all components. */
  scale: usize;
  firstRow: i32;
  lastRow: i32;
  /** f64: what it adds to D; at 1:1 [components], and before them Σ of the squared errors. */
  sums: usize;

  @inline has(y: i32): bool { return y >= this.firstRow && y < this.lastRow; }
  /** At 1:1. */
  @inline sumOf(component: u32): usize { return this.sums + 8 * (1 + component); }
}

@unmanaged
export class Problem {
  width: i32;
  height: i32;
  channels: u32;
  /** f32 [channel][row][column] in [−1, 1], without fillers. */
  outputs: usize;
  /** uint8 or uint16 [channel][row], rows `samplePitch` apart, with room for fillers. */
  samples: usize;
  samplePitch: usize;
  sampleBytes: u32;
  /** 2/peak: a sample's value is sample · scale − 1. */
  sampleScale: f32;
  components: u32;
  /** f32 [component][channel]: what is in a component of a channel's value, with which values of 1:1 are in [−½, ½]. */
  coefficients: usize;
  /** Scale [component][scales], from 1:1 on. */
  scales: u32;
  scaleRecords: usize;
  /** f32 [RADIUS + 1]: of a window along an axis, from its middle on. */
  taps: usize;
  /** C₂ */
  stability: f32;
  /** From an error of values in [−1, 1] to the slope of D: the squared error's weight over twice the number of samples. */
  errorWeight: f32;
  /** Bands at 1:1, and after them those of coarser scales that are compared. */
  bands: u32;
  coarseBands: u32;
  bandRecords: usize;
  /** Thread records. */
  threads: usize;
  /** Bands taken so far by atomic adds; the host sets it to 0 before each call. */
  claimed: u32;
  /** VALUE, GRADIENT or CURVATURE. */
  result: u32;

  @inline band(index: u32): Band {
    if (CHECKED) assert(index < this.bands + this.coarseBands, 'no such band');
    return changetype<Band>(this.bandRecords + offsetof<Band>() * index);
  }
  @inline scale(component: u32, index: u32): Scale {
    if (CHECKED) assert(component < this.components && index < this.scales, 'no such scale');
    return changetype<Scale>(this.scaleRecords + offsetof<Scale>() * (component * this.scales + index));
  }
  @inline coefficient(component: u32, channel: u32): f32 {
    return load<f32>(this.coefficients + 4 * (component * this.channels + channel));
  }
  @inline outputRow(channel: u32, y: i32): usize {
    if (CHECKED) assert(channel < this.channels && y >= 0 && y < this.height, 'no such row of outputs');
    return this.outputs + 4 * <usize>this.width * (<usize>this.height * channel + <usize>y);
  }
  @inline sampleRow(channel: u32, y: i32): usize {
    if (CHECKED) assert(channel < this.channels && y >= 0 && y < this.height, 'no such row of samples');
    return this.samples + this.samplePitch * (<usize>this.height * channel + <usize>y);
  }
}
