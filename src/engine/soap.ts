/**
 * @file SOAP (Vyas et al. 2024): Adam in the eigenbasis of Shampoo's preconditioners, for the affine maps of a field or a
 * context model. A map is the matrix [W b]: a bias is the weight of a constant input. In float64 on the host, the same for all
 * engines.
 *
 *     L ← βL + (1 − β)GGᵀ,  R ← βR + (1 − β)GᵀG,   the eigenvectors of L and R are the rows of U and V
 *     G′ = U G Vᵀ,  M ← βM + (1 − β)G,  M′ = U M Vᵀ,  S ← βS + (1 − β)G′²
 *     [W b] ← [W b] − rate · Uᵀ (M̂′ / (√Ŝ + ε)) V
 *
 * The first call only begins L, R and their bases. Later a power step and Gram-Schmidt make the bases follow; M is kept
 * unrotated, so it need not.
 */

import { pairs, type Tensor } from '../field/spec.ts';
import {
  eigenvectors,
  multiply,
  multiplyByTransposed,
  multiplyTransposed,
  powerStep,
  traceOf,
} from './matrices.ts';
import { SOAP } from './pyramid.ts';

/** The state of SOAP for all affine maps of a flat parameter vector. */
export class Soap {
  readonly #maps: readonly AffineMap[];

  /** @param tensors weights and biases in turn, in the order of the vector */
  constructor(tensors: readonly Tensor[], beta: number = SOAP.beta) {
    this.#maps = mapPlaces(tensors).map((place) => new AffineMap(place, beta));
  }

  /** Updates `parameters`; neither array is kept. */
  step(parameters: Float32Array, gradient: Float32Array | Float64Array, rate: number): void {
    for (const map of this.#maps) map.step(parameters, gradient, rate);
  }
}

/** Where the matrix [W b] of one expert lies in the flat vector. */
export interface MapPlace {
  readonly rows: number;
  /** Those of W and one for b. */
  readonly columns: number;
  /** Index of the first weight and of the first bias. */
  readonly weight: number;
  readonly bias: number;
}

/** The affine maps of weights and biases that come in turn. */
export function mapPlaces(tensors: readonly Tensor[]): MapPlace[] {
  return pairs(tensors).flatMap(([{ rows, columns, experts, offset }, bias]) =>
    Array.from({ length: experts }, (_, expert) => ({
      rows,
      columns: columns + 1,
      weight: offset + expert * rows * columns,
      bias: bias.offset + expert * rows,
    })),
  );
}

/** L and R after one gradient, and their bases. */
export interface FirstMoments {
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly leftBasis: Float64Array;
  readonly rightBasis: Float64Array;
}

/** What SOAP of a map begins with, for engines that go on by themselves. */
export function firstMoments(place: MapPlace, beta: number, gradient: Float32Array): FirstMoments {
  const map = new AffineMap(place, beta);
  map.begin(gradient);
  return map.moments;
}

/** SOAP of the matrix [W b] of one expert, [rows, columns]. Matrices are row-major. */
class AffineMap {
  readonly #beta: number;
  readonly #rows: number;
  /** Those of W and one for b. */
  readonly #columns: number;
  readonly #weightOffset: number;
  readonly #biasOffset: number;
  /** L and R. */
  readonly #left: Float64Array;
  readonly #right: Float64Array;
  /** U and V. */
  #leftBasis: Float64Array;
  #rightBasis: Float64Array;
  readonly #gradient: Float64Array;
  /** M, not rotated. */
  readonly #momentum: Float64Array;
  /** S, of the rotated gradient. */
  readonly #secondMoment: Float64Array;
  readonly #rotated: Float64Array;
  readonly #scratch: Float64Array;
  readonly #basisScratch: Float64Array;
  /** Updates made; −1 before the call that makes none. */
  #updates = -1;

  constructor({ rows, columns, weight, bias }: MapPlace, beta: number) {
    this.#beta = beta;
    this.#rows = rows;
    this.#columns = columns;
    this.#weightOffset = weight;
    this.#biasOffset = bias;
    this.#left = new Float64Array(rows * rows);
    this.#right = new Float64Array(columns * columns);
    this.#leftBasis = new Float64Array(rows * rows);
    this.#rightBasis = new Float64Array(columns * columns);
    this.#gradient = new Float64Array(rows * columns);
    this.#momentum = new Float64Array(rows * columns);
    this.#secondMoment = new Float64Array(rows * columns);
    this.#rotated = new Float64Array(rows * columns);
    this.#scratch = new Float64Array(rows * columns);
    this.#basisScratch = new Float64Array(Math.max(rows, columns) ** 2);
  }

  get moments(): FirstMoments {
    return {
      left: this.#left,
      right: this.#right,
      leftBasis: this.#leftBasis,
      rightBasis: this.#rightBasis,
    };
  }

