/**
 * @file A field with filters is evaluated at *lattices* of a whole number of cells per pixel, where filters see cells of the same lattice.
 * What lies between their cells is interpolated by Lanczos-3, along rows and then along columns. Normative text: formats/loe.md, section 8.
 */

import { type Cells, pixelPositions } from '../../field/grid.ts';
import { LANCZOS_RADIUS, lanczos3 } from '../../image/lanczos.ts';
import { Arena } from '../../wasm/arena.ts';
import { instantiate } from '../../wasm/module.ts';
import type { DecodeKernels } from '../decode-kernels.ts';
import plain from '../kernels/built/decode.ts';

export const LATTICE_TAPS = 2 * LANCZOS_RADIUS;

/** The lattice along an axis. */
export interface LatticeAxis {
  /** Pixels of the picture. */
  readonly pixels: number;
  /** Cells of the lattice. */
  readonly count: number;
  /** Cells per pixel: 1, 2, 3 …, or a part of 1. */
  readonly density: number;
}

/** Whether so many cells along the axis are the lattice's: the last of larger cells may reach beyond the picture. */
export function isLattice(cells: number, { pixels, density }: LatticeAxis): boolean {
  return cells === pixels * density;
}

/** Values at the crossings of cells: [rows, columns, values]. Perhaps a view that is valid until the next call. A promise where a GPU evaluates. */
export type Evaluate = (columns: Cells, rows: Cells) => Float32Array | Promise<Float32Array>;

/**
 * The evaluation at the crossings of any cells, from that at those of a lattice.
 * @throws LoecError E_LIMIT or E_ENGINE
 */
export function betweenCells(
  evaluate: Evaluate,
  across: LatticeAxis,
  down: LatticeAxis,
  interpolator: Interpolator,
): Evaluate {
  return async (columns, rows) => {
    const [x, y] = [tapsOf(columns, across), tapsOf(rows, down)];
    const values = await evaluate(x?.cells ?? columns, y?.cells ?? rows);
    return x || y ? interpolator.interpolate(values, x, y) : values;
  };
}

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
/** Bytes that kernels read or write after values. */
const BEYOND = 12;

export class Interpolator {
  readonly #arena = new Arena();
  readonly #kernels = instantiate(plain, this.#arena.memory) as unknown as DecodeKernels;
  /** Bytes of a crossing. */
  readonly #bytes: number;

  /** @param count values of a crossing, up to 4 @throws LoecError E_LIMIT or E_ENGINE */
  constructor(count: number) {
    this.#bytes = FLOAT * count;
  }

  /** @returns [rows, columns, values], a view that is valid until the next call */
  interpolate(values: Float32Array, across: Taps | null, down: Taps | null): Float32Array {
    const free = this.#arena.end;
    const given = this.#arena.take(values.byteLength + BEYOND);
    new Float32Array(this.#arena.memory.buffer, given, values.length).set(values);
    const cells = { address: given, bytes: values.byteLength };
    const narrowed = across ? this.#alongRows(cells, across) : cells;
    const { address, bytes } = down ? this.#alongColumns(narrowed, down) : narrowed;
    this.#arena.release(free);
    return new Float32Array(this.#arena.memory.buffer, address, bytes / FLOAT);
  }

  #alongRows({ address, bytes }: Values, { cells, indices, weights }: Taps): Values {
    const pitch = this.#bytes * cells.length;
    const [rows, columns] = [bytes / pitch, indices.length / LATTICE_TAPS];
    const offsets = this.#arena.put(indices.map((index) => this.#bytes * index));
    const written = { address: 0, bytes: rows * columns * this.#bytes };
    const [weightsAt, out] = [this.#arena.put(weights), this.#arena.take(written.bytes + BEYOND)];
    this.#kernels.interpolateRows(address, pitch, rows, offsets, weightsAt, columns, this.#bytes, out);
    return { ...written, address: out };
  }

  #alongColumns({ address, bytes }: Values, { cells, indices, weights }: Taps): Values {
    const pitch = bytes / cells.length;
    const rows = indices.length / LATTICE_TAPS;
    const offsets = this.#arena.put(indices.map((index) => pitch * index));
    const [weightsAt, out] = [this.#arena.put(weights), this.#arena.take(rows * pitch + BEYOND)];
    this.#kernels.interpolateColumns(address, offsets, weightsAt, rows, pitch, out);
    return { address: out, bytes: rows * pitch };
  }
}

/** Values in the kernels' memory. */
interface Values {
  readonly address: number;
  readonly bytes: number;
}

/** What some cells see of a lattice. */
interface Taps {
  /** Those of the lattice that any of them sees. */
  readonly cells: Cells;
  /** [cells][LATTICE_TAPS]: their indices among these. */
  readonly indices: Int32Array;
  /** [cells][LATTICE_TAPS], of sum 1. */
  readonly weights: Float32Array;
}

/** null where they are cells of the lattice. */
function tapsOf(cells: Cells, lattice: LatticeAxis): Taps | null {
  if (isLattice(cells.count, lattice)) return null;
  const { pixels, count, density } = lattice;
  const clamped = (index: number) => Math.min(count - 1, Math.max(0, index));
  const places = pixelPositions(cells, pixels).map((position) => (position + 0.5) * density - 0.5);
  const start = clamped(firstTap(places[0] as number));
  const end = clamped(firstTap(places.at(-1) as number) + LATTICE_TAPS - 1) + 1;
  const indices = new Int32Array(LATTICE_TAPS * cells.length);
  const weights = new Float32Array(LATTICE_TAPS * cells.length);
  const row = new Float64Array(LATTICE_TAPS);
  for (const [i, place] of places.entries()) {
    const first = firstTap(place);
    for (let tap = 0; tap < LATTICE_TAPS; tap++) {
      row[tap] = lanczos3(Math.abs(first + tap - place));
      indices[LATTICE_TAPS * i + tap] = clamped(first + tap) - start;
    }
    const sum = row.reduce((total, weight) => total + weight, 0);
    for (let tap = 0; tap < LATTICE_TAPS; tap++) weights[LATTICE_TAPS * i + tap] = (row[tap] as number) / sum;
  }
  return { cells: { start, length: end - start, count }, indices, weights };
}

/** The first cell that a place between cells sees, perhaps beyond the edge. */
function firstTap(place: number): number {
  return Math.floor(place) + 1 - LANCZOS_RADIUS;
}
