/** @file Rows of a batch as a pool has them: how far they are, and the files of those that are done. */

import { LoecError } from '../../errors.ts';
import { errorOf } from '../../failure.ts';
import { type BatchRecord, jobOf } from '../../farm/batch-record.ts';
import { rowsAt } from '../../farm/batches.ts';
import type { Farm } from '../../farm/farm.ts';
import { jobIdOf } from '../../farm/job-id.ts';
import type { DoneOutcome, FarmOutcome } from '../../farm/outcome.ts';
import { Collector } from '../../farm/producer/collector.ts';
import type { Transfer } from '../../farm/transfer/transfer.ts';
import type { EncodeProgress } from '../../fit/progress.ts';
import { formatOf } from '../../image/signature.ts';
import type { Hearing, Settled } from '../batch/pool.ts';
import type { InputProgress } from '../batch/progress.ts';
import { formatCount } from '../batch/summary.ts';
import type { Fitted } from '../encode/fitted.ts';
import { watch } from './watch.ts';

export interface FollowerSettings {
  readonly farm: Farm;
  readonly record: BatchRecord;
  readonly results: Transfer;
  readonly hearing: Hearing<Fitted>;
  /** Whether minor notes are told. */
  readonly isVerbose: boolean;
  /** Hears first of each row that is settled. */
  readonly onSettled: (index: number) => void;
  /** Nothing more is wanted. */
  readonly onEnough: () => void;
}

type UncancelledOutcome = Exclude<FarmOutcome, { readonly status: 'cancelled' }>;

export class Follower {
  readonly #settings: FollowerSettings;
  readonly #collector: Collector;
  readonly #begun = new Map<number, InputProgress>();
  #cancelled = 0;

  private constructor(settings: FollowerSettings, collector: Collector) {
    this.#settings = settings;
    this.#collector = collector;
  }

  static async open(settings: FollowerSettings): Promise<Follower> {
    const { farm, record } = settings;
    const tell = (index: number, outcome: FarmOutcome): Promise<void> => follower.#settle(index, outcome);
    const follower: Follower = new Follower(settings, await Collector.open(farm, record.name, tell));
    return follower;
  }

  /** @see Collector.expect */
  expect(indices: readonly number[]): Promise<void> {
    return this.#collector.expect(indices);
  }

  /** @see Collector.finish */
  finish(): void {
    this.#collector.finish();
  }

  /** Until all rows that are expected are settled, or to the abort. @throws LoecError E_ENGINE where Redis has lost the batch */
  async run(signal: AbortSignal): Promise<void> {
    const ending = new AbortController();
    const stop = AbortSignal.any([signal, ending.signal]);
    const end = (): void => ending.abort();
    const { farm, record, hearing } = this.#settings;
    const show = (index: number, progress: EncodeProgress): void => this.#show(index, progress);
    const watching = watch({ farm, record, hearing, show }, stop);
    await Promise.all([this.#collector.run(stop).finally(end), watching.finally(end)]);
  }

  /** To be called at the end. @throws LoecError E_ABORTED where rows were cancelled, which are left */
  checkCancelled(): void {
    if (this.#cancelled === 0) return;
    const were = `${formatCount(this.#cancelled)} ${this.#cancelled === 1 ? 'was' : 'were'}`;
    const { name } = this.#settings.record;
    throw new LoecError(
      'E_ABORTED',
      `${were} cancelled: loec farm retry ${name} puts them into the queue again`,
    );
  }

  async #settle(index: number, outcome: FarmOutcome): Promise<void> {
    const { hearing, onSettled, onEnough } = this.#settings;
    onSettled(index);
    const begun = this.#begun.get(index);
    this.#begun.delete(index);
    if (outcome.status === 'cancelled') {
      this.#cancelled++;
      begun?.end();
      return;
    }
    const progress = begun ?? hearing.begin(index);
    const settled = await this.#settledOf(index, outcome).catch((error: unknown) => ({ error }));
    progress.end();
    if (!(await hearing.settle(index, settled))) onEnough();
  }

  async #settledOf(index: number, outcome: UncancelledOutcome): Promise<Settled<Fitted>> {
    if (outcome.status === 'failed') return { error: errorOf(outcome.failure) };
    const { isVerbose, hearing } = this.#settings;
    for (const { text, isMinor } of outcome.told) if (!isMinor || isVerbose) hearing.note(index, text);
    return { made: await this.#fittedOf(index, outcome) };
  }

  async #fittedOf(index: number, { file: { sha256 }, figures, notes }: DoneOutcome): Promise<Fitted> {
    const { farm, record, results } = this.#settings;
    const [row] = await rowsAt(farm, record.name, [index]);
    const file = row ? await results.takeResult(jobIdOf(jobOf(record, row)), sha256) : null;
    if (file === null) {
      throw new LoecError('E_INPUT', 'its file is not kept any more; hand the picture over again');
    }
    if (formatOf(file) !== '.loe') {
      throw new LoecError(
        'E_FORMAT',
        'what its worker has made of it is no .loe file: fit it anew with --no-dedupe',
      );
    }
    return { result: { ...figures, file: new Uint8Array(file) }, notes, release: async () => {} };
  }

  #show(index: number, report: EncodeProgress): void {
    if (!this.#collector.expects(index)) return;
    const progress = this.#begun.get(index) ?? this.#settings.hearing.begin(index);
    this.#begun.set(index, progress);
    progress.update(report);
  }
}