  /** The call that makes no update. */
  begin(gradient: Float32Array | Float64Array): void {
    this.#updates = 0;
    this.#take(gradient);
    this.#accumulate();
    this.#leftBasis = firstBasis(this.#left, this.#rows);
    this.#rightBasis = firstBasis(this.#right, this.#columns);
  }

  step(parameters: Float32Array, gradient: Float32Array | Float64Array, rate: number): void {
    if (this.#updates < 0) {
      this.begin(gradient);
      return;
    }
    this.#updates++;
    this.#take(gradient);
    this.#adam();
    this.#rotateBack();
    this.#apply(parameters, rate);
    this.#accumulate();
    if (this.#updates % SOAP.refreshEvery === 0) {
      powerStep(this.#leftBasis, this.#left, this.#rows, this.#basisScratch);
      powerStep(this.#rightBasis, this.#right, this.#columns, this.#basisScratch);
    }
  }

  /** Gathers G = [∂W ∂b]. */
  #take(gradient: Float32Array | Float64Array): void {
    const inputs = this.#columns - 1;
    for (let row = 0; row < this.#rows; row++) {
      const at = row * this.#columns;
      for (let column = 0; column < inputs; column++) {
        this.#gradient[at + column] = gradient[this.#weightOffset + row * inputs + column] as number;
      }
      this.#gradient[at + inputs] = gradient[this.#biasOffset + row] as number;
    }
  }

  #accumulate(): void {
    const beta = this.#beta;
    const [rows, columns] = [this.#rows, this.#columns];
    const product = this.#basisScratch;
    multiplyByTransposed(this.#gradient, this.#gradient, product, rows, columns, rows);
    average(this.#left, product, beta);
    multiplyTransposed(this.#gradient, this.#gradient, product, columns, rows, columns);
    average(this.#right, product, beta);
  }

  /** Leaves M̂′ / (√Ŝ + ε) in `#rotated`. */
  #adam(): void {
    const beta = this.#beta;
    const unbiased = 1 / (1 - beta ** this.#updates);
    const rotated = this.#rotated;
    this.#rotate(this.#gradient);
    for (let i = 0; i < rotated.length; i++) {
      const g = rotated[i] as number;
      this.#secondMoment[i] = beta * (this.#secondMoment[i] as number) + (1 - beta) * g * g;
    }
    average(this.#momentum, this.#gradient, beta);
    this.#rotate(this.#momentum);
    for (let i = 0; i < rotated.length; i++) {
      const deviation = Math.sqrt((this.#secondMoment[i] as number) * unbiased);
      rotated[i] = ((rotated[i] as number) * unbiased) / (deviation + SOAP.epsilon);
    }
  }

  /** #rotated = U matrix Vᵀ */
  #rotate(matrix: Float64Array): void {
    const [rows, columns] = [this.#rows, this.#columns];
    multiply(this.#leftBasis, matrix, this.#scratch, rows, rows, columns);
    multiplyByTransposed(this.#scratch, this.#rightBasis, this.#rotated, rows, columns, columns);
  }

  /** #rotated = Uᵀ #rotated V */
  #rotateBack(): void {
    const [rows, columns] = [this.#rows, this.#columns];
    multiplyTransposed(this.#leftBasis, this.#rotated, this.#scratch, rows, rows, columns);
    multiply(this.#scratch, this.#rightBasis, this.#rotated, rows, columns, columns);
  }

  #apply(parameters: Float32Array, rate: number): void {
    const inputs = this.#columns - 1;
    for (let row = 0; row < this.#rows; row++) {
      const at = row * this.#columns;
      for (let column = 0; column < inputs; column++) {
        const i = this.#weightOffset + row * inputs + column;
        parameters[i] = (parameters[i] as number) - rate * (this.#rotated[at + column] as number);
      }
      const i = this.#biasOffset + row;
      parameters[i] = (parameters[i] as number) - rate * (this.#rotated[at + inputs] as number);
    }
  }
}

/** mean ← β · mean + (1 − β) · values, as long as `mean` is. */
function average(mean: Float64Array, values: Float64Array, beta: number): void {
  for (let i = 0; i < mean.length; i++) {
    mean[i] = beta * (mean[i] as number) + (1 - beta) * (values[i] as number);
  }
}

/** Share of the trace by which the diagonal rises from its first entry to its last. */
const RISE = 1e-5;

/**
 * Eigenvectors of L or R after one gradient, whose rank is seldom full. Any basis of the null space would do, but rounding must
 * not choose it, or engines that agree to seven digits would part at the next step. A slight rise along the diagonal does.
 */
function firstBasis(matrix: Float64Array, n: number): Float64Array {
  const rising = matrix.slice();
  const rise = (RISE * traceOf(matrix, n)) / n;
  for (let i = 0; i < n; i++) rising[i * n + i] = (rising[i * n + i] as number) + rise * i;
  return eigenvectors(rising, n);
}
