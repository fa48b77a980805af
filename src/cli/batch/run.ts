/** @file A command that makes a file of each input: from the command line to the summary. */

import type { Stats } from 'node:fs';
import { type Context, StdoutError, say, writeJson, writeStdout } from '../context.ts';
import type { Lease, Sharing } from '../cores.ts';
import {
  checkDestination,
  type Destination,
  type InputFiles,
  type InputStats,
  identifyInputs,
  statInputs,
} from '../destinations.ts';
import { exitCodeOf, worse } from '../exit-codes.ts';
import { inputName } from '../input.ts';
import type { InputKind } from '../inputs.ts';
import { type Job, type Naming, planJobs } from '../jobs.ts';
import { printable } from '../printable.ts';
import { reportError, runInputs } from '../run-inputs.ts';
import { checkSkips, skipReason } from '../skips.ts';
import type { BatchArguments } from './options.ts';
import { type Outcome, Tally } from './outcome.ts';
import { BatchProgress, type InputProgress } from './progress.ts';
import { openReport } from './report-file.ts';
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
 * @returns the exit code
 * @throws LoecError E_USAGE or E_INPUT where the command line as a whole is wrong
 */
export async function runBatch(
  context: Context,
  args: BatchArguments,
  naming: Naming,
  sharing: Sharing,
  work: Work,
): Promise<number> {
  checkSkips(args);
  const jobs = await planJobs(context, args, naming);
  const stats = await statInputs(context.stdin, jobs);
  const inputs = identifyInputs(stats);
  return args.dryRun
    ? runDry(context, args, naming, jobs, stats, inputs)
    : new Batch(context, args, naming, jobs, stats, inputs).run(sharing, work);
}

/** What holds for all inputs of a command. */
class Batch {
  readonly #context: Context;
  readonly #args: BatchArguments;
  readonly #kind: InputKind;
  readonly #jobs: readonly Job[];
  readonly #stats: InputStats;
  readonly #inputs: InputFiles;
  readonly #tally: Tally;
  readonly #progress: BatchProgress;
  readonly #started = performance.now();
  #stdoutFailed = false;

  constructor(
    context: Context,
    args: BatchArguments,
    { inputs: kind }: Naming,
    jobs: readonly Job[],
    stats: InputStats,
    inputs: InputFiles,
  ) {
    this.#context = context;
    this.#args = args;
    this.#kind = kind;
    this.#jobs = jobs;
    this.#stats = stats;
    this.#inputs = inputs;
    this.#tally = new Tally(jobs);
    const weights = jobs.map(({ input }) => stats.get(input)?.size ?? 1);
    this.#progress = new BatchProgress(context, args.quiet, weights);
  }

  async run(sharing: Sharing, work: Work): Promise<number> {
    const context = this.#context;
    const args = this.#args;
    const outputs = this.#jobs.map(({ output }) => output);
    const report =
      args.report === undefined ? null : await openReport(context, args.report, this.#inputs, outputs);
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
      this.#tally.set(index, { status: 'failed', error: (error as Error).message });
      this.#stdoutFailed ||= error instanceof StdoutError;
      throw error;
    }
  }

  async #outcomeOf(job: Job, index: number, lease: Lease, work: Work): Promise<Outcome> {
    const args = this.#args;
    const stats = this.#stats.get(job.input);
    const reason = await skipReason(job, args, stats);
    if (reason !== null) return { status: 'skipped', reason };
    await this.#kind.expect(job.input);
    const destination = await checkDestination(job, withUpdate(args), this.#inputs);
    const name = inputName(job.input);
    return work({
      job,
      destination,
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

/** Says on stdout what would be done: what is wrong, is wrong now. */
function runDry(
  context: Context,
  args: BatchArguments,
  { inputs: kind }: Naming,
  jobs: readonly Job[],
  stats: InputStats,
  inputs: InputFiles,
): Promise<number> {
  return runInputs(context, args, jobs, async (job) => {
    const { input, output } = job;
    const reason = await skipReason(job, args, stats.get(input));
    if (reason === null) {
      await kind.expect(input);
      await checkDestination(job, withUpdate(args), inputs);
    }
    if (args.json) await writeJson(context, { type: 'plan', input, output, skip: reason });
    else {
      const line = reason === null ? `${input} -> ${output}` : `${input}: skipped, ${reason}`;
      await writeStdout(context, `${printable(line)}\n`);
    }
  });
}

/** What is older than its input may be replaced. */
function withUpdate(args: BatchArguments): BatchArguments {
  return args.update ? { ...args, force: true } : args;
}
