/** @file Where the work of a batch is done, and how its batch hears of it: on this machine, or wherever else a pool has it done. */

import type { Destination } from '../files/destinations.ts';
import type { FileStats } from '../files/input-stats.ts';
import type { Job } from './jobs.ts';
import type { InputProgress } from './progress.ts';

/** One input that is to be made, checked: what would fail at the end has failed before. */
export interface Order {
  /** Among all inputs of the batch; those that are left out have no order. */
  readonly index: number;
  readonly job: Job;
  readonly destination: Destination;
  /** Of the input; undefined for one that is no file. */
  readonly stats: FileStats | undefined;
}

/** What an order has come to. */
export type Settled<Made> = { readonly made: Made } | { readonly error: unknown };

/** What a batch wants to hear of its orders. */
export interface Hearing<Made> {
  /** The work of an order begins. @returns where to show how far it is */
  readonly begin: (index: number) => InputProgress;
  /** A line about the work as a whole, for people. */
  readonly say: (line: string) => void;
  /** A line about an input, for people. */
  readonly note: (index: number, text: string) => void;
  /**
   * To be called once for each order that was begun; it never fails. What was made is written meanwhile.
   * @returns whether more may be begun
   */
  readonly settle: (index: number, settled: Settled<Made>) => Promise<boolean>;
  /** How many work on the batch now, where that is known. */
  readonly workers: (count: number) => void;
}

export interface Pool<Made> {
  /**
   * Has the orders worked on until all are settled, or until those are that were under way at an abort.
   * @param orders in the order of the inputs; each is checked when it is asked for
   */
  readonly run: (orders: AsyncIterable<Order>, hearing: Hearing<Made>, signal: AbortSignal) => Promise<void>;
}
