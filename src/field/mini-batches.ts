/** @file Deals positions into stratified mini-batches of blocks. */

import { type Block, type Blocks, cutBlocks, type Group, groupByTuple } from './blocks.ts';
import { BLOCK_POSITIONS } from './constants.ts';
import { type Random, seededRandom } from './random.ts';

/** With fewer positions per tuple and batch, too much of a block would be filler. */
const MIN_SHARE = 32;

/** Any number: it only breaks the regularity of the grid. */
const DEAL_SEED = 0x10ec;

/** Positions dealt into blocks: batch by batch, within a batch by rising tuple. */
export interface Deal extends Blocks {
  /** [batches + 1]: the first block of each batch, and the end. */
  readonly batchStarts: readonly number[];
}

/**
 * Deals samples by their tuples. Deterministic: the same tuples give the same deal.
 * @param tuples [count]
 * @param batches how many mini-batches are wanted, at least 1; fewer are made where the shares would get small
 * @param most positions of a block, a multiple of 4
 */
export function dealBlocks(tuples: Uint32Array, batches: number, most = BLOCK_POSITIONS): Deal {
  const { groups, samples } = groupByTuple(tuples);
  const affordable = Math.floor(tuples.length / (MIN_SHARE * Math.max(1, groups.length)));
  const batchCount = Math.max(1, Math.min(batches, affordable));
  const counts = countShares(groups, batchCount);
  const blocks: Block[] = [];
  const batchStarts = [0];
  // Of the shares, batch by batch.
  const firsts = new Uint32Array(counts.length);
  let first = 0;
  for (let batch = 0; batch < batchCount; batch++) {
    for (const [g, { tuple }] of groups.entries()) {
      const share = batch * groups.length + g;
      firsts[share] = first;
      cutBlocks(blocks, tuple, first, counts[share] as number, most);
      first += counts[share] as number;
    }
    batchStarts.push(blocks.length);
  }
  return { order: dealtOrder(groups, samples, batchCount, firsts), blocks, batchStarts };
}

/** Samples of each share: [batches, groups]. */
function countShares(groups: readonly Group[], batches: number): Uint32Array {
  const counts = new Uint32Array(batches * groups.length);
  forEachDealt(groups, batches, (share) => {
    counts[share] = (counts[share] as number) + 1;
  });
  return counts;
}

/** The samples of the shares. @param firsts of each the first place, which is moved to its end */
function dealtOrder(
  groups: readonly Group[],
  samples: Uint32Array,
  batches: number,
  firsts: Uint32Array,
): Uint32Array {
  const order = new Uint32Array(samples.length);
  forEachDealt(groups, batches, (share, place) => {
    const at = firsts[share] as number;
    order[at] = samples[place] as number;
    firsts[share] = at + 1;
  });
  return order;
}

/**
 * Gives one of every `batches` successive samples of a group to each batch, in random order: every batch covers the whole picture evenly,
 * without the stripes that a fixed stride would leave on a grid. Always the same way: who goes through it twice keeps no list of it.
 * @param visit gets the share, its batch times the groups plus its group, and the place of the sample
 */
function forEachDealt(
  groups: readonly Group[],
  batches: number,
  visit: (share: number, place: number) => void,
): void {
  const random = seededRandom(DEAL_SEED);
  for (const [g, { first, count }] of groups.entries()) {
    const turn = Uint32Array.from({ length: batches }, (_, batch) => batch);
    for (let start = 0; start < count; start += batches) {
      shuffle(turn, random);
      const dealt = Math.min(batches, count - start);
      for (let i = 0; i < dealt; i++) visit((turn[i] as number) * groups.length + g, first + start + i);
    }
  }
}

/** Fisher and Yates. */
function shuffle(values: Uint32Array, random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [values[i], values[j]] = [values[j] as number, values[i] as number];
  }
}
