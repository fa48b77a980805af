/**
 * @file What the host lays out in memory before it calls a kernel, see `../../coordinates/plan.ts`. Addresses are in bytes.
 */

import { CHECKED } from '../../../wasm/kernels/checks';
import { ceilDiv, LANES, ROW } from '../../../wasm/kernels/vector';

@unmanaged
export class Layer {
  inputs: u32;
  outputs: u32;
  /** 1 for a sine, 0 for none. */
  sine: u32;
  experts: u32;
  /** The frequency that folding puts into the weights; 1 without a sine. */
  omega: f32;
  /** Rows of weights in a panel: the inputs, rounded up to a multiple of 4. */
  rows: u32;
  /** From `Problem.weights` (and θ, moments, gradients) to this layer: [expert][output panel][1 + rows][8]. */
  offset: usize;
  /** Address of [expert][input panel][1 + outputs][8], or 0 where no gradient goes further back. */
  transposed: usize;
  /** From a thread's scratch to the layer's inputs, which the layer before wrote. */
  inputsAt: usize;
  outputsAt: usize;
  /** The derivatives of the activation, which the backward pass turns into the loss' gradient at the affine map. */
  slopesAt: usize;

  @inline get panels(): u32 { return ceilDiv(this.outputs, LANES); }
  @inline get inputPanels(): u32 { return ceilDiv(this.inputs, LANES); }
  /** Bytes of one panel of weights with its bias row. */
  @inline get panelBytes(): usize { return ROW * (1 + this.rows); }
  @inline get expertBytes(): usize { return this.panelBytes * this.panels; }
  @inline get transposedPanelBytes(): usize { return ROW * (1 + this.outputs); }
  @inline get transposedBytes(): usize { return this.transposedPanelBytes * this.inputPanels; }
}

/** Positions that share their experts. */
@unmanaged
export class Block {
  /** 2 bits per layer, the first layer lowest. */
  tuple: u32;
  /** Index of the first position. */
  first: u32;
  /** Positions, at least 1. */
  count: u32;

  /** Positions with those that fill the block up to a multiple of 4. */
  @inline get padded(): u32 { return (this.count + 3) & ~3; }
}

@unmanaged
export class Problem {
  depth: u32;
  layers: usize;
  channels: u32;
  /** The effective weights, θ with ω folded in. */
  weights: usize;
  blocks: usize;
  /** [position][inputs of layer 0] */
  coordinates: usize;
  /** [position][channels]: what `evaluate` writes. The host lays it out where that is called. */
  outputs: usize;
  /** [position][channels] */
  targets: usize;
  /** [position][channels]: factors on squared errors, or 0 where all are 1. */
  targetWeights: usize;
  /** One area per thread: a panel's room for intermediate results, then the layers' activations and slopes. */
  scratch: usize;
  scratchBytes: usize;
  /** Bytes of all layers' parameters with their padding. */
  parameterBytes: usize;
  theta: usize;
  firstMoments: usize;
  secondMoments: usize;
  /** [partition][parameterBytes / 4] */
  gradients: usize;
  /** float64 [partition]: sums of weighted squared errors. */
  losses: usize;
  partitions: u32;
  /** The first layer that a backward pass goes back to; gradients of those in front of it are zeros. */
  firstTrained: u32;
  /** Pieces of work taken so far by atomic adds; the host sets it to 0 before each call. */
  claimed: u32;
  /** The call's blocks. */
  firstBlock: u32;
  lastBlock: u32;
  /** Factor from a weighted error to the gradient of the weighted mean squared error. */
  errorScale: f32;
  /** Adam's learning rate over its bias correction 1 − β₁ᵗ. */
  rate: f32;
  /** 1/(1 − β₂ᵗ) */
  secondCorrection: f32;

  @inline layer(index: u32): Layer {
    if (CHECKED) assert(index < this.depth, 'no such layer');
    return changetype<Layer>(this.layers + index * offsetof<Layer>());
  }
  @inline block(index: u32): Block {
    if (CHECKED) assert(index < this.lastBlock, 'no such block');
    return changetype<Block>(this.blocks + index * offsetof<Block>());
  }
  /** First block of a partition of the call's blocks; the cut depends on nothing but their number. */
  @inline partitionStart(partition: u32): u32 {
    return this.firstBlock + <u32>(<u64>(this.lastBlock - this.firstBlock) * partition / this.partitions);
  }
}

/** The expert of one layer in a tuple. */
export function expertOf(tuple: u32, layer: u32): u32 {
  return (tuple >> (2 * layer)) & 3;
}
