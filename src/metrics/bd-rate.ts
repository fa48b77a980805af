/**
 * @file Bjøntegaard's deltas: one number for the distance between two rate-distortion curves (VCEG-M33, 2001). Between the
 * measured points stands the monotone cubic interpolant of Fritsch and Butland, "A method for constructing local monotone
 * piecewise cubic interpolants", 1984, known as PCHIP, in place of one cubic for all: it never overshoots.
 */

import { LoecError } from '../errors.ts';

/** A point of a rate-distortion curve. */
export interface RatePoint {
  /** Bits per pixel, above 0. */
  readonly bpp: number;
  /** In any unit in which more is better: PSNR in dB, MS-SSIM. */
  readonly quality: number;
}

/** Bjøntegaard asks for four points; three already define PCHIP. */
const LEAST_POINTS = 4;

/**
 * The mean difference in rate at equal quality, in percent of the anchor's: −50 where `test` needs half the bits. Log rate
 * is a function of quality here, averaged over the qualities that both curves reach.
 *
 * Points come in any order. A point that costs at least as much as another and is no better is dropped.
 * @throws LoecError E_USAGE for a rate or quality that isn't finite, a rate that isn't positive, fewer than four points
 * left, and for curves that have no quality in common
 */
export function bdRate(anchor: readonly RatePoint[], test: readonly RatePoint[]): number {
  return 100 * Math.expm1(meanGap(anchor, test, 'quality', 'logRate'));
}

/**
 * The mean difference in quality at equal rate, in the unit of quality: positive where `test` is better. Quality is a
 * function of log rate here, averaged over the log rates that both curves span.
 * @throws LoecError E_USAGE as {@link bdRate}, and for curves that have no rate in common
 */
export function bdQuality(anchor: readonly RatePoint[], test: readonly RatePoint[]): number {
  return meanGap(anchor, test, 'logRate', 'quality');
}

interface Sample {
  readonly logRate: number;
  readonly quality: number;
}

/** The points in order of rate, without those that are no better than one of a lower rate: both coordinates rise strictly. */
function rising(points: readonly RatePoint[], name: string): Sample[] {
  for (const { bpp, quality } of points) {
    if (!(bpp > 0 && Number.isFinite(bpp) && Number.isFinite(quality))) {
      throw curveError(
        `finite rates above 0 and finite qualities in the ${name} curve`,
        `${bpp} bpp, ${quality}`,
      );
    }
  }
  let best = Number.NEGATIVE_INFINITY;
  const kept = points
    .map(({ bpp, quality }) => ({ logRate: Math.log(bpp), quality }))
    .sort((p, q) => p.logRate - q.logRate || q.quality - p.quality)
    .filter(({ quality }) => {
      const better = quality > best;
      if (better) best = quality;
      return better;
    });
  if (kept.length >= LEAST_POINTS) return kept;
  const rule = `at least ${LEAST_POINTS} points that improve with rate in the ${name} curve`;
  throw curveError(rule, `${kept.length} of ${points.length}`);
}

function curveError(expected: string, found: string): LoecError {
  return new LoecError('E_USAGE', `a Bjøntegaard delta needs ${expected}, found ${found}`);
}

/** The mean of test − anchor along `y`, over the range of `x` that both span. */
function meanGap(
  anchor: readonly RatePoint[],
  test: readonly RatePoint[],
  x: keyof Sample,
  y: keyof Sample,
): number {
  const curveOf = (points: readonly RatePoint[], name: string): Knot[] =>
    pchip(rising(points, name).map((sample) => ({ x: sample[x], y: sample[y] })));
  const [a, b] = [curveOf(anchor, 'anchor'), curveOf(test, 'test')];
  const from = Math.max(firstOf(a), firstOf(b));
  const to = Math.min(lastOf(a), lastOf(b));
  if (from >= to) {
    throw curveError(`curves with a range of ${x === 'quality' ? 'quality' : 'rate'} in common`, 'none');
  }
  return (integrate(b, from, to) - integrate(a, from, to)) / (to - from);
}

const firstOf = (knots: readonly Knot[]): number => (knots[0] as Knot).x;
const lastOf = (knots: readonly Knot[]): number => (knots.at(-1) as Knot).x;

/** Where two cubics of the interpolant meet. */
interface Knot {
  readonly x: number;
  readonly y: number;
  /** dy/dx. */
  readonly slope: number;
}

/** The straight line between two points. */
interface Chord {
  readonly width: number;
  readonly slope: number;
}

/** The interpolant of three or more points whose x and y rise strictly; for those, that of scipy and of Matlab. */
export function pchip(points: readonly Omit<Knot, 'slope'>[]): Knot[] {
  const chords = points.slice(1).map(({ x, y }, i) => {
    const left = points[i] as Knot;
    return { width: x - left.x, slope: (y - left.y) / (x - left.x) };
  });
  return points.map(({ x, y }, i) => ({ x, y, slope: slopeAt(i, chords) }));
}

function slopeAt(knot: number, chords: readonly Chord[]): number {
  const [left, right] = [chords[knot - 1], chords[knot]];
  if (left && right) return innerSlope(left, right);
  return left ? endSlope(left, chords[knot - 2] as Chord) : endSlope(right as Chord, chords[1] as Chord);
}

/** A weighted harmonic mean, which stays below thrice the gentler chord and so keeps both cubics monotone. */
function innerSlope(left: Chord, right: Chord): number {
  const leftWeight = left.width + 2 * right.width;
  const rightWeight = 2 * left.width + right.width;
  return (leftWeight + rightWeight) / (leftWeight / left.slope + rightWeight / right.slope);
}

/** The slope at the end of the parabola through the outer three points, or 0 where it would fall. */
function endSlope(outer: Chord, inner: Chord): number {
  const weighted = (2 * outer.width + inner.width) * outer.slope - outer.width * inner.slope;
  return Math.max(0, weighted / (outer.width + inner.width));
}

/** The integral between two places that the knots span. Simpson's rule, which is exact for cubics. */
export function integrate(knots: readonly Knot[], from: number, to: number): number {
  return knots.slice(1).reduce((sum, right, i) => {
    const left = knots[i] as Knot;
    const [a, b] = [Math.max(left.x, from), Math.min(right.x, to)];
    if (a >= b) return sum;
    const values = hermite(left, right, a) + 4 * hermite(left, right, (a + b) / 2) + hermite(left, right, b);
    return sum + ((b - a) * values) / 6;
  }, 0);
}

/** The cubic between two knots at x, from their values and slopes. */
function hermite(left: Knot, right: Knot, x: number): number {
  const width = right.x - left.x;
  const t = (x - left.x) / width;
  const u = 1 - t;
  const fromLeft = u * u * ((1 + 2 * t) * left.y + t * width * left.slope);
  return fromLeft + t * t * ((1 + 2 * u) * right.y - u * width * right.slope);
}
