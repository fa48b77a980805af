/** @file The shortest curve that is near enough to one. */

import { type Curve, type Formula, formulaCurve, gammaFormula, tableCurve } from './curve.ts';
import { BT709_CURVE, ROMM_CURVE, SRGB_CURVE } from './known.ts';
import { curveDifference } from './levels.ts';

/** Points of tables, from few to many. */
const POINTS = [5, 6, 7, 8, 9, 10].map((bits) => 2 ** bits + 1);

/** Exponents and offsets of the formulas from which the search begins: of sRGB and CIE L*. */
const STARTS = [
  [2.4, 0.055],
  [3, 0.16],
] as const;

/**
 * A curve that many have, a power, a power with a straight part that it goes over into, a table, or the curve as it is: the first of them that
 * is near enough.
 * @param most difference in levels of 8 bits
 */
export function shortestCurve(curve: Curve, most: number): Curve {
  const isNear = (other: Curve): boolean => curveDifference(curve, other) <= most;
  const known = [SRGB_CURVE, ROMM_CURVE, BT709_CURVE].map(formulaCurve).find(isNear);
  if (known) return known;
  if (curve.formula) return formulaCurve(curve.formula);
  const power = nearest(curve, [[2.2, 0]], [0.5, 0]);
  if (isNear(power)) return power;
  const smooth = nearest(curve, STARTS, [0.1, 0.02]);
  if (isNear(smooth)) return smooth;
  const tables = POINTS.map((points) => tableCurve(curve, points)).filter(
    ({ data }) => data.length < curve.data.length,
  );
  return tables.find(isNear) ?? curve;
}

/** By steps that are halved where no step leads nearer. @param steps the first ones, of exponent and offset */
function nearest(
  curve: Curve,
  starts: readonly (readonly [number, number])[],
  steps: readonly [number, number],
): Curve {
  const errorAt = (place: readonly [number, number]): number =>
    curveDifference(curve, formulaCurve(powerFormula(...place)));
  const tried = starts.map((place) => ({ place, error: errorAt(place) }));
  let best = tried.reduce((first, second) => (second.error < first.error ? second : first));
  let [gammaStep, offsetStep] = steps;
  while (gammaStep > 1e-5) {
    const { place } = best;
    const around = [
      [gammaStep, 0],
      [-gammaStep, 0],
      [0, offsetStep],
      [0, -offsetStep],
      [gammaStep, offsetStep],
      [-gammaStep, -offsetStep],
    ] as const;
    const next = around
      .map(([dg, da]) => [Math.max(place[0] + dg, 1), Math.max(place[1] + da, 0)] as const)
      .map((place) => ({ place, error: errorAt(place) }))
      .reduce((first, second) => (second.error < first.error ? second : first));
    if (next.error < best.error) best = next;
    else [gammaStep, offsetStep] = [gammaStep / 2, offsetStep / 2];
  }
  return formulaCurve(powerFormula(...best.place));
}

/** ((x + offset) / (1 + offset))^g, and near 0 its tangent through 0. */
function powerFormula(g: number, offset: number): Formula {
  if (offset === 0 || g <= 1) return gammaFormula(g);
  const a = 1 / (1 + offset);
  const b = offset * a;
  const d = offset / (g - 1);
  const c = (a * d + b) ** g / d;
  return [g, a, b, c, d].map((value) => Math.round(65536 * value)) as unknown as Formula;
}
