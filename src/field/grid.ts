/** @file Pixel centres as positions. */

/** Cells `start` … `start + length − 1` of the `count` that an axis is cut into: an output's pixels, or samples of them. */
export interface Cells {
  readonly start: number;
  readonly length: number;
  readonly count: number;
}

/** Cells, or pixels, first … last of an axis. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

export function spanLength({ first, last }: Span): number {
  return last - first + 1;
}

/** As much longer at both ends as there is, on an axis of `count`. */
export function widened({ first, last }: Span, by: number, count: number): Span {
  return { first: Math.max(0, first - by), last: Math.min(count - 1, last + by) };
}

/** Position of the centre of cell `index` of `count` along an axis: 2(index + ½)/count − 1, in float64. */
export function centre(index: number, count: number): number {
  return (2 * index + 1) / count - 1;
}

/** The positions of cells `start` … `start + length − 1` of `count` along an axis. */
export function centres(start: number, length: number, count: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => centre(start + i, count));
}

/** The positions of a picture's own pixels along an axis. */
export function pixels(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => i);
}

/** Pixel positions are multiples of this, so that whole pixels can be added to them without rounding. */
const POSITION_STEP = 2 ** -16;

/** The centres of cells in pixels of the picture, whose pixel x has its centre at x: (i + ½)·pixels/count − ½, rounded. */
export function pixelPositions({ start, length, count }: Cells, pixels: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => {
    const twice = ((2 * (start + i) + 1) * pixels) / count - 1;
    return POSITION_STEP * Math.floor(twice / (2 * POSITION_STEP) + 0.5);
  });
}
