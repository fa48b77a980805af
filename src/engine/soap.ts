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
  type Matrix,
  matrixOf,
  multiply,
  multiplyByTransposed,
  powerStep,
  traceOf,
  transposed,
} from './matrices.ts';

/** β₁ and β₂ are one. */
export const SOAP = { beta: 0.95, epsilon: 1e-12, refreshEvery: 10 } as const;

/** What SOAP remembers of one matrix [W b], row-major. */
export interface SoapState {
  /** L and R. */
  readonly left: Float64Array;
  readonly right: Float64Array;
  /** U and V. */
  readonly leftBasis: Float64Array;
  readonly rightBasis: Float64Array;
  /** M and S. */
  readonly momentum: Float64Array;
  readonly secondMoment: Float64Array;
  /** Updates made; −1 before the call that makes none. */
  readonly updates: number;
}

/** The state of SOAP for all affine maps of a flat parameter vector. */
export class Soap {
  readonly #maps: readonly AffineMap[];

  /**
   * @param tensors weights and biases in turn, in the order of the vector
   * @param states of the same tensors, to go on from
   */
  constructor(tensors: readonly Tensor[], beta: number = SOAP.beta, states?: readonly SoapState[]) {
    this.#maps = mapOffsets(tensors).map((offsets) => new AffineMap(offsets, beta));
    for (const [i, map] of this.#maps.entries()) if (states) map.restore(states[i] as SoapState);
  }

  /** Copies, one per affine map. */
  get states(): SoapState[] {
    return this.#maps.map((map) => structuredClone(map.state));
  }

  /** Updates `parameters`; neither array is kept. */
  step(parameters: Float32Array, gradient: Float32Array | Float64Array, rate: number): void {
    for (const map of this.#maps) map.step(parameters, gradient, rate);
  }
}

/** Where the matrix [W b] of one expert lies in the flat vector. */
export interface MapOffsets {
  readonly rows: number;
  /** Those of W and one for b. */
  readonly columns: number;
  /** Index of the first weight and of the first bias. */
  readonly weight: number;
  readonly bias: number;
}

/**
 * The affine maps of weights and biases that come in turn.
 * @param first index of the first parameter
 */
export function mapOffsets(tensors: readonly Tensor[], first = 0): MapOffsets[] {
  return pairs(tensors).flatMap(([{ rows, columns, experts, offset }, bias]) =>
    Array.from({ length: experts }, (_, expert) => ({
      rows,
      columns: columns + 1,
      weight: first + offset + expert * rows * columns,
      bias: first + bias.offset + expert * rows,
    })),
  );
}

/** What SOAP of a map begins with, for engines that go on by themselves. */
export function firstMoments(offsets: MapOffsets, beta: number, gradient: Float32Array): SoapState {
  const map = new AffineMap(offsets, beta);
  map.begin(gradient);
  return map.state;
}

/** SOAP of the matrix [W b] of one expert, [rows, columns]. */
class AffineMap {
  readonly #beta: number;
  /** Per entry of [W b], its index in the flat vector. */
  readonly #indices: Uint32Array;
  /** L and R. */
  readonly #left: Matrix;
  readonly #right: Matrix;
  /** U and V. */
  readonly #leftBasis: Matrix;
  readonly #rightBasis: Matrix;
  readonly #gradient: Matrix;
  /** M, not rotated. */
  readonly #momentum: Matrix;
  /** S, of the rotated gradient. */
  readonly #secondMoment: Float64Array;
  readonly #rotated: Matrix;
  readonly #scratch: Matrix;
  readonly #basisScratch: Float64Array;
  /** Updates made; −1 before the call that makes none. */
  #updates = -1;

  constructor(offsets: MapOffsets, beta: number) {
    const { rows, columns } = offsets;
    this.#beta = beta;
    this.#indices = indicesOf(offsets);
    this.#left = matrixOf(rows, rows);
    this.#right = matrixOf(columns, columns);
    this.#leftBasis = matrixOf(rows, rows);
    this.#rightBasis = matrixOf(columns, columns);
    this.#gradient = matrixOf(rows, columns);
    this.#momentum = matrixOf(rows, columns);
    this.#secondMoment = new Float64Array(rows * columns);
    this.#rotated = matrixOf(rows, columns);
    this.#scratch = matrixOf(rows, columns);
    this.#basisScratch = new Float64Array(Math.max(rows, columns) ** 2);
  }

  get state(): SoapState {
    return {
      left: this.#left.values,
      right: this.#right.values,
      leftBasis: this.#leftBasis.values,
      rightBasis: this.#rightBasis.values,
      momentum: this.#momentum.values,
      secondMoment: this.#secondMoment,
      updates: this.#updates,
    };
  }

  restore({ left, right, leftBasis, rightBasis, momentum, secondMoment, updates }: SoapState): void {
    this.#left.values.set(left);
    this.#right.values.set(right);
    this.#leftBasis.values.set(leftBasis);
    this.#rightBasis.values.set(rightBasis);
    this.#momentum.values.set(momentum);
    this.#secondMoment.set(secondMoment);
    this.#updates = updates;
  }

  /** The call that makes no update. */
  begin(gradient: Float32Array | Float64Array): void {
    this.#updates = 0;
    this.#take(gradient);
    this.#accumulate();
    this.#leftBasis.values.set(firstBasis(this.#left));
    this.#rightBasis.values.set(firstBasis(this.#right));
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
      powerStep(this.#leftBasis, this.#left, this.#basisScratch);
      powerStep(this.#rightBasis, this.#right, this.#basisScratch);
    }
  }

  /** Gathers G = [∂W ∂b]. */
  #take(gradient: Float32Array | Float64Array): void {
    const { values } = this.#gradient;
    for (let i = 0; i < values.length; i++) values[i] = gradient[this.#indices[i] as number] as number;
  }

  #accumulate(): void {
    const gradient = this.#gradient;
    const product = this.#basisScratch;
    multiplyByTransposed(gradient, product);
    average(this.#left.values, product, this.#beta);
    multiplyByTransposed(transposed(gradient), product);
    average(this.#right.values, product, this.#beta);
  }

  /** Leaves M̂′ / (√Ŝ + ε) in `#rotated`. */
  #adam(): void {
    const beta = this.#beta;
    const unbiased = 1 / (1 - beta ** this.#updates);
    const rotated = this.#rotated.values;
    this.#rotate(this.#gradient);
    for (let i = 0; i < rotated.length; i++) {
      const g = rotated[i] as number;
      this.#secondMoment[i] = beta * (this.#secondMoment[i] as number) + (1 - beta) * g * g;
    }
    average(this.#momentum.values, this.#gradient.values, beta);
    this.#rotate(this.#momentum);
    for (let i = 0; i < rotated.length; i++) {
      const deviation = Math.sqrt((this.#secondMoment[i] as number) * unbiased);
      rotated[i] = ((rotated[i] as number) * unbiased) / (deviation + SOAP.epsilon);
    }
  }

  /** #rotated = U matrix Vᵀ */
  #rotate(matrix: Matrix): void {
    multiply(this.#leftBasis, matrix, this.#scratch.values);
    multiply(this.#scratch, transposed(this.#rightBasis), this.#rotated.values);
  }

  /** #rotated = Uᵀ #rotated V */
  #rotateBack(): void {
    multiply(transposed(this.#leftBasis), this.#rotated, this.#scratch.values);
    multiply(this.#scratch, this.#rightBasis, this.#rotated.values);
  }

  #apply(parameters: Float32Array, rate: number): void {
    const { values } = this.#rotated;
    for (let i = 0; i < values.length; i++) {
      const index = this.#indices[i] as number;
      parameters[index] = (parameters[index] as number) - rate * (values[i] as number);
    }
  }
}

function indicesOf({ rows, columns, weight, bias }: MapOffsets): Uint32Array {
  const inputs = columns - 1;
  return Uint32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return column < inputs ? weight + row * inputs + column : bias + row;
  });
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
function firstBasis({ values, rows }: Matrix): Float64Array {
  const rising = values.slice();
  const rise = (RISE * traceOf(values, rows)) / rows;
  for (let i = 0; i < rows; i++) rising[i * rows + i] = (rising[i * rows + i] as number) + rise * i;
  return eigenvectors(rising, rows);
}
