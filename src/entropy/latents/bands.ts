/**
 * @file The rows that the kernels see of a plane: a band, the rows above it, and around it the rows of the planes that its latents
 * are predicted from. Memory grows with the picture's width only.
 */

import { type ContextInput, PARENT_CELL } from '../../field/context.ts';
import type { LatentModel, Plane } from '../../field/model.ts';
import type { Latents } from '../../field/pyramid.ts';
import type { Steps } from '../../time-slices.ts';
import type { LatentCoder } from './coder.ts';
import { BAND_ROWS, LEVEL_CLASSES, ROW_MARGIN, ROWS_ABOVE } from './constants.ts';

/** Waves are latents of equal x + slope·y; with this slope no latent has a neighbour in its own wave or in a later one. */
export function slopeOf(inputs: readonly ContextInput[]): number {
  const above = inputs.filter(({ levels, dy }) => levels === 0 && dy < 0);
  const slopes = above.map(({ dy, dx }) => Math.floor(dx / -dy) + 1);
  // The corrections see the latent to the north-east, even if the network does not.
  return Math.max(2, ...slopes);
}

/** Where a plane's cell (0, 0) is, or would be were its row in memory, and bytes between rows. */
interface Rows {
  readonly origin: number;
  readonly stride: number;
}

/** A cell that is read for all latents. */
const NOWHERE = { levels: 31, towardsY: 0, towardsX: 0, stride: 0 };

/** Waves of a step. */
const STEP = 64;

export class Bands {
  readonly #coder: LatentCoder;
  readonly #model: LatentModel;
  readonly #slope: number;
  readonly #rows: number;
  /** The band and the rows above it. */
  readonly #own: number;
  /** Where other planes' rows go, each as long as the longest that it has to hold. */
  readonly #others: readonly number[];
  readonly #zero: number;

