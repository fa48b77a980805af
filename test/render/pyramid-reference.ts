/**
 * @file Pyramid fields cell by cell of a lattice, as formats/loe.md, section 8, has it. In float64 it is the oracle of the mathematics; in float32
 * steps it gives the specified bits. Clarity before speed.
 */

import type { Model, Plane } from '../../src/field/model.ts';
import type { Latents } from '../../src/field/pyramid.ts';
import { expertOf } from '../../src/field/selectors.ts';
import type { Tensor } from '../../src/field/spec.ts';
import { specifiedSine } from '../engine/specified-sine.ts';

export interface ReferencePyramid {
  readonly model: Model;
  /** Of the field. */
  readonly parameters: Float32Array;
  readonly latents: readonly (Latents[number] | Float32Array)[];
  readonly tupleAt: (x: number, y: number) => number;
}

/** What the two references differ in. */
interface Arithmetic {
  /** After every product and every sum. */
  readonly round: (value: number) => number;
  readonly sine: (u: number) => number;
  /** h[0] and h[k]/h[k − 1] of the coefficients of splines. */
  readonly inverse: readonly [number, number];
}

export const EXACT: Arithmetic = {
  round: (value) => value,
  sine: Math.sin,
  inverse: [Math.sqrt(3), Math.sqrt(3) - 2],
};
export const SPECIFIED: Arithmetic = {
  round: Math.fround,
  sine: specifiedSine,
  inverse: [1.7320508075688772, -0.2679491924311227],
};

const clamp = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));

export class PyramidReference {
  readonly #pyramid: ReferencePyramid;
  readonly #arithmetic: Arithmetic;
  readonly #tensors: readonly Tensor[];
  /** [height][width] of the planes that are read directly. */
  readonly #coefficients: readonly (readonly (readonly number[])[])[];
  /** What filters see again and again. */
  readonly #known = new Map<string, number[]>();

  constructor(pyramid: ReferencePyramid, arithmetic: Arithmetic) {
    this.#pyramid = pyramid;
    this.#arithmetic = arithmetic;
    this.#tensors = pyramid.model.field.tensors;
    this.#coefficients = pyramid.model.planes.map((plane) =>
      plane.reading === 'direct' ? this.#coefficientsOf(plane) : [],
    );
  }

  #coefficientsOf({ index, width, height }: Plane): number[][] {
    const rows = Array.from({ length: height }, (_, y) =>
      this.#convolved(Array.from({ length: width }, (_, x) => this.#latent(index, x, y))),
    );
    const columns = Array.from({ length: width }, (_, x) =>
      this.#convolved(rows.map((row) => row[x] as number)),
    );
    return rows.map((_, y) => columns.map((column) => column[y] as number));
  }

  /** Along an axis: from what a spline goes through to its coefficients. */
  #convolved(values: readonly number[]): number[] {
    const { round, inverse } = this.#arithmetic;
    const at = (i: number): number => {
      if (i < 0) return at(-1 - i);
      return i < values.length ? (values[i] as number) : at(2 * values.length - 1 - i);
    };
    return values.map((value, i) => {
      let h = inverse[0];
      let sum = round(round(h) * value);
      for (let k = 1; k <= 8; k++) {
        h *= inverse[1];
        sum = round(sum + round(round(h) * round(at(i - k) + at(i + k))));
      }
      return sum;
    });
  }

  /** The field at a cell of a lattice, given by its pixel position. */
  at(x: number, y: number): number[] {
    return this.#filtered(this.#pyramid.model.field.filters.length, x, y);
  }

  /** What the first layer sees. */
  featuresAt(x: number, y: number): number[] {
    return this.#pyramid.model.planes.map((plane) => {
      const { index, reading } = plane;
      if (reading === 'spline') return this.#spline(plane, x, y, (i, j) => this.#latent(index, i, j));
      if (Number.isInteger(x) && Number.isInteger(y)) return this.#latent(index, x, y);
      return this.#spline(plane, x, y, (i, j) => this.#coefficients[index]?.[j]?.[i] as number);
    });
  }

  #latent(index: number, x: number, y: number): number {
    const { width } = this.#pyramid.model.planes[index] as Plane;
    return this.#pyramid.latents[index]?.[y * width + x] as number;
  }

  #spline(
    { level, width, height }: Plane,
    x: number,
    y: number,
    cell: (i: number, j: number) => number,
  ): number {
    const [across, down] = [this.#taps(level, x), this.#taps(level, y)];
    const rows = down.cells.map((j) =>
      this.#sum(
        across.weights,
        across.cells.map((i) => cell(clamp(i, width), clamp(j, height))),
      ),
    );
    return this.#sum(down.weights, rows);
  }

  #taps(level: number, position: number): { cells: number[]; weights: number[] } {
    const u = (position + 0.5) / 2 ** level - 0.5;
    const f = Math.floor(u);
    const t = u - f;
    const s = 1 - t;
    const weights = [
      (s * s * s) / 6,
      (3 * t * t * t - 6 * t * t + 4) / 6,
      (3 * s * s * s - 6 * s * s + 4) / 6,
      (t * t * t) / 6,
    ];
    return { cells: [f - 1, f, f + 1, f + 2], weights: weights.map(this.#arithmetic.round) };
  }

  /** Σ weights·values from left to right, beginning with the first product or with `start`. */
  #sum(weights: readonly number[], values: readonly number[], start?: number): number {
    const { round } = this.#arithmetic;
    const products = weights.map((weight, i) => round(weight * (values[i] as number)));
    const terms = start === undefined ? products : [start, ...products];
    return terms.reduce((sum, term) => round(sum + term));
  }

  #layers(x: number, y: number): number[] {
    const { model, tupleAt } = this.#pyramid;
    const { round, sine } = this.#arithmetic;
    const tuple = tupleAt(x, y);
    let z = this.featuresAt(x, y);
    for (const [layer, { activation }] of model.field.layers.entries()) {
      z = this.#affine(layer, expertOf(tuple, layer), z);
      if (activation === 'snake') z = z.map((u) => round(round(sine(u) * sine(u)) + u));
    }
    return z;
  }

  #affine(map: number, expert: number, z: readonly number[]): number[] {
    const { parameters } = this.#pyramid;
    const [weight, bias] = [this.#tensors[2 * map] as Tensor, this.#tensors[2 * map + 1] as Tensor];
    return Array.from({ length: weight.rows }, (_, row) => {
      const unit = expert * weight.rows + row;
      const at = weight.offset + unit * weight.columns;
      const weights = Array.from(parameters.subarray(at, at + weight.columns));
      return this.#sum(weights, z, parameters[bias.offset + unit]);
    });
  }

  /** After `count` filters. */
  #filtered(count: number, x: number, y: number): number[] {
    const key = `${count} ${x} ${y}`;
    const values = this.#known.get(key) ?? (count === 0 ? this.#layers(x, y) : this.#filter(count, x, y));
    this.#known.set(key, values);
    return values;
  }

  #filter(count: number, x: number, y: number): number[] {
    const { width, height, field } = this.#pyramid.model;
    const z = this.#filtered(count - 1, x, y);
    const taps: number[][] = [];
    for (const dy of [-1, 0, 1]) {
      for (const dx of [-1, 0, 1]) {
        taps.push(this.#filtered(count - 1, clamp(x + dx, width), clamp(y + dy, height)));
      }
    }
    const seen = z.flatMap((_, channel) => taps.map((tap) => tap[channel] as number));
    const map = field.layers.length + count - 1;
    return this.#affine(map, 0, seen).map((v, o) => this.#arithmetic.round((z[o] as number) + v));
  }
}
