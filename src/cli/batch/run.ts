/** @file A command that makes a file of each input: from the command line to the summary. */

import type { Stats } from 'node:fs';
import { LoecError } from '../../errors.ts';
import { type Context, StdoutError, say, writeJson } from '../context.ts';
import { exitCodeOf, worse } from '../exit-codes.ts';
import { type Destination, identifyInputs, statInputs } from '../files/destinations.ts';
import { inputName } from '../files/input.ts';
import { type Lease, type Sharing, type SharingArguments, sharingOf } from './cores.ts';
import { type Job, type Naming, planJobs } from './jobs.ts';
import type { BatchArguments } from './options.ts';
import { type Outcome, Tally } from './outcome.ts';
import { type KnownInputs, placeOf } from './place.ts';
import { BatchProgress, type InputProgress } from './progress.ts';
import { rehearse } from './rehearse.ts';
import { openReport } from './report-file.ts';
import { reportError, runInputs } from './run-inputs.ts';
import { checkSkips } from './skips.ts';
import { summarize } from './summary.ts';

/** One input, and what its work needs. */
export interface Task {
  readonly job: Job;
  readonly destination: Destination;
  /** Of the input; undefined for one that is no file. */
  readonly stats: Stats | undefined;
  readonly lease: Lease;
  /** A line on stderr, unless the user wants quiet. */
  readonly say: (line: string) => void;
  /** A line that begins with the input's name. */
  readonly note: (text: string) => void;
  /** Shows how far the work is, from now on. */
  readonly begin: () => InputProgress;
}

export type Work = (task: Task) => Promise<Outcome>;

/**
 * @param small pixels up to which a picture is small (`sharingOf`)
 * @returns the exit code
 * @throws LoecError E_USAGE or E_INPUT where the command line as a whole is wrong
 */
export async function runBatch(
  context: Context,
  args: BatchArguments,
  naming: Naming,
  small: number,
  work: Work,
): Promise<number> {
  checkSkips(args);
  const jobs = await planJobs(context, args, naming);
  const stats = await statInputs(context.stdin, jobs);
  const inputs = { kind: naming.inputs, stats, files: identifyInputs(stats) };
  return args.dryRun
    ? rehearse(context, args, jobs, inputs)
    : new Batch(context, args, jobs, inputs).run(sharingAmong(jobs.length, args, small), work);
}

/** Fewer pictures than may be worked on at a time have more cores each. */
function sharingAmong(inputs: number, { jobs, threads }: SharingArguments, small: number): Sharing {
  return sharingOf({ threads, jobs: jobs && Math.min(jobs, inputs) }, small);
}

/** What holds for all inputs of a command. */
class Batch {
  readonly #context: Context;
  readonly #args: BatchArguments;
  readonly #jobs: readonly Job[];
  readonly #inputs: KnownInputs;
  readonly #tally: Tally;
  readonly #progress: BatchProgress;
  readonly #started = performance.now();
  #stdoutFailed = false;

  constructor(context: Context, args: BatchArguments, jobs: readonly Job[], inputs: KnownInputs) {
    this.#context = context;
    this.#args = args;
    this.#jobs = jobs;
    this.#inputs = inputs;
    this.#tally = new Tally(jobs);
    const weights = jobs.map(({ input }) => inputs.stats.get(input)?.size ?? 1);
    this.#progress = new BatchProgress(context, args.quiet, weights);
  }

  async run(sharing: Sharing, work: Work): Promise<number> {
    const context = this.#context;
    const args = this.#args;
    const outputs = this.#jobs.map(({ output }) => output);
    const report =
      args.report === undefined
        ? null
        : await openReport(context, args.report, this.#inputs.files, outputs, args.force);
    const indexed = this.#jobs.map((job, index) => ({ ...job, job, index }));
    let code = await runInputs(
      context,
      args,
      indexed,
      ({ job, index }, lease) => this.#attempt(job, index, lease, work),
      sharing,
    );
    try {
      await report?.write(this.#tally.rows);
      await this.#summarize();
    } catch (error) {
      reportError(context, error, args.verbose);
      code = worse(code, exitCodeOf(error, context.signal));
    }
    return code;
  }

  async #attempt(job: Job, index: number, lease: Lease, work: Work): Promise<void> {
    try {
      const outcome = await this.#outcomeOf(job, index, lease, work);
      this.#tally.set(index, outcome);
      if (outcome.status === 'skipped') await this.#tellSkip(job, index, outcome.reason);
    } catch (error) {
      this.#tally.set(index, outcomeOfError(error));
      this.#stdoutFailed ||= error instanceof StdoutError;
      throw error;
    } finally {
      this.#progress.finish(index);
    }
  }

  async #outcomeOf(job: Job, index: number, lease: Lease, work: Work): Promise<Outcome> {
    const place = await placeOf(job, this.#args, this.#inputs);
    const stats = this.#inputs.stats.get(job.input);
    if ('skip' in place)
      return { status: 'skipped', reason: place.skip, bytesIn: stats?.size, bytesOut: place.bytes };
    const name = inputName(job.input);
    return work({
      job,
      destination: place.destination,
      stats,
      lease,
      say: (line) => this.#say(line),
      note: (text) => this.#say(`${name}: ${text}`),
      begin: () => this.#progress.begin(index, name),
    });
  }

  async #tellSkip({ input, output }: Job, index: number, reason: string): Promise<void> {
    this.#progress.skip(index);
    this.#say(`${inputName(input)}: skipped, ${reason}`);
    if (this.#args.json) await writeJson(this.#context, { type: 'skip', input, output, reason });
  }

  /** Of one input its own line tells all. */
  async #summarize(): Promise<void> {
    if (this.#jobs.length === 1) return;
    const seconds = (performance.now() - this.#started) / 1000;
    const summary = this.#tally.summary;
    this.#say(summarize(summary, seconds));
    if (this.#args.json && !this.#stdoutFailed)
      await writeJson(this.#context, { type: 'summary', ...summary, seconds });
  }

  /** What is said goes where the bar was. */
  #say(line: string): void {
    this.#progress.clear();
    say(this.#context, this.#args, line);
  }
}

/** What was interrupted can be begun again. */
function outcomeOfError(error: unknown): Outcome {
  if (error instanceof LoecError && error.code === 'E_ABORTED') return { status: 'left' };
  return { status: 'failed', error: error instanceof Error ? error.message : String(error) };
}
