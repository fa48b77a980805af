/**
 * @file The outputs of pyramid fields column by column and row by row of any output, as formats/loe.md, section 8, has it under *Lattices* and
 * *Small pictures*. Clarity before speed.
 */

import { type Model, modelOf } from '../../src/field/model.ts';
import { EXACT, PyramidReference, type ReferencePyramid, SPECIFIED } from './pyramid-reference.ts';

type Arithmetic = typeof EXACT;

/** Outputs at the cell of a lattice, given by its pixel position. */
export type CellAt = (x: number, y: number) => number[];

interface Axis {
  /** Of the picture. */
  readonly pixels: number;
  /** Columns that are evaluated. */
  readonly columns: number;
  /** Pixels of the picture that is evaluated, perhaps a smaller one, of 2^level pixels each. */
  readonly evaluated: number;
  readonly level: number;
  /** Cells per pixel of it. */
  readonly n: number;
}

/** Pixel position of column i of `columns`. */
function positionOf(i: number, columns: number, pixels: number): number {
  return Math.floor((((2 * i + 1) * pixels) / columns - 1) * 2 ** 15 + 0.5) / 2 ** 16;
}

/** Position of a cell of the lattice. */
function cellPosition(cell: number, n: number): number {
  const a = cell % n;
  return (cell - a) / n + Math.floor(((2 * a + 1) / n - 1) * 2 ** 15 + 0.5) / 2 ** 16;
}

