/** @file What the latents cost whose contexts hold a latent, itself among them, by the context model in floats. */

import { BLOCK, PLANE } from '../../../../field/kernels/context-block';
import { laplaceBits } from '../../../../field/kernels/laplace';
import { CHECKED } from '../../../../wasm/kernels/checks';
import { densePair, rectifiedPlanes } from '../../../../wasm/kernels/planar';
import { Readers, TrialPlane, TrialProblem } from './trial-problem';

/** A latent whose bits are counted. */
@unmanaged
class Cell {
  plane: u32;
  y: i32;
  x: i32;
}

/** Latents that are counted, and planes for the context model: one float of each of a block. */
@unmanaged
export class Context {
  problem: TrialProblem;
  count: u32;
  cells: usize;
  /** u32: [h¹], [h², c]: addresses of the layers' inputs. */
  planes: usize;
  values: usize;
  inputs: usize;
  hidden1: usize;
  hidden2: usize;
  /** μ and s */
  outputs: usize;

  /** Lays everything out from `area` on, a multiple of 16. @returns the first byte after it */
  layOut(problem: TrialProblem, area: usize): usize {
    const width = problem.contextLayer(0).outputs, inputs = problem.contextLayer(0).inputs;
    this.problem = problem;
    this.cells = area;
    this.planes = this.cells + offsetof<Cell>() * mostCells(problem);
    this.values = (this.planes + 4 * (2 * width + inputs) + 15) & ~15;
    this.inputs = this.values + PLANE;
    this.hidden1 = this.inputs + PLANE * inputs;
    this.hidden2 = this.hidden1 + PLANE * width;
    this.outputs = this.hidden2 + PLANE * width;
    return this.outputs + 2 * PLANE;
  }

  /** Lists the planes. */
  open(): void {
    const problem = this.problem;
    const width = problem.contextLayer(0).outputs, inputs = problem.contextLayer(0).inputs;
    for (let i: u32 = 0; i < width; i++) {
      store<u32>(this.planes + 4 * i, <u32>(this.hidden1 + PLANE * i));
      store<u32>(this.planes + 4 * (width + i), <u32>(this.hidden2 + PLANE * i));
    }
    for (let i: u32 = 0; i < inputs; i++) {
      store<u32>(this.planes + 4 * (2 * width + i), <u32>(this.inputs + PLANE * i));
    }
  }

  @inline cell(index: u32): Cell { return changetype<Cell>(this.cells + offsetof<Cell>() * index); }

  /** Lists the latents that have a latent in their contexts, and it. */
  list(index: u32, y: i32, x: i32): void {
    const problem = this.problem, plane = problem.plane(index);
    this.count = 0;
    this.add(index, y, x);
    for (let i: u32 = 0; i < problem.inputs; i++) {
      const input = problem.input(i);
      if (plane.source(i) == index) this.add(index, y - input.dy, x - input.dx);
    }
    for (let i: u32 = 0; i < plane.readers; i++) this.addReaders(plane.reader(i), y, x);
  }

  private addReaders(readers: Readers, y: i32, x: i32): void {
    const top = (y << readers.levels) - readers.around, left = (x << readers.levels) - readers.around;
    for (let row = top; row < top + readers.side; row++) {
      for (let column = left; column < left + readers.side; column++) this.add(readers.plane, row, column);
    }
  }

  /** A cell, if the plane has it. */
  private add(index: u32, y: i32, x: i32): void {
    const plane = this.problem.plane(index);
    if (y < 0 || x < 0 || y >= plane.height || x >= plane.width) return;
    if (CHECKED) assert(this.count < mostCells(this.problem), 'too many latents have it in their contexts');
    const cell = this.cell(this.count++);
    cell.plane = index;
    cell.y = y;
    cell.x = x;
  }

  /** The bits of the listed latents. */
  bits(): f32 {
    let sum: f32 = 0;
    for (let first: u32 = 0; first < this.count; first += BLOCK) {
      sum += this.bitsOf(first, min(BLOCK, this.count - first));
    }
    return sum;
  }

  /** The bits of a block of them. */
  private bitsOf(first: u32, count: u32): f32 {
    const problem = this.problem;
    const width = problem.contextLayer(0).outputs, inputs = problem.contextLayer(0).inputs;
    const padded = (count + 7) & ~7;
    for (let place: u32 = 0; place < count; place++) this.gather(this.cell(first + place), place);
    const inputPlanes = this.planes + 8 * width;
    rectifiedPlanes(inputPlanes, inputs, problem.contextLayer(0).weights, this.hidden1, PLANE, width, padded);
    rectifiedPlanes(this.planes, width, problem.contextLayer(1).weights, this.hidden2, PLANE, width, padded);
    densePair(this.planes + 4 * width, width + inputs, problem.contextLayer(2).weights, this.outputs, PLANE, padded);
    return laplaceBits(this.outputs, this.outputs + PLANE, this.values, count);
  }

  /** Writes a latent and its context. @param place in the block */
  private gather(cell: Cell, place: u32): void {
    const problem = this.problem, plane = problem.plane(cell.plane);
    let to = this.inputs + 4 * place;
    store<f32>(this.values + 4 * place, latentAt(plane, cell.y, cell.x));
    for (let i: u32 = 0; i < problem.inputs; i++, to += PLANE) {
      const source = plane.source(i), input = problem.input(i);
      let latent: f32 = 0;
      if (source >= 0) latent = latentAt(problem.plane(source), input.rowOf(cell.y), input.columnOf(cell.x));
      store<f32>(to, latent);
    }
  }
}

function latentAt(plane: TrialPlane, y: i32, x: i32): f32 {
  return load<i16>(plane.cells + plane.stride * y + 2 * x);
}

/** The most latents that have one in their contexts, itself among them. */
function mostCells(problem: TrialProblem): u32 {
  let most: u32 = 0;
  for (let index: u32 = 0; index < problem.planes; index++) {
    const plane = problem.plane(index);
    let count: u32 = 1;
    for (let i: u32 = 0; i < problem.inputs; i++) count += plane.source(i) == index ? 1 : 0;
    for (let i: u32 = 0; i < plane.readers; i++) count += plane.reader(i).side * plane.reader(i).side;
    most = max(most, count);
  }
  return most;
}
