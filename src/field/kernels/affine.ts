/** @file An affine map of a field or of its context model in the kernels' memory. */

import { SUM } from '../../wasm/kernels/vector';

/** An affine map on planes: a layer of the field, a filter, or a layer of the context model. */
@unmanaged
export class Affine {
  inputs: u32;
  outputs: u32;
  experts: u32;
  /** 1 for `snake`, 0 for none; the context model's rectifiers are its own affair. */
  snake: u32;
  /** [expert][⌈outputs / 4⌉][1 + inputs][4], the bias first. */
  weights: usize;
  /**
   * [expert][⌈inputs / 4⌉][1 + outputs][4], the bias all zeros. Of a filter: its adjoint, [⌈channels / 4⌉][1 + 9·channels][4], whose
   * inputs are [channel, 3 rows, 3 columns] of the outputs' deltas at y − dy, x − dx.
   */
  transposed: usize;
  /** From a band's sums to this map's: [expert][outputs rounded up to 4][inputs + 1][4], the bias last. */
  sumsAt: usize;

  @inline get weightBytes(): usize { return 16 * ((<usize>this.outputs + 3) / 4) * (1 + this.inputs); }
  @inline get transposedBytes(): usize { return 16 * ((<usize>this.inputs + 3) / 4) * (1 + this.outputs); }
  @inline get sumsBytes(): usize { return SUM * (((<usize>this.outputs + 3) & ~3) * (1 + this.inputs)); }
}
