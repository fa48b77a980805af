/** @file Jobs and what comes of each: orders for a pool, and from what it has made to the outcome and the summary. */

import type { Context } from '../context.ts';
import { inputName } from '../files/input.ts';
import { Failures } from './failures.ts';
import type { Job } from './jobs.ts';
import type { BatchArguments } from './options.ts';
import { type Outcome, outcomeOf, Tally } from './outcome.ts';
import { type KnownInputs, placeOf } from './place.ts';
import type { Hearing, Order, Pool, Settled } from './pool.ts';
import { BatchProgress } from './progress.ts';
import { openReport, type ReportFile } from './report-file.ts';
import { BatchVoice, type Voice } from './voice.ts';

/** How a command makes its files. */
export interface Making<Made> {
  /** Where the work is done. @param count of inputs */
  readonly poolFor: (count: number) => Pool<Made>;
  /** Does what is left to do when a pool has made something of an order, and tells of it. */
  readonly keep: (order: Order, made: Made, voice: Voice) => Promise<Outcome>;
  /** Whether the work goes on when the command ends, so that there is nothing to sum up. */
  readonly isDetached?: boolean | undefined;
}

export class Batch<Made> {
  readonly #context: Context;
  readonly #args: BatchArguments;
  readonly #jobs: readonly Job[];
  readonly #inputs: KnownInputs;
  readonly #making: Making<Made>;
  readonly #tally: Tally;
  readonly #progress: BatchProgress;
  readonly #voice: BatchVoice;
  readonly #failures: Failures;
  /** Orders that are not settled yet, by index. */
  readonly #open = new Map<number, Order>();

  constructor(
    context: Context,
    args: BatchArguments,
    jobs: readonly Job[],
    inputs: KnownInputs,
    making: Making<Made>,
  ) {
    this.#context = context;
    this.#args = args;
    this.#jobs = jobs;
    this.#inputs = inputs;
    this.#making = making;
    this.#tally = new Tally(jobs);
    this.#failures = new Failures(context, args.verbose);
    const weights = jobs.map(({ input }) => inputs.stats.get(input)?.size ?? 1);
    this.#progress = new BatchProgress(context, args.quiet, weights);
    this.#voice = new BatchVoice(context, args, jobs, () => this.#progress.clear());
  }

  /** @returns the exit code @throws LoecError as `openReport` */
  async run(): Promise<number> {
    const report = await this.#openReport();
    const pool = this.#making.poolFor(this.#jobs.length);
    await this.#attempt(() => pool.run(this.#orders(), this.#hearing(), this.#context.signal));
    await this.#attempt(async () => {
      await report?.write(this.#tally.rows);
      if (!this.#making.isDetached)
        await this.#voice.summary(this.#tally.summary, !this.#failures.stdoutFailed);
    });
    return this.#failures.exitCode;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failures.add(error);
    }
  }

  async #openReport(): Promise<ReportFile | null> {
    const { report, force } = this.#args;
    if (report === undefined) return null;
    const outputs = this.#jobs.map(({ output }) => output);
    return openReport(this.#context, report, this.#inputs.files, outputs, force);
  }

  get #goesOn(): boolean {
    return !(this.#context.signal.aborted || (this.#args.failFast && this.#failures.areThere));
  }

  /** Inputs that are left out, and those that fail before their work begins, are settled on the way. */
  async *#orders(): AsyncGenerator<Order> {
    for (const [index, job] of this.#jobs.entries()) {
      if (!this.#goesOn) return;
      const order = await this.#orderOf(job, index);
      if (order === null) continue;
      // Nothing will be made of it here, and 100,000 would fill the memory.
      if (!this.#making.isDetached) this.#open.set(index, order);
      yield order;
    }
  }

  async #orderOf(job: Job, index: number): Promise<Order | null> {
    const stats = this.#inputs.stats.get(job.input);
    const place = await placeOf(job, this.#args, this.#inputs).catch((error: unknown) => ({ error }));
    if ('destination' in place) return { index, job, destination: place.destination, stats };
    await this.#conclude(index, async () => {
      if ('error' in place) throw place.error;
      return { status: 'skipped', reason: place.skip, bytesIn: stats?.size, bytesOut: place.bytes };
    });
    return null;
  }

  #hearing(): Hearing<Made> {
    return {
      begin: (index) => this.#progress.begin(index, this.#nameOf(index)),
      say: (line) => this.#voice.say(line),
      note: (index, text) => this.#voice.note(index, text),
      settle: (index, settled) => this.#settle(index, settled),
      workers: (count) => this.#progress.setWorkers(count),
    };
  }

  async #settle(index: number, settled: Settled<Made>): Promise<boolean> {
    const order = this.#open.get(index) as Order;
    this.#open.delete(index);
    await this.#conclude(index, async () => {
      if ('error' in settled) throw settled.error;
      return this.#making.keep(order, settled.made, this.#voice.of(index));
    });
    return this.#goesOn;
  }

  /** Counts and tells what became of an input. */
  async #conclude(index: number, work: () => Promise<Outcome>): Promise<void> {
    try {
      const outcome = await work();
      this.#tally.set(index, outcome);
      if (outcome.status === 'skipped') {
        this.#progress.skip(index);
        await this.#voice.skip(index, outcome.reason);
      }
    } catch (error) {
      this.#tally.set(index, outcomeOf(error));
      this.#failures.add(error, this.#nameOf(index));
    }
    this.#progress.finish(index);
  }

  #nameOf(index: number): string {
    return inputName((this.#jobs[index] as Job).input);
  }
}
