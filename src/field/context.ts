/**
 * @file The context model as data: a small network that foresees each latent from latents that come before it, fitted to the one
 * picture and stored with it (Cool-chic's ARM, C3's entropy network).
 *
 *     c  = causal neighbours in the latent's own grid, then cells of coarser grids around its place
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
  /** Cells of coarser grids: the first of COARSER_CELLS. */
  readonly coarser: number;
  /** Hidden units of both layers, a multiple of 8. */
  readonly width: number;
}

/** [dy, dx] of the causal neighbours, nearest first. Outside of the grid latents are 0. */
export const NEIGHBOURS: readonly (readonly [number, number])[] = [
  [0, -1], [-1, 0], [-1, -1], [-1, 1], [0, -2], [-2, 0], [-1, -2], [-1, 2], [-2, -1], [-2, 1], [-2, -2], [-2, 2],
  [0, -3], [-3, 0], [-1, -3], [-1, 3], [-3, -1], [-3, 1], [-2, -3], [-2, 3], [-3, -2], [-3, 2], [0, -4], [-3, 3],
]; // biome-ignore format: a table

/**
 * A cell of a coarser grid, `levels` up, at (y >> levels, x >> levels) plus one step along each axis that is `towards`: to the
 * side of that cell on which the latent lies, −1 where bit levels − 1 of its coordinate is 0, else +1. Cells outside
 * of their grid, and of grids that the pyramid does not have, are 0.
 */
export interface CoarserCell {
  readonly levels: number;
  readonly towardsY: boolean;
  readonly towardsX: boolean;
}

export const COARSER_CELLS: readonly CoarserCell[] = [
  { levels: 1, towardsY: false, towardsX: false },
  { levels: 2, towardsY: false, towardsX: false },
  { levels: 1, towardsY: true, towardsX: false },
  { levels: 1, towardsY: false, towardsX: true },
  { levels: 3, towardsY: false, towardsX: false },
  { levels: 1, towardsY: true, towardsX: true },
];

/** See `constants.ts`. */
export const LOG_SCALE = { min: LOG_SCALE_MIN, max: LOG_SCALE_MAX, shift: LOG_SCALE_SHIFT } as const;

/** The network's inputs. */
export function contextInputs({ neighbours, coarser }: ContextSpec): number {
  return neighbours + coarser;
}

/** W¹, b¹, W², b², W³, b³ in the order of the flat parameter vector; the columns of W³ are h² and then c. */
export function contextTensors(context: ContextSpec): Tensor[] {
  const inputs = contextInputs(context);
  const { width } = context;
  return layTensors([
    { experts: 1, rows: width, columns: inputs },
    { experts: 1, rows: width, columns: width },
    { experts: 1, rows: 2, columns: width + inputs },
  ]);
}

/** Multiply-adds per latent. */
export function contextMac(context: ContextSpec): number {
  return contextTensors(context)
    .filter(({ kind }) => kind === 'weight')
    .reduce((sum, { length }) => sum + length, 0);
}
