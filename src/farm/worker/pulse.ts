/**
 * @file The pulse of a worker: every two seconds it tells Redis what it does, and learns whether Redis answers and which of its jobs nobody waits
 * for any more.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { type Beat, endBeat, tellBeat } from '../beat.ts';
import type { Farm } from '../farm.ts';

const BEAT_MS = 2000;

/** Seconds without an answer after which a person is told. */
const LOST_AFTER = 10;

/** Seconds without an answer after which a worker counts as ill. */
const ILL_AFTER = 15;

/** Seconds without an answer after which a connection that seems to be there is made anew: its other end may have vanished. */
const RENEWED_AFTER = 30;

export interface PulseHearing {
  readonly beat: () => Beat;
  /** Jobs that nobody waits for. */
  readonly onUnwanted: (ids: readonly string[]) => void;
  /** Redis has not answered for a while; it does again. */
  readonly onLost: (isLost: boolean) => void;
  readonly onDetail: (text: string) => void;
}

export class Pulse {
  readonly #farm: Farm;
  readonly #hearing: PulseHearing;
  /** Connections that are used beside that of the pulse. */
  readonly #lines: () => readonly Redis[];
  #answered = performance.now();
  #renewed = performance.now();
  #isLost = false;

  constructor(farm: Farm, lines: () => readonly Redis[], hearing: PulseHearing) {
    this.#farm = farm;
    this.#lines = lines;
    this.#hearing = hearing;
  }

  /** Whether Redis has answered of late. */
  get isWell(): boolean {
    return this.#silence < ILL_AFTER;
  }

  /** Beats until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const watch = setInterval(() => this.#watch(), 1000);
    while (!signal.aborted) {
      await this.#beat();
      await sleep(BEAT_MS, undefined, { signal }).catch(() => {});
    }
    clearInterval(watch);
  }

  /** Tells that the worker has ended. */
  async end(): Promise<void> {
    const { redis, keys } = this.#farm;
    await endBeat(redis, keys, this.#hearing.beat().name);
  }

  get #silence(): number {
    return (performance.now() - this.#answered) / 1000;
  }

  async #beat(): Promise<void> {
    const { redis, keys, ledger } = this.#farm;
    const beat = this.#hearing.beat();
    const ids = beat.jobs.map(({ id }) => id);
    try {
      const areWanted = await ledger.areWanted(ids);
      this.#hearing.onUnwanted(ids.filter((_, i) => !areWanted[i]));
      await tellBeat(redis, keys, beat);
    } catch (error) {
      // A refusal is an answer too: no room, still loading.
      this.#hearing.onDetail((error as Error).message);
    }
    this.#answered = performance.now();
    this.#tell(false);
  }

  #watch(): void {
    if (this.#silence > LOST_AFTER) this.#tell(true);
    const unchanged = (performance.now() - this.#renewed) / 1000;
    if (Math.min(this.#silence, unchanged) < RENEWED_AFTER) return;
    this.#renewed = performance.now();
    const lines = [this.#farm.redis, ...this.#lines()];
    for (const line of lines.filter(({ status }) => status === 'ready')) line.disconnect(true);
  }

  #tell(isLost: boolean): void {
    if (isLost === this.#isLost) return;
    this.#isLost = isLost;
    this.#hearing.onLost(isLost);
  }
}
