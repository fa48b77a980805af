/** @file The pool of a batch that was handed over before: what it has come to. */

import type { BatchRecord } from '../../farm/batch-record.ts';
import type { IndexedRow } from '../../farm/batches.ts';
import type { Farm } from '../../farm/farm.ts';
import type { Transfer } from '../../farm/transfer/transfer.ts';
import type { Hearing, Order, Pool } from '../batch/pool.ts';
import type { Fitted } from '../encode/fitted.ts';
import { Follower } from './follower.ts';

interface ResultsSettings {
  readonly farm: Farm;
  readonly record: BatchRecord;
  readonly results: Transfer;
  /** Of the orders, by their indices. */
  readonly rows: readonly IndexedRow[];
  /** Whether minor notes are told. */
  readonly isVerbose: boolean;
  /** Whether rows that are not settled yet are waited for. */
  readonly waits: boolean;
}

/** Takes what a batch has come to. */
export class ResultsPool implements Pool<Fitted> {
  readonly #settings: ResultsSettings;

  constructor(settings: ResultsSettings) {
    this.#settings = settings;
  }

  async run(orders: AsyncIterable<Order>, hearing: Hearing<Fitted>, signal: AbortSignal): Promise<void> {
    const { farm, record, results, rows, isVerbose, waits } = this.#settings;
    const ending = new AbortController();
    const follower = await Follower.open({
      ...{ farm, record, results, hearing: this.#ofRows(hearing), isVerbose },
      onSettled: () => {},
      onEnough: () => ending.abort(),
    });
    const stop = AbortSignal.any([signal, ending.signal]);
    for await (const { index } of orders) {
      if (stop.aborted) return;
      await follower.expect([(rows[index] as IndexedRow).index]);
    }
    follower.finish();
    if (waits) await follower.run(stop);
    if (!stop.aborted) follower.checkCancelled();
  }

  /** The batch of orders knows them by other indices than the rows have. */
  #ofRows({ begin, settle, note, say, workers }: Hearing<Fitted>): Hearing<Fitted> {
    const orders = new Map(this.#settings.rows.map((row, index) => [row.index, index]));
    const orderOf = (row: number): number => orders.get(row) as number;
    return {
      begin: (row) => begin(orderOf(row)),
      settle: (row, settled) => settle(orderOf(row), settled),
      note: (row, text) => note(orderOf(row), text),
      say,
      workers,
    };
  }
}
