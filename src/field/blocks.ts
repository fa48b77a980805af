/** @file Positions in blocks that share one tuple of experts, so that a kernel sees a plain MLP per block. */

import { BLOCK_POSITIONS } from './constants.ts';

export interface Block {
  /** The experts of all its positions, see `Samples.tuples`. */
  readonly tuple: number;
  /** Index of its first position in `Blocks.order`. */
  readonly first: number;
  /** Positions, 1 … the most that was asked for. */
  readonly count: number;
}

/** Positions in blocks. */
export interface Blocks {
  /** [count]: the sample at each place; a permutation. */
  readonly order: Uint32Array;
  readonly blocks: readonly Block[];
}

/** Samples of one tuple: those at places `first` … `first + count − 1` of `Groups.samples`. */
export interface Group {
  readonly tuple: number;
  readonly first: number;
  readonly count: number;
}

export interface Groups {
  /** By rising tuple. */
  readonly groups: readonly Group[];
  /** [count]: of each group in their original order. */
  readonly samples: Uint32Array;
}

/**
 * The samples by rising tuple.
 * @param tuples [count]
 * @param most positions of a block, a multiple of 4
 */
export function blocksOf(tuples: Uint32Array, most = BLOCK_POSITIONS): Blocks {
  const { groups, samples } = groupByTuple(tuples);
  const blocks: Block[] = [];
  for (const { tuple, first, count } of groups) cutBlocks(blocks, tuple, first, count, most);
  return { order: samples, blocks };
}

export function groupByTuple(tuples: Uint32Array): Groups {
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

/** Cuts `count` positions into as few blocks as possible, of multiples of 4 positions that differ by at most 4. */
export function cutBlocks(blocks: Block[], tuple: number, first: number, count: number, most: number): void {
  const quads = Math.ceil(count / 4);
  const pieces = Math.ceil(count / most);
  for (let piece = 0; piece < pieces; piece++) {
    const start = 4 * Math.floor((quads * piece) / pieces);
    const end = Math.min(count, 4 * Math.floor((quads * (piece + 1)) / pieces));
    blocks.push({ tuple, first: first + start, count: end - start });
  }
}
