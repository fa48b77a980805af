/**
 * @file The rows that the kernels see of a plane: a band, the rows above it, and around it the rows of the planes that its latents
 * are predicted from. Memory grows with the picture's width only.
 */

import { type ContextInput, PARENT_CELL } from '../../field/context.ts';
import type { LatentModel, Plane } from '../../field/model.ts';
import type { Steps } from '../../time-slices.ts';
import type { LatentCoder } from './coder.ts';
import { BAND_ROWS, LEVEL_CLASSES, ROW_MARGIN, ROWS_ABOVE, WAVES } from './constants.ts';
import { gatheredInputs } from './network.ts';
import type { PlaneRows } from './slices.ts';

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

/** Bytes after the last row, as neighbours are read eight at a time. */
const TAIL = 16;

/** Latents of planes, [height, width] each; null where they are not needed. */
export type PlaneValues = readonly (Int16Array | null)[];

/** Codes the latents of a band with first ≤ x + slope·row < end. */
type CodeWaves = (first: number, end: number) => void;

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
   * Goes through rows of a plane, which decoding fills on the way; rows above them count as zeros.
   * @param latents of all planes; those that it is predicted from have gone before
   */
  *code({ plane, firstRow, endRow }: PlaneRows, latents: PlaneValues, codeWaves: CodeWaves): Steps {
    const { width } = plane;
    const values = latents[plane.index] as Int16Array;
    this.#openPlane(plane);
    for (let top = firstRow; top < endRow; top += BAND_ROWS) {
      const rows = Math.min(BAND_ROWS, endRow - top);
      const cells = values.subarray(width * top, width * (top + rows));
      if (top > firstRow) this.#cells(width + ROW_MARGIN).copyWithin(0, BAND_ROWS * (width + ROW_MARGIN));
      this.#openBand(plane, latents, top, rows);
      this.#visitRows(cells, width, rows, (row, inMemory) => inMemory.set(row));
      const waves = width + this.#slope * (rows - 1);
      for (let wave = 0; wave < waves; wave += WAVES) {
        codeWaves(wave, Math.min(waves, wave + WAVES));
        yield;
      }
      this.#visitRows(cells, width, rows, (row, inMemory) => row.set(inMemory));
    }
  }

  #openPlane({ level, width, height }: Plane): void {
    const pitch = width + ROW_MARGIN;
    let placeShift = 0;
    while ((Math.max(width, height) - 1) >> placeShift >= 16) placeShift++;
    const levelClass = Math.min(level, LEVEL_CLASSES - 1);
    this.#coder.state.inherit(levelClass);
    this.#coder.write({
      levelClass,
      planeWidth: width,
      stride: 2 * pitch,
      placeShift,
      band: this.#bandAt(pitch),
    });
    this.#cells(pitch).fill(0);
    this.#writeNeighbourRows(2 * pitch);
  }

  /** Neighbours of a row lie next to each other, however many of the list there are. */
  #writeNeighbourRows(stride: number): void {
    const neighbours = gatheredInputs(this.#model.context).filter(({ levels }) => levels === 0);
    const firsts = neighbours.filter(({ dy }, i) => dy !== neighbours[i - 1]?.dy);
    for (const [i, first] of firsts.entries()) {
      const offset = stride * first.dy + 2 * first.dx;
      this.#coder.writeNeighbourRow(i, { offset, input: neighbours.indexOf(first) });
    }
    this.#coder.write({ neighbourRowCount: firsts.length });
  }

  /** The band's cell (0, 0). */
  #bandAt(pitch: number): number {
    return this.#own + 2 * (ROWS_ABOVE * pitch + ROW_MARGIN);
  }

  /** All of the band's rows with those above. */
  #cells(pitch: number): Int16Array {
    return this.#coder.latents(this.#own, pitch * (this.#rows + ROWS_ABOVE));
  }

  #openBand(plane: Plane, latents: PlaneValues, firstRow: number, rows: number): void {
    this.#coder.write({ firstRow, rows });
    const rowsOf = new Map<number, Rows>();
    for (const [i, other] of othersOf(this.#model, plane).entries()) {
      const levels = other.level - plane.level;
      rowsOf.set(other.index, this.#copyOther(other, latents, firstRow, levels, this.#others[i] as number));
    }
    const { inputs, spec } = this.#model.context;
    const first = inputs.length - spec.coarser;
    for (const [i, input] of inputs.slice(first).entries())
      this.#writeCell(i, input, rowsOf.get(plane.sources[first + i] ?? -1));
    this.#writeCell(spec.coarser, PARENT_CELL, rowsOf.get(plane.parent ?? -1));
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
    latents: PlaneValues,
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
  return 2 * (width + ROW_MARGIN) * (Math.min(BAND_ROWS, height) + ROWS_ABOVE) + TAIL;
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
