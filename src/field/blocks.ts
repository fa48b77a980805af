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

/** Samples of one tuple: those at places `first` … `first + count − 1` of `Groups.samples`. */
interface Group {
  readonly tuple: number;
  readonly first: number;
  readonly count: number;
}

interface Groups {
  /** By rising tuple. */
  readonly groups: readonly Group[];
  /** [count]: of each group in their original order. */
  readonly samples: Uint32Array;
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
  const counts =
    batchCount === 1 ? Uint32Array.from(groups, ({ count }) => count) : countShares(groups, batchCount);
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
  const order = batchCount === 1 ? samples : dealtOrder(groups, samples, batchCount, firsts);
  return { order, blocks, batchStarts };
}

function groupByTuple(tuples: Uint32Array): Groups {
  const counts = new Map<number, number>();
  for (let i = 0; i < tuples.length; i++) {
    const tuple = tuples[i] as number;
    counts.set(tuple, (counts.get(tuple) ?? 0) + 1);
  }
  const groups: Group[] = [];
  const next = new Map<number, number>();
  let first = 0;
  for (const [tuple, count] of [...counts].sort(([a], [b]) => a - b)) {
    groups.push({ tuple, first, count });
    next.set(tuple, first);
    first += count;
  }
  const samples = new Uint32Array(tuples.length);
  for (let i = 0; i < tuples.length; i++) {
    const tuple = tuples[i] as number;
    const place = next.get(tuple) as number;
    samples[place] = i;
    next.set(tuple, place + 1);
  }
  return { groups, samples };
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
