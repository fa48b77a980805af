/** @file What a worker tells: a line on stderr for each job, with --json a record on stdout. */

import { errorOf } from '../../failure.ts';
import type { JobEnd, JobReport } from '../../farm/worker/job-report.ts';
import type { WorkerHearing } from '../../farm/worker/settings.ts';
import { reportError } from '../batch/failures.ts';
import { formatBytes } from '../batch/summary.ts';
import { type CommonArguments, type Context, say, writeJson } from '../context.ts';
import { printable } from '../terminal/printable.ts';
import { formatSeconds } from '../terminal/progress.ts';
import { farewell } from './farewell.ts';

export class WorkerVoice {
  readonly #context: Context;
  readonly #args: CommonArguments;
  readonly #controller = new AbortController();
  /** The last one. */
  #warning = '';
  /** How pictures have ended since the worker was told to end; null before. */
  #lastEnds: JobEnd['kind'][] | null = null;

  constructor(context: Context, args: CommonArguments) {
    this.#context = context;
    this.#args = args;
  }

  /** Aborted when nobody reads the records any more; its reason is the error. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** With --json. */
  record(record: object): void {
    if (this.#args.json) writeJson(this.#context, record).catch((error) => this.#controller.abort(error));
  }

  say(line: string): void {
    say(this.#context, this.#args, line);
  }

  /** The worker is told to end. */
  hearEnd(): void {
    this.#lastEnds = [];
  }

  /** The worker has ended in order. @param left pictures that are still under way */
  tellEnd(left: number): void {
    this.say(farewell(this.#lastEnds ?? [], left));
  }

  get hearing(): WorkerHearing {
    return {
      onJob: (report) => this.#tellJob(report),
      // Of a machine that nobody looks at, also with --quiet.
      onWarning: (text) => {
        this.#warning = text;
        this.#context.stderr.write(`loec: ${printable(text)}\n`);
      },
      onNote: (name, { text, isMinor }) => {
        if (!isMinor || this.#args.verbose) this.say(`${name}: ${text}`);
      },
      onDetail: (text) => {
        if (this.#args.verbose) this.say(text);
      },
    };
  }

  #tellJob(report: JobReport): void {
    const { end, name, seconds } = report;
    if (end.kind === 'failed') reportError(this.#context, errorOf(end.failure), this.#args.verbose, name);
    else this.say(`${name}: ${this.#isTold(end) ? end.kind : describeEnd(end, seconds)}`);
    this.#lastEnds?.push(end.kind);
    this.record(recordOf(report));
  }

  /** Whether a warning has just told why it was handed back. */
  #isTold(end: JobEnd): boolean {
    return end.kind === 'handed back' && this.#warning.includes(end.reason);
  }
}

/** For people: `14.7 kB  31.50 dB  in 42 s`. */
function describeEnd(end: Exclude<JobEnd, { kind: 'failed' }>, seconds: number): string {
  if (end.kind === 'done') {
    const { file, figures } = end.outcome;
    const quality = Number.isFinite(figures.psnr) ? `${figures.psnr.toFixed(2)} dB` : 'lossless';
    return `${formatBytes(file.bytes)}  ${quality}  in ${formatSeconds(seconds)}`;
  }
  if (end.kind === 'died') return `${end.reason}; it is tried again`;
  if (end.kind === 'handed back') return `handed back: ${end.reason}`;
  return TEXTS[end.kind];
}

const TEXTS = {
  known: 'was made before',
  unwanted: 'nobody waits for it any more',
  late: 'another worker has taken it: this one was silent for too long',
} as const;

function recordOf({ id, name, seconds, end }: JobReport): object {
  const common = { type: 'job', id, input: name, result: end.kind, seconds };
  if (end.kind === 'done') {
    const { file, figures } = end.outcome;
    return { ...common, bytes: file.bytes, psnr: figures.psnr, steps: figures.steps };
  }
  if (end.kind === 'failed') return { ...common, code: end.failure.code, reason: end.failure.message };
  return 'reason' in end ? { ...common, reason: end.reason } : common;
}
