/**
 * @file A lattice of n cells per pixel along an axis is n *phases*, each of which has one cell per pixel, all shifted by the same part of a
 * pixel (as in polyphase filters). A filter's taps are a pixel apart, so a phase is evaluated like a picture of its own.
 */

import { pixelPositions, type Span, spanLength } from '../../field/grid.ts';

/** Cells of a phase. */
export interface PhaseCells {
  /** The pixels whose cells they are. */
  readonly pixels: Span;
  /** What is added to a pixel for the position of its cell: within ±½, a multiple of 2⁻¹⁶. */
  readonly shift: number;
}

/** Crossings of columns and rows of phases. */
export interface Crossings {
  readonly columns: PhaseCells;
  readonly rows: PhaseCells;
}

/** The cells of a phase among some of a lattice. */
export interface Phase extends PhaseCells {
  /** Where the first of them is among the lattice's; each is `multiple` after the one before. */
  readonly offset: number;
}

/** @param multiple cells per pixel @returns the phases of cells start … start + length − 1 that have any */
export function phasesOf(start: number, length: number, multiple: number): Phase[] {
  const phases: Phase[] = [];
  for (let phase = 0; phase < multiple; phase++) {
    const first = Math.ceil((start - phase) / multiple);
    const last = Math.floor((start + length - 1 - phase) / multiple);
    if (last < first) continue;
    const offset = first * multiple + phase - start;
    phases.push({ pixels: { first, last }, shift: shiftOf(phase, multiple), offset });
  }
  return phases;
}

/** That of the cells of a picture of one pixel: (phase + ½)/multiple − ½, rounded. */
function shiftOf(phase: number, multiple: number): number {
  return pixelPositions({ start: phase, length: 1, count: multiple }, 1)[0] as number;
}

/** The positions of cells, in pixels of the picture. */
export function positionsOf({ pixels, shift }: PhaseCells): Float64Array {
  return Float64Array.from({ length: spanLength(pixels) }, (_, i) => pixels.first + i + shift);
}

/** The centres of pixels. */
export function pixelCells(pixels: Span): PhaseCells {
  return { pixels, shift: 0 };
}

/** Cuts pixels into runs of at most `most`. */
export function* runsOf(pixels: Span, most: number): Generator<Span> {
  const { first } = pixels;
  const count = spanLength(pixels);
  const runs = Math.ceil(count / most);
  for (let run = 0; run < runs; run++) {
    yield {
      first: first + Math.floor((run * count) / runs),
      last: first + Math.floor(((run + 1) * count) / runs) - 1,
    };
  }
}
