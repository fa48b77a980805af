/** @file What the latents cost whose contexts hold a latent, itself among them, by the context model in floats. */

import { PLANE } from '../../../../field/kernels/context-block';
import { CoarserCell, Neighbour } from '../../../../field/kernels/neighbourhood';
import { laplaceBits } from '../../../../field/kernels/laplace';
import { CHECKED } from '../../../../wasm/kernels/checks';
import { densePair, rectifiedPlanes } from '../../../../wasm/kernels/planar';
import { TrialProblem } from './trial-problem';

/** A latent whose bits are counted. */
@unmanaged
class Cell {
  level: u32;
  y: i32;
  x: i32;
}

/** Its neighbours, and cells of three finer grids: 25 + 16 + 16 + 64 are below this. */
const MAX_CELLS: usize = 128;

/** Latents that are counted, and planes for the context model: one float of each. */
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
    this.planes = this.cells + offsetof<Cell>() * MAX_CELLS;
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
  list(level: u32, y: i32, x: i32): void {
    const problem = this.problem;
    this.count = 0;
    this.add(level, y, x);
    for (let i: u32 = 0; i < problem.neighbours; i++) {
      const step = changetype<Neighbour>(problem.neighbourSteps + offsetof<Neighbour>() * i);
      this.add(level, y - step.rows, x - step.columns);
    }
    for (let levels: u32 = 1; levels <= min(level, problem.finer); levels++) {
      // Cells of the next grid also see those beside the one that they lie in.
      const beside = levels == 1 ? 1 : 0;
      const first = (1 << levels) - 1 + beside;
      for (let row = (y << levels) - beside; row <= (y << levels) + first; row++) {
        for (let column = (x << levels) - beside; column <= (x << levels) + first; column++) {
          this.add(level - levels, row, column);
        }
      }
    }
  }

  /** A cell, if the grid has it. */
  private add(level: u32, y: i32, x: i32): void {
    const grid = this.problem.grid(level);
    if (y < 0 || x < 0 || y >= grid.height || x >= grid.width) return;
    if (CHECKED) assert(this.count < MAX_CELLS, 'too many latents have it in their contexts');
    const cell = this.cell(this.count++);
    cell.level = level;
    cell.y = y;
    cell.x = x;
  }

  /** The bits of the listed latents. */
  bits(): f32 {
    const problem = this.problem;
    const width = problem.contextLayer(0).outputs, inputs = problem.contextLayer(0).inputs;
    const padded = (this.count + 7) & ~7;
    for (let index: u32 = 0; index < this.count; index++) this.gather(index);
    const inputPlanes = this.planes + 8 * width;
    rectifiedPlanes(inputPlanes, inputs, problem.contextLayer(0).weights, this.hidden1, PLANE, width, padded);
    rectifiedPlanes(this.planes, width, problem.contextLayer(1).weights, this.hidden2, PLANE, width, padded);
    densePair(this.planes + 4 * width, width + inputs, problem.contextLayer(2).weights, this.outputs, PLANE, padded);
    return laplaceBits(this.outputs, this.outputs + PLANE, this.values, this.count);
  }

  /** Writes a latent and its context. */
  private gather(index: u32): void {
    const problem = this.problem, cell = this.cell(index);
    const grid = problem.grid(cell.level);
    const here = grid.cells + grid.stride * cell.y + 2 * cell.x;
    let to = this.inputs + 4 * index;
    store<f32>(this.values + 4 * index, load<i16>(here));
    for (let i: u32 = 0; i < problem.neighbours; i++, to += PLANE) {
      const step = changetype<Neighbour>(problem.neighbourSteps + offsetof<Neighbour>() * i);
      store<f32>(to, load<i16>(here + grid.stride * step.rows + 2 * step.columns));
    }
    for (let i: u32 = 0; i < problem.coarser; i++, to += PLANE) {
      const coarser = changetype<CoarserCell>(problem.coarserCells + offsetof<CoarserCell>() * i);
      store<f32>(to, this.coarserLatent(cell, coarser));
    }
  }

  /** 0 of a grid that the pyramid does not have. */
  private coarserLatent(cell: Cell, coarser: CoarserCell): f32 {
    const problem = this.problem;
    const level = cell.level + coarser.levels;
    if (level >= problem.grids) return 0;
    const grid = problem.grid(level);
    return load<i16>(grid.cells + grid.stride * coarser.rowOf(cell.y) + 2 * coarser.columnOf(cell.x));
  }
}
