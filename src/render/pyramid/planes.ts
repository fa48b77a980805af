/** @file What the cells of phases read of a field's latent planes. */

import { type Span, spanLength, widened } from '../../field/grid.ts';
import type { Model, Plane } from '../../field/model.ts';
import type { SplineCoefficients } from '../spline-coefficients.ts';
import type { PlaneCells, TilePlane } from './patch.ts';
import type { Crossings, Phase } from './phases.ts';

/** Pixels to each side whose cells the spline at a pixel's cell sees. */
const SPLINE_REACH = 2;

/** Of each plane, [height, width]: integers, or means of such; null for zeros. */
export type PlaneValues = readonly (Int16Array | Float32Array | null)[];

/** What is evaluated of a model. */
export type FieldModel = Pick<Model, 'width' | 'height' | 'channels' | 'planes' | 'field'>;

/** Of crossings, the planes as their tiles read them. */
export type PlanesOf = (cells: Crossings) => readonly TilePlane[];

/** Of crossings of any two of the phases, and of these with the centres of the edges' pixels near them. */
export function planesOfPhases(
  model: FieldModel,
  latents: PlaneValues,
  splines: SplineCoefficients,
  across: readonly Phase[],
  down: readonly Phase[],
): PlanesOf {
  const coefficients = coefficientsFor(model, latents, splines, across, down);
  return ({ columns, rows }) => {
    const isNative = columns.shift === 0 && rows.shift === 0;
    return model.planes.map((plane, i) => {
      const { level } = plane;
      const whole = wholePlane(plane, latents[i] ?? null);
      if (plane.reading === 'spline') return { level, isDirect: false, cells: whole };
      return isNative
        ? { level, isDirect: true, cells: whole }
        : { level, isDirect: false, cells: coefficients[i] ?? null };
    });
  };
}

/** Of planes that are read directly, what cells between pixel centres read; null for the others, and where there are no such cells. */
function coefficientsFor(
  { planes, width, height, field }: FieldModel,
  latents: PlaneValues,
  splines: SplineCoefficients,
  across: readonly Phase[],
  down: readonly Phase[],
): readonly (PlaneCells | null)[] {
  if ([...across, ...down].every(({ shift }) => shift === 0)) return planes.map(() => null);
  const reach = field.filters.length + SPLINE_REACH;
  const columns = widened(hullOf(across), reach, width);
  const rows = widened(hullOf(down), reach, height);
  const size = { width: spanLength(columns), height: spanLength(rows) };
  return planes.map((plane, i) => {
    const values = latents[i];
    if (plane.reading !== 'direct' || !values) return null;
    const coefficients = splines.of(values, plane, columns, rows);
    return { left: columns.first, top: rows.first, ...size, values: coefficients };
  });
}

function wholePlane({ width, height }: Plane, values: PlaneValues[number]): PlaneCells | null {
  return values && { left: 0, top: 0, width, height, values };
}

/** All pixels of phases. */
function hullOf(phases: readonly Phase[]): Span {
  return {
    first: Math.min(...phases.map(({ pixels }) => pixels.first)),
    last: Math.max(...phases.map(({ pixels }) => pixels.last)),
  };
}