  constructor(coder: LatentCoder, model: LatentModel) {
    this.#coder = coder;
    this.#model = model;
    this.#slope = slopeOf(model.context.inputs);
    this.#rows = Math.min(BAND_ROWS, model.height);
    this.#own = coder.take(ownBytes(model));
    this.#others = otherBytes(model).map((bytes) => coder.take(bytes));
    this.#zero = coder.take(2);
    coder.write({ slope: this.#slope });
  }

  /**
   * Goes through a plane, which decoding fills on the way.
   * @param latents of all planes; those that it is predicted from have gone before
   */
  *code(plane: Plane, latents: Latents, codeWave: (wave: number) => void): Steps {
    const { width, height } = plane;
    const values = latents[plane.index] as Int16Array;
    this.#openPlane(plane);
    for (let firstRow = 0; firstRow < height; firstRow += BAND_ROWS) {
      const rows = Math.min(BAND_ROWS, height - firstRow);
      const cells = values.subarray(width * firstRow, width * (firstRow + rows));
      this.#openBand(plane, latents, firstRow, rows);
      this.#visitRows(cells, width, rows, (row, inMemory) => inMemory.set(row));
      const waves = width + this.#slope * (rows - 1);
      for (let wave = 0; wave < waves; wave++) {
        codeWave(wave);
        if (wave % STEP === 0) yield;
      }
      this.#visitRows(cells, width, rows, (row, inMemory) => row.set(inMemory));
    }
  }

  #openPlane({ level, width, height }: Plane): void {
    const pitch = width + ROW_MARGIN;
    let placeShift = 0;
    while ((Math.max(width, height) - 1) >> placeShift >= 16) placeShift++;
    this.#coder.write({
      levelClass: Math.min(level, LEVEL_CLASSES - 1),
      planeWidth: width,
      stride: 2 * pitch,
      placeShift,
      band: this.#bandAt(pitch),
    });
    this.#cells(pitch).fill(0);
  }

  /** The band's cell (0, 0). */
  #bandAt(pitch: number): number {
    return this.#own + 2 * (ROWS_ABOVE * pitch + ROW_MARGIN);
  }

  /** All of the band's rows with those above. */
  #cells(pitch: number): Int16Array {
    return this.#coder.latents(this.#own, pitch * (this.#rows + ROWS_ABOVE));
  }

  #openBand(plane: Plane, latents: Latents, firstRow: number, rows: number): void {
    const pitch = plane.width + ROW_MARGIN;
    this.#coder.write({ firstRow, rows });
    if (firstRow > 0) this.#cells(pitch).copyWithin(0, BAND_ROWS * pitch);
    const own: Rows = { origin: this.#bandAt(pitch) - 2 * pitch * firstRow, stride: 2 * pitch };
    const rowsOf = new Map([[plane.index, own]]);
    for (const [i, other] of othersOf(this.#model, plane).entries()) {
      const levels = other.level - plane.level;
      rowsOf.set(other.index, this.#copyOther(other, latents, firstRow, levels, this.#others[i] as number));
    }
    const { inputs } = this.#model.context;
    for (const [i, input] of inputs.entries()) this.#writeCell(i, input, rowsOf.get(plane.sources[i] ?? -1));
    this.#writeCell(inputs.length, PARENT_CELL, rowsOf.get(plane.parent ?? -1));
  }

  /** @param rows of the plane that the cell is in; none where there is no such plane */
  #writeCell(index: number, { levels, dy, dx, towardsY, towardsX }: ContextInput, rows?: Rows): void {
    const cell = rows
      ? {
          levels,
          towardsY: Number(towardsY),
          towardsX: Number(towardsX),
          origin: rows.origin + rows.stride * dy + 2 * dx,
          stride: rows.stride,
        }
      : { ...NOWHERE, origin: this.#zero };
    this.#coder.writeCell(index, cell);
  }

  /** Of a plane so many levels coarser: from the row above the one that holds the band's first, and from one cell left of each row. */
  #copyOther(
    { index, width, height }: Plane,
    latents: Latents,
    firstRow: number,
    levels: number,
    address: number,
  ): Rows {
    const values = latents[index] as Int16Array;
    const pitch = width + 1;
    const top = (firstRow >> levels) - 1;
    const count = windowRows(levels);
    const window = this.#coder.latents(address, pitch * count + 1);
    window.fill(0);
    for (let y = Math.max(0, top); y < Math.min(height, top + count); y++)
      window.set(values.subarray(width * y, width * (y + 1)), pitch * (y - top) + 1);
    return { origin: address - 2 * (pitch * top - 1), stride: 2 * pitch };
  }

  /** Visits the band's rows, in a plane and in memory. */
  #visitRows(
    cells: Int16Array,
    width: number,
    rows: number,
    visit: (row: Int16Array, inMemory: Int16Array) => void,
  ): void {
    const pitch = width + ROW_MARGIN;
    const memory = this.#cells(pitch);
    for (let row = 0; row < rows; row++) {
      const at = pitch * (ROWS_ABOVE + row) + ROW_MARGIN;
      visit(cells.subarray(width * row, width * (row + 1)), memory.subarray(at, at + width));
    }
  }
}

/** Bytes of the rows that the kernels see of a model's planes. */
export function bandMemory(model: LatentModel): number {
  return otherBytes(model).reduce((sum, bytes) => sum + bytes, ownBytes(model));
}

/** Of the band and the rows above it. */
function ownBytes({ width, height }: LatentModel): number {
  return 2 * (width + ROW_MARGIN) * (Math.min(BAND_ROWS, height) + ROWS_ABOVE);
}

/** Of other planes' rows, each as long as the longest that it has to hold. */
function otherBytes(model: LatentModel): number[] {
  const lengths = model.planes.map((plane) =>
    othersOf(model, plane).map((other) => windowLength(plane, other)),
  );
  const count = Math.max(...lengths.map((list) => list.length));
  return Array.from({ length: count }, (_, i) => 2 * Math.max(...lengths.map((list) => list[i] ?? 0)));
}

/** The planes that the latents of a plane are predicted from, but for itself. */
function othersOf({ planes }: LatentModel, { index, sources, parent }: Plane): Plane[] {
  return planes.filter(
    (other) => other.index !== index && (sources.includes(other.index) || other.index === parent),
  );
}

/** Rows of a plane so many levels coarser that a band has to do with. */
function windowRows(levels: number): number {
  return BAND_ROWS / 2 ** levels + 2;
}

/** With the cell right of the last row. */
function windowLength(plane: Plane, other: Plane): number {
  return (other.width + 1) * windowRows(other.level - plane.level) + 1;
}
