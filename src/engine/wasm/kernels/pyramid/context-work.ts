/**
 * @file A thread's work on the latents of a band: lists of planes, the context model's weights in the forms that its kernels take,
 * and planes.
 */

import { BLOCK, PLANE } from '../../../../field/kernels/context-block';
import { Affine } from '../../../../field/kernels/affine';
import { planesOf } from '../../../../field/kernels/layers';
import { align, QUAD } from '../../../../wasm/kernels/vector';
import { CHECKED, workIn } from '../../../../wasm/kernels/checks';
import { PyramidProblem } from './problem';

@unmanaged
export class ContextWork {
  problem: PyramidProblem;
  band: u32;
  /** Of the model's hidden layers. */
  width: u32;
  /** Of the model. */
  inputs: u32;
  /** The block at hand: cells from `column` on in a row of a plane. */
  plane: u32;
  row: i32;
  column: u32;
  /** Its cells, rounded up to a multiple of 8. */
  cells: u32;
  /** [h¹, ones, h², c, ones]: addresses of the layers' inputs, each followed by ones for the bias. */
  planes: usize;
  /** [δ¹, δ³]: addresses of what the inputs' deltas come from. */
  deltas: usize;
  /** W² + 1 and its transpose: the second layer with the path around it. */
  residual: usize;
  residualBack: usize;
  /** [⌈inputs / 4⌉][1 + width + 2][4]: back to the inputs through the first and the third layer at once. */
  inputsBack: usize;
  zeros: usize;
  /** h¹ and then δ¹, h² and then δ². */
  hidden1: usize;
  hidden2: usize;
  /** μ and s, then δ³. */
  outputs: usize;
  /** The inputs from coarser planes. */
  coarser: usize;
  inputDeltas: usize;
  /** What is laid out lies from `start` to `end` − 1. */
  start: usize;
  end: usize;

  /** Lays everything out from `area` on, a multiple of 64. @returns the first byte after it */
  layOut(problem: PyramidProblem, area: usize): usize {
    const width = problem.contextLayer(0).outputs;
    const inputs = problem.contextLayer(0).inputs;
    const square = 4 * width * (1 + width);
    this.problem = problem;
    this.start = area;
    this.width = width;
    this.inputs = inputs;
    this.planes = area;
    this.deltas = this.planes + 4 * (2 * width + inputs + 2);
    this.residual = align(this.deltas + 4 * (width + 2));
    this.residualBack = this.residual + square;
    this.inputsBack = this.residualBack + square;
    this.zeros = align(this.inputsBack + QUAD * ((inputs + 3) / 4) * (3 + width));
    this.hidden1 = this.ones + PLANE;
    this.hidden2 = this.hidden1 + PLANE * width;
    this.outputs = this.hidden2 + PLANE * width;
    this.coarser = this.outputs + 2 * PLANE;
    this.inputDeltas = this.coarser + PLANE * coarserInputs(problem);
    this.end = this.inputDeltas + PLANE * planesOf(inputs);
    return this.end;
  }

  /** Makes ready for a band. */
  open(band: u32): void {
    this.band = band;
    if (CHECKED) workIn(this.start, this.end);
    memory.fill(this.zeros, 0, PLANE);
    for (let i: usize = 0; i < BLOCK; i++) store<f32>(this.ones + 4 * i, 1);
    this.listPlanes();
    this.layWeights();
  }

  @inline get ones(): usize { return this.zeros + PLANE; }

  /** Each layer's part of `planes`. */
  @inline get inputs1(): usize { return this.inputs3 + 4 * this.width; }
  @inline get inputs2(): usize { return this.planes; }
  @inline get inputs3(): usize { return this.planes + 4 * (this.width + 1); }

  @inline get sums(): usize { return this.problem.band(this.band).sums; }

  @inline layer(index: u32): Affine { return this.problem.contextLayer(index); }

  /** The value of a cell of a latent plane. */
  valueAt(index: u32, row: i32, column: i32): usize {
    if (CHECKED) this.problem.checkCell(index, row, column);
    const plane = this.problem.plane(index);
    return plane.values + plane.stride * row + 4 * column;
  }

  /** Its gradient in the band's buffer. */
  gradientAt(index: u32, row: i32, column: i32): usize {
    const part = this.problem.bandPlane(this.band, index);
    if (CHECKED) assert(row >= part.low && row < part.high, 'a row is beyond the band');
    return part.gradient + this.problem.plane(index).stride * (row - part.low) + 4 * column;
  }

  /** All but the inputs, which differ from block to block. */
  private listPlanes(): void {
    const width = this.width;
    for (let i: u32 = 0; i < width; i++) {
      store<u32>(this.inputs2 + 4 * i, <u32>(this.hidden1 + PLANE * i));
      store<u32>(this.inputs3 + 4 * i, <u32>(this.hidden2 + PLANE * i));
      store<u32>(this.deltas + 4 * i, <u32>(this.hidden1 + PLANE * i));
    }
    store<u32>(this.inputs2 + 4 * width, <u32>this.ones);
    store<u32>(this.inputs1 + 4 * this.inputs, <u32>this.ones);
    store<u32>(this.deltas + 4 * width, <u32>this.outputs);
    store<u32>(this.deltas + 4 * (width + 1), <u32>(this.outputs + PLANE));
  }

  private layWeights(): void {
    const width = this.width;
    memory.copy(this.residual, this.layer(1).weights, this.layer(1).weightBytes);
    memory.copy(this.residualBack, this.layer(1).transposed, this.layer(1).transposedBytes);
    for (let i: u32 = 0; i < width; i++) {
      const diagonal = QUAD * ((i / 4) * (1 + width) + 1 + i) + 4 * (i % 4);
      store<f32>(this.residual + diagonal, 1 + load<f32>(this.residual + diagonal));
      store<f32>(this.residualBack + diagonal, 1 + load<f32>(this.residualBack + diagonal));
    }
    this.layInputsBack();
  }

  /** By groups of four inputs: bias and rows of the first layer, then the rows of the third. */
  private layInputsBack(): void {
    const rows = QUAD * (1 + this.width);
    let to = this.inputsBack;
    let first = this.layer(0).transposed;
    let third = this.layer(2).transposed + 3 * QUAD * (this.width / 4);
    for (let input: u32 = 0; input < this.inputs; input += 4) {
      memory.copy(to, first, rows);
      memory.copy(to + rows, third + QUAD, 2 * QUAD);
      to += rows + 2 * QUAD;
      first += rows;
      third += 3 * QUAD;
    }
  }
}

/** How many inputs are read from coarser planes than the latents'. */
function coarserInputs(problem: PyramidProblem): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < problem.inputs; i++) count += problem.input(i).levels ? 1 : 0;
  return count;
}