/** Cells of the lattice and their weights. */
function cellsOf(i: number, axis: Axis, arithmetic: Arithmetic): { cells: number[]; weights: number[] } {
  const { pixels, columns, evaluated, level, n } = axis;
  if (columns * 2 ** level === n * pixels) return { cells: [i], weights: [1] };
  const u = ((positionOf(i, columns, pixels) + 0.5) * n) / 2 ** level - 0.5;
  const nearest = [-2, -1, 0, 1, 2, 3].map((k) => Math.floor(u) + k);
  const weights = nearest.map((j) => lanczosOf(arithmetic)(Math.abs(j - u)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return {
    cells: nearest.map((j) => Math.min(n * evaluated - 1, Math.max(0, j))),
    weights: weights.map((weight) => arithmetic.round(weight / sum)),
  };
}

function lanczosOf(arithmetic: Arithmetic): (d: number) => number {
  return arithmetic === EXACT ? exactLanczos : specifiedLanczos;
}

export function exactLanczos(d: number): number {
  const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  return d < 3 ? sinc(d) * sinc(d / 3) : 0;
}

function specifiedLanczos(d: number): number {
  if (d === 0) return 1;
  const c = [1];
  for (let j = 1; j < 8; j++) c.push((c[j - 1] as number) / -((2 * j + 1) * (2 * j)));
  const t = (Math.PI * Math.min(d, 3 - d)) / 3;
  const s = t * c.reduceRight((sum, term) => sum * t * t + term);
  const q = s * s;
  return (3 * q * (3 - 4 * q)) / (Math.PI * d * (Math.PI * d));
}

export interface ReferenceOptions {
  readonly arithmetic?: Arithmetic;
  /** Whether small pictures are evaluated from means of latents. */
  readonly isReducible?: boolean;
  /** What becomes of the outputs at a cell. */
  readonly atCells?: (outputs: number[], x: number, y: number) => number[];
}

/** The outputs of what is evaluated for an output of a size. */
export class OutputsReference {
  /** Columns and rows that are evaluated: those of a pixel of the output are averaged. */
  readonly columns: number;
  readonly rows: number;
  readonly #across: Axis;
  readonly #down: Axis;
  readonly #arithmetic: Arithmetic;
  readonly #cellAt: CellAt;

  constructor(pyramid: ReferencePyramid, width: number, height: number, options: ReferenceOptions = {}) {
    const { arithmetic = SPECIFIED, isReducible = false, atCells } = options;
    const { model } = pyramid;
    const covered = Math.min(model.width / width, model.height / height);
    const k = isReducible ? Math.max(0, Math.floor(Math.log2(covered)) - 2) : 0;
    const small = k > 0 ? smallPicture(pyramid, k, arithmetic) : pyramid;
    const reference = new PyramidReference(small, arithmetic);
    this.#arithmetic = arithmetic;
    this.#across = axisOf(model.width, width, small.model.width, k);
    this.#down = axisOf(model.height, height, small.model.height, k);
    this.columns = this.#across.columns;
    this.rows = this.#down.columns;
    this.#cellAt = (x, y) => {
      const outputs = reference.at(x, y);
      return k === 0 && atCells ? atCells(outputs, x, y) : outputs;
    };
  }

  /** The outputs at an evaluated column and row. */
  at(column: number, row: number): number[] {
    const x = cellsOf(column, this.#across, this.#arithmetic);
    const y = cellsOf(row, this.#down, this.#arithmetic);
    const lines = y.cells.map((j) => {
      const cells = x.cells.map((i) =>
        this.#cellAt(cellPosition(i, this.#across.n), cellPosition(j, this.#down.n)),
      );
      return this.#weighed(cells, x.weights);
    });
    return this.#weighed(lines, y.weights);
  }

  #weighed(values: readonly number[][], weights: readonly number[]): number[] {
    const { round } = this.#arithmetic;
    return (values[0] as number[]).map((_, o) =>
      weights
        .map((weight, i) => round(weight * (values[i]?.[o] as number)))
        .reduce((sum, product) => round(sum + product)),
    );
  }
}

function axisOf(pixels: number, output: number, evaluated: number, level: number): Axis {
  const n = output < pixels ? 1 : Math.min(8, Math.ceil(output / pixels));
  return { pixels, columns: output * Math.ceil(evaluated / output), evaluated, level, n };
}

function smallPicture(pyramid: ReferencePyramid, k: number, { round }: Arithmetic): ReferencePyramid {
  const { planes, width, height, field, context } = pyramid.model;
  const specs = planes.map(({ level, reading }) =>
    level < k ? ({ level: 0, reading: 'direct' } as const) : { level: level - k, reading },
  );
  const size = { width: Math.ceil(width / 2 ** k), height: Math.ceil(height / 2 ** k) };
  const spec = { ...field.spec, input: { kind: 'pyramid' as const, planes: specs } };
  const model = modelOf(spec, context.spec, size);
  const latents = planes.map((plane, l) =>
    plane.level < k ? meansOf(pyramid, l, 2 ** (k - plane.level), model) : (pyramid.latents[l] as Int16Array),
  );
  return { ...pyramid, model, latents, parameters: smallFilters(pyramid, k, round) };
}

function meansOf(
  { model, latents }: ReferencePyramid,
  index: number,
  side: number,
  { width, height }: Model,
) {
  const plane = model.planes[index] as Model['planes'][number];
  return Float32Array.from({ length: width * height }, (_, at) => {
    const [column, row] = [at % width, Math.floor(at / width)];
    let sum = 0;
    for (let j = side * row; j < side * (row + 1); j++) {
      for (let i = side * column; i < side * (column + 1); i++) {
        const [x, y] = [Math.min(plane.width - 1, i), Math.min(plane.height - 1, j)];
        sum += latents[index]?.[y * plane.width + x] as number;
      }
    }
    return sum / side ** 2;
  });
}

function smallFilters({ model, parameters }: ReferencePyramid, k: number, round: (value: number) => number) {
  const a = 2 ** -k;
  const near = [(a * (1 + a)) / 2, 1 - a * a, (a * (a - 1)) / 2];
  const m = [near, [0, 1, 0], near.toReversed()];
  const small = parameters.slice();
  const { layers, filters, tensors } = model.field;
  for (let filter = 0; filter < filters.length; filter++) {
    const { offset, length } = tensors[2 * (layers.length + filter)] as (typeof tensors)[number];
    for (let at = offset; at < offset + length; at += 9) {
      for (let j = 0; j < 3; j++) {
        for (let i = 0; i < 3; i++) {
          let sum = 0;
          for (let y = 0; y < 3; y++)
            for (let x = 0; x < 3; x++)
              sum += (parameters[at + 3 * y + x] as number) * ((m[y]?.[j] as number) * (m[x]?.[i] as number));
          small[at + 3 * j + i] = round(sum);
        }
      }
    }
  }
  return small;
}
