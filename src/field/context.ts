/**
 * @file The context model as data: a small network that predicts each latent from latents that come before it, fitted to the one
 * picture and stored with it (Cool-chic's ARM, C3's entropy network).
 *
 *     c  = causal neighbours in the latent's own plane, then cells of coarser planes around its place
 *     h¹ = max(0, W¹c + b¹),  h² = max(0, h¹ + W²h¹ + b²),  [μ, s] = W³[h²; c] + b³
 *
 * The latent is then Laplace distributed around μ with log b = clamp(s − 2, −5, 5). Normative arithmetic is in integers
 * (`src/entropy/latents`); the fit works in floats.
 */

import { LOG_SCALE_MAX, LOG_SCALE_MIN, LOG_SCALE_SHIFT } from './constants.ts';
import { layTensors, type Tensor } from './spec.ts';

export interface ContextSpec {
  /** Causal neighbours: the first of NEIGHBOURS. */
  readonly neighbours: number;
  /** Cells of coarser planes: the first of COARSER_CELLS. */
  readonly coarser: number;
  /** Hidden units of both layers, a multiple of 8. */
  readonly width: number;
}

/** [dy, dx] of the causal neighbours. */
const NEIGHBOUR_OFFSETS: readonly (readonly [number, number])[] = [
  [0, -1], [-1, 0], [-1, -1], [-1, 1], [0, -2], [-2, 0], [-1, -2], [-1, 2], [-2, -1], [-2, 1], [-2, -2], [-2, 2],
  [0, -3], [-3, 0], [-1, -3], [-1, 3], [-3, -1], [-3, 1], [-2, -3], [-2, 3], [-3, -2], [-3, 2], [0, -4], [-3, 3],
]; // biome-ignore format: a table

/**
 * A cell that the network sees of the latent at (y, x): (y >> levels, x >> levels) of the plane so many levels coarser, 0 being
 * the latent's own, plus a fixed offset. Along an axis that is `towards`, the cell is the next one to the side on which the
 * latent lies: −1 where bit levels − 1 of its coordinate is 0, else +1. Cells outside of their plane, and of planes that
 * there are not, are 0.
 */
export interface ContextInput {
  readonly levels: number;
  readonly dy: number;
  readonly dx: number;
  readonly towardsY: boolean;
  readonly towardsX: boolean;
}

/** The latent's causal neighbours, nearest first. */
export const NEIGHBOURS: readonly ContextInput[] = NEIGHBOUR_OFFSETS.map(([dy, dx]) => ({
  levels: 0,
  dy,
  dx,
  towardsY: false,
  towardsX: false,
}));

const coarserCell = (levels: number, towardsY: boolean, towardsX: boolean): ContextInput => {
  return { levels, dy: 0, dx: 0, towardsY, towardsX };
};

/** The cell of the next coarser plane that holds the latent. */
export const PARENT_CELL = coarserCell(1, false, false);

export const COARSER_CELLS: readonly ContextInput[] = [
  PARENT_CELL,
  coarserCell(2, false, false),
  coarserCell(1, true, false),
  coarserCell(1, false, true),
  coarserCell(3, false, false),
  coarserCell(1, true, true),
];

/** See `constants.ts`. */
export const LOG_SCALE = { min: LOG_SCALE_MIN, max: LOG_SCALE_MAX, shift: LOG_SCALE_SHIFT } as const;

/** The network's inputs, in the order of its first layer's columns. */
export function contextInputs({ neighbours, coarser }: ContextSpec): ContextInput[] {
  return [...NEIGHBOURS.slice(0, neighbours), ...COARSER_CELLS.slice(0, coarser)];
}

/** Where an input is along an axis, in the plane that it is read from. */
export function cellAlong(coordinate: number, levels: number, offset: number, towards: boolean): number {
  const side = ((coordinate >> (levels - 1)) & 1) === 1 ? 1 : -1;
  return (coordinate >> levels) + offset + (towards ? side : 0);
}

export function isSameContext(a: ContextSpec, b: ContextSpec): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** W¹, b¹, W², b², W³, b³ in the order of the flat parameter vector; the columns of W³ are h² and then c. */
export function contextTensors(context: ContextSpec): Tensor[] {
  const inputs = contextInputs(context).length;
  const { width } = context;
  return layTensors([
    { experts: 1, rows: width, columns: inputs },
    { experts: 1, rows: width, columns: width },
    { experts: 1, rows: 2, columns: width + inputs },
  ]);
}
