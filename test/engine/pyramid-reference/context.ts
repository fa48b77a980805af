/** @file The bits of latents, one by one. */

import { MIN_MASS } from '../../../src/field/constants.ts';
import { type ContextInput, LOG_SCALE } from '../../../src/field/context.ts';
import type { Model, Plane } from '../../../src/field/model.ts';
import {
  type Affine,
  add,
  affineBackward,
  affinesOf,
  applyAffine,
  at,
  concat,
  type Vector,
} from './affine.ts';

/** How many values are at a bound, so that a test can tell that bounds are met. */
export interface Bounds {
  masses: number;
  scales: number;
}

/** The index of a plane and that of a cell in it. */
type Place = readonly [number, number];

/** Where the inputs of the context model are, for all latents of a problem. */
class Contexts {
  readonly #planes: readonly Plane[];
  readonly #inputs: readonly ContextInput[];

  constructor({ planes, context }: Model) {
    this.#planes = planes;
    this.#inputs = context.inputs;
  }

  /** @returns null for a zero */
  placesOf(index: number, i: number): (Place | null)[] {
    const { level, width } = this.#planes[index] as Plane;
    const [y, x] = [Math.floor(i / width), i % width];
    return this.#inputs.map(({ levels, dy, dx, towardsY, towardsX }) => {
      const [row, column] = [cellAlong(y, levels, towardsY) + dy, cellAlong(x, levels, towardsX) + dx];
      const coarser = this.#planes.find((other, at) => at > index && other.level === level + levels);
      return placeAt(levels === 0 ? this.#planes[index] : coarser, row, column);
    });
  }
}

function placeAt(plane: Plane | undefined, row: number, column: number): Place | null {
  if (!plane || row < 0 || row >= plane.height || column < 0 || column >= plane.width) return null;
  return [plane.index, row * plane.width + column];
}

/** The cell of a plane `levels` coarser, or the next to the side of its centre on which the latent lies. */
function cellAlong(place: number, levels: number, towards: boolean): number {
  if (levels === 0) return place;
  const half = Math.floor(place / 2 ** (levels - 1));
  return Math.floor(half / 2) + (towards ? (half % 2 === 1 ? 1 : -1) : 0);
}

/**
 * The bits of all latents.
 * @param q latents as the loss sees them
 * @param gradient takes `cost` times the gradient, if given
 */
export function bitsOf(
  model: Model,
  q: readonly Vector[],
  parameters: Vector,
  bounds: Bounds,
  gradient: ContextGradient | null = null,
): number {
  const contexts = new Contexts(model);
  const network = affinesOf(model.context.tensors) as [Affine, Affine, Affine];
  let bits = 0;
  for (const [index, plane] of q.entries()) {
    for (const [i, value] of plane.entries()) {
      const places = contexts.placesOf(index, i);
      const c = new Float64Array(places.length);
      for (const [k, place] of places.entries()) {
        if (place) c[k] = at(q[place[0]] as Vector, place[1]);
      }
      const trace = networkForward(network, parameters, c);
      const offset = value - at(trace.outputs, 0);
      const laplace = laplaceBits(offset, at(trace.outputs, 1) - LOG_SCALE.shift, bounds);
      bits += laplace.bits;
      if (!gradient) continue;
      const byOffset = gradient.cost * laplace.byOffset;
      const byScale = gradient.cost * laplace.byScale;
      const atC = networkBackward(
        network,
        parameters,
        gradient.context,
        trace,
        Float64Array.of(-byOffset, byScale),
      );
      add(gradient.latents[index] as Vector, i, byOffset);
      for (const [k, place] of places.entries()) {
        if (place) add(gradient.latents[place[0]] as Vector, place[1], at(atC, k));
      }
    }
  }
  return bits;
}

export interface ContextGradient {
  /** Of a bit. */
  readonly cost: number;
  readonly latents: readonly Vector[];
  readonly context: Vector;
}

interface NetworkTrace {
  readonly c: Vector;
  /** Before and after the ReLU. */
  readonly u1: Vector;
  readonly h1: Vector;
  readonly u2: Vector;
  readonly h2: Vector;
  /** μ and s. */
  readonly outputs: Vector;
}

const relu = (u: number): number => Math.max(0, u);

function networkForward(
  [first, second, third]: [Affine, Affine, Affine],
  parameters: Vector,
  c: Vector,
): NetworkTrace {
  const u1 = applyAffine(first, parameters, c);
  const h1 = u1.map(relu);
  const u2 = applyAffine(second, parameters, h1).map((u, unit) => u + at(h1, unit));
  const h2 = u2.map(relu);
  return { c, u1, h1, u2, h2, outputs: applyAffine(third, parameters, concat(h2, c)) };
}

/** @returns the gradient at c */
function networkBackward(
  [first, second, third]: [Affine, Affine, Affine],
  parameters: Vector,
  gradient: Vector,
  { c, u1, h1, u2, h2 }: NetworkTrace,
  delta: Vector,
): Vector {
  const atThird = affineBackward(third, parameters, gradient, concat(h2, c), delta);
  const at2 = u2.map((u, unit) => (u > 0 ? at(atThird, unit) : 0));
  const atH1 = affineBackward(second, parameters, gradient, h1, at2);
  const at1 = u1.map((u, unit) => (u > 0 ? at(atH1, unit) + at(at2, unit) : 0));
  const atC = affineBackward(first, parameters, gradient, c, at1);
  return atC.map((d, k) => d + at(atThird, h2.length + k));
}

/** −log₂ of the mass of a bin of width 1 at `offset` from the centre, and its derivatives. */
function laplaceBits(
  offset: number,
  logScale: number,
  bounds: Bounds,
): { bits: number; byOffset: number; byScale: number } {
  const isFree = logScale > LOG_SCALE.min && logScale < LOG_SCALE.max;
  if (!isFree) bounds.scales++;
  const slope = Math.exp(-Math.max(LOG_SCALE.min, Math.min(LOG_SCALE.max, logScale)));
  const distance = Math.abs(offset);
  const near = Math.exp(-Math.abs(distance - 0.5) * slope);
  const far = Math.exp(-(distance + 0.5) * slope);
  const mass = distance < 0.5 ? 1 - (near + far) / 2 : (near - far) / 2;
  if (mass < MIN_MASS) {
    bounds.masses++;
    return { bits: -Math.log2(MIN_MASS), byOffset: 0, byScale: 0 };
  }
  const byMass = -1 / (mass * Math.LN2);
  const massByDistance = (-slope * (near - far)) / 2;
  const massByScale = (slope * ((distance - 0.5) * near - (distance + 0.5) * far)) / 2;
  return {
    bits: -Math.log2(mass),
    byOffset: byMass * massByDistance * Math.sign(offset),
    byScale: isFree ? byMass * massByScale : 0,
  };
}
