/** @file What becomes of the rows of a batch, as the ledger says it: each is told once, whether it was settled before or is settled later. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Farm } from '../farm.ts';
import type { Cursor } from '../ledger.ts';
import type { FarmOutcome } from '../outcome.ts';

/** Milliseconds between two looks at a log that had nothing new. */
const PAUSE_MS = 200;

/** Rows that are read at a time. */
const CHUNK = 100;

/** Hears of an expected row that is settled. Rows wait for it. */
type Tell = (index: number, outcome: FarmOutcome) => Promise<void>;

export class Collector {
  readonly #farm: Farm;
  readonly #batch: string;
  readonly #tell: Tell;
  readonly #expected = new Set<number>();
  #isWhole = false;
  #cursor: Cursor;

  private constructor(farm: Farm, batch: string, cursor: Cursor, tell: Tell) {
    this.#farm = farm;
    this.#batch = batch;
    this.#cursor = cursor;
    this.#tell = tell;
  }

  /** @param batch its name */
  static async open(farm: Farm, batch: string, tell: Tell): Promise<Collector> {
    return new Collector(farm, batch, await farm.ledger.end(batch), tell);
  }

  /** Wants to hear of rows, and hears of those that are settled already. */
  async expect(indices: readonly number[]): Promise<void> {
    for (const index of indices) this.#expected.add(index);
    const outcomes = await this.#farm.ledger.outcomes(this.#batch, indices);
    for (const [i, index] of indices.entries()) {
      const outcome = outcomes[i];
      if (outcome) await this.#hear(index, outcome);
    }
  }

  /** Whether the row is not settled yet. */
  expects(index: number): boolean {
    return this.#expected.has(index);
  }

  /** Nothing more will be expected. */
  finish(): void {
    this.#isWhole = true;
  }

  /** Reads the log until {@link finish} was called and all rows that were expected are settled, or to the abort. */
  async run(signal: AbortSignal): Promise<void> {
    while (!(signal.aborted || (this.#isWhole && this.#expected.size === 0))) {
      const [rows, cursor] = await this.#farm.ledger.settledSince(this.#batch, this.#cursor, CHUNK);
      this.#cursor = cursor;
      for (const { index, outcome } of rows) await this.#hear(index, outcome);
      if (rows.length === 0) await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #hear(index: number, outcome: FarmOutcome): Promise<void> {
    if (this.#expected.delete(index)) await this.#tell(index, outcome);
  }
}
