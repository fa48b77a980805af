/**
 * @file Simplifies a label map by iterated conditional modes (Besag 1986): blocks are relabelled one after the other wherever error +
 * λ·bits falls, the bits taken from the map's own context statistics. No change of a single pixel removes a speck or moves a straight
 * border: large squares do the first, strips the second.
 */

import { EXPERTS } from '../../field/spec.ts';
import { LabelBlocks, type LabelMapProblem } from './label-blocks.ts';

/** Width and height of the blocks of each sweep; the statistics are taken anew before each. */
const SWEEPS: readonly (readonly [number, number])[] = [
  [16, 16], [8, 8], [4, 4], [2, 2], [1, 1],
  [16, 1], [1, 16], [8, 1], [1, 8], [4, 1], [1, 4], [2, 1], [1, 2], [1, 1],
]; // biome-ignore format: a table

/**
 * Shares of λ at which all sweeps are made. Half of it first: what a large block takes at once seldom comes back. `shift`, a share of
 * a block, moves the grid of the blocks to the left and up, so that borders do not stay where the first round put them
 * (docs/experiments.md, "Simplification of label maps").
 */
const ROUNDS = [
  { share: 0.5, shift: 0 },
  { share: 1, shift: 0.5 },
] as const;

/** The label map with the least J found: labels [height, width]. */
export function simplifyLabelMap(problem: LabelMapProblem): Uint8Array {
  // From noise no change of a block leads to a uniform label map, though it costs next to no bits.
  const uniform = Array.from({ length: EXPERTS }, (_, label) =>
    new Uint8Array(problem.labels.length).fill(label),
  );
  const candidates = [improved(problem), ...uniform];
  const totals = candidates.map((labels) => new LabelBlocks({ ...problem, labels }).total());
  return candidates[totals.indexOf(Math.min(...totals))] as Uint8Array;
}

function improved(problem: LabelMapProblem): Uint8Array {
  let { labels } = problem;
  for (const { share, shift } of ROUNDS) {
    const map = new LabelBlocks({ ...problem, labels, lambda: share * problem.lambda });
    for (const [width, height] of SWEEPS) map.sweep(width, height, shift);
    labels = map.labels;
  }
  return labels;
}
