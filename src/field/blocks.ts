/**
 * @file Deals positions into blocks that share one tuple of experts, so that a kernel sees a plain MLP per block, and
 * blocks into stratified mini-batches.
 */

import { BLOCK_POSITIONS } from './constants.ts';
import { type Random, seededRandom } from './random.ts';

/** With fewer positions per tuple and batch, too much of a block would be filler. */
const MIN_SHARE = 32;

/** Any number: it only breaks the regularity of the grid. */
const DEAL_SEED = 0x10ec;

export interface Block {
  /** The experts of all its positions, see `Samples.tuples`. */
  readonly tuple: number;
  /** Index of its first position in `Deal.order`. */
  readonly first: number;
  /** Positions, 1 … the most that was asked for. */
  readonly count: number;
}

/** Positions dealt into blocks. */
export interface Deal {
  /** [count]: the sample at each place; a permutation. */
  readonly order: Uint32Array;
  /** Batch by batch, within a batch by tuple. */
  readonly blocks: readonly Block[];
  /** [batches + 1]: the first block of each batch, and the end. */
  readonly batchStarts: readonly number[];
}

/** Samples of one tuple, in their original order. */
interface Group {
  readonly tuple: number;
  readonly samples: Uint32Array;
}

/**
 * Deals samples by their tuples. Deterministic: the same tuples give the same deal.
 * @param tuples [count]
 * @param batches how many mini-batches are wanted, at least 1; fewer are made where the shares would get small
 * @param most positions of a block, a multiple of 4
 */
export function dealBlocks(tuples: Uint32Array, batches: number, most = BLOCK_POSITIONS): Deal {
  const groups = groupByTuple(tuples);
  const affordable = Math.floor(tuples.length / (MIN_SHARE * Math.max(1, groups.length)));
  const batchCount = Math.max(1, Math.min(batches, affordable));
  const shares = dealGroups(groups, batchCount);
  const order = new Uint32Array(tuples.length);
  const blocks: Block[] = [];
  const batchStarts = [0];
  let first = 0;
  for (const batch of shares) {
    for (const { tuple, samples } of batch) {
      order.set(samples, first);
      cutBlocks(blocks, tuple, first, samples.length, most);
      first += samples.length;
    }
    batchStarts.push(blocks.length);
  }
  return { order, blocks, batchStarts };
}

/** Groups by rising tuple. */
function groupByTuple(tuples: Uint32Array): Group[] {
  const counts = new Map<number, number>();
  for (const tuple of tuples) counts.set(tuple, (counts.get(tuple) ?? 0) + 1);
  const groups = [...counts]
    .sort(([a], [b]) => a - b)
    .map(([tuple, count]) => ({ tuple, samples: new Uint32Array(count), filled: 0 }));
  const byTuple = new Map(groups.map((group) => [group.tuple, group]));
  for (const [sample, tuple] of tuples.entries()) {
    const group = byTuple.get(tuple) as (typeof groups)[number];
    group.samples[group.filled++] = sample;
  }
  return groups;
}

/** Deals every group over all batches: [batches][tuples with a share]. */
function dealGroups(groups: readonly Group[], batches: number): Group[][] {
  if (batches === 1) return [[...groups]];
  const random = seededRandom(DEAL_SEED);
  const dealt = groups.map(({ tuple, samples }) =>
    dealSamples(samples, batches, random).map((share) => ({ tuple, samples: Uint32Array.from(share) })),
  );
  return Array.from({ length: batches }, (_, batch) =>
    dealt.map((shares) => shares[batch] as Group).filter((share) => share.samples.length > 0),
  );
}

/**
 * Gives one of every `batches` successive samples to each batch, in random order: every batch covers the whole picture
 * evenly, without the stripes that a fixed stride would leave on a grid.
 */
function dealSamples(samples: Uint32Array, batches: number, random: Random): number[][] {
  const shares: number[][] = Array.from({ length: batches }, () => []);
  const turn = Array.from({ length: batches }, (_, batch) => batch);
  for (let start = 0; start < samples.length; start += batches) {
    shuffle(turn, random);
    const run = samples.subarray(start, start + batches);
    for (const [i, sample] of run.entries()) (shares[turn[i] as number] as number[]).push(sample);
  }
  return shares;
}

/** Fisher and Yates. */
function shuffle(values: number[], random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [values[i], values[j]] = [values[j] as number, values[i] as number];
  }
}

/** Cuts `count` positions into as few blocks as possible, of multiples of 4 positions that differ by at most 4. */
function cutBlocks(blocks: Block[], tuple: number, first: number, count: number, most: number): void {
  const quads = Math.ceil(count / 4);
  const pieces = Math.ceil(count / most);
  for (let piece = 0; piece < pieces; piece++) {
    const start = 4 * Math.floor((quads * piece) / pieces);
    const end = Math.min(count, 4 * Math.floor((quads * (piece + 1)) / pieces));
    blocks.push({ tuple, first: first + start, count: end - start });
  }
}
