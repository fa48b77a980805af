/** @file What a batch tells of its inputs: lines on stderr in place of the bar, records on stdout with --json. */

import { type CommonArguments, type Context, say, writeJson } from '../context.ts';
import { inputName } from '../files/input.ts';
import type { Job } from './jobs.ts';
import type { Summary } from './outcome.ts';
import { summarize } from './summary.ts';

/** What is told of one input on stderr, unless the user wants quiet. */
export interface Voice {
  /** A line. */
  readonly say: (line: string) => void;
  /** A line that begins with the input's name. */
  readonly note: (text: string) => void;
}

export class BatchVoice {
  readonly #context: Context;
  readonly #args: CommonArguments;
  readonly #jobs: readonly Job[];
  readonly #clear: () => void;
  readonly #started = performance.now();

  /** @param clear takes the bar away */
  constructor(context: Context, args: CommonArguments, jobs: readonly Job[], clear: () => void) {
    this.#context = context;
    this.#args = args;
    this.#jobs = jobs;
    this.#clear = clear;
  }

  of(index: number): Voice {
    return { say: (line) => this.say(line), note: (text) => this.note(index, text) };
  }

  note(index: number, text: string): void {
    this.say(`${inputName(this.#jobOf(index).input)}: ${text}`);
  }

  /** @throws StdoutError */
  async skip(index: number, reason: string): Promise<void> {
    const { input, output } = this.#jobOf(index);
    this.note(index, `skipped, ${reason}`);
    if (this.#args.json) await writeJson(this.#context, { type: 'skip', input, output, reason });
  }

  /** Of one input its own line tells all. @param isRecorded whether stdout takes records @throws StdoutError */
  async summary(summary: Summary, isRecorded: boolean): Promise<void> {
    if (summary.files === 1) return;
    const seconds = (performance.now() - this.#started) / 1000;
    this.say(summarize(summary, seconds));
    if (this.#args.json && isRecorded)
      await writeJson(this.#context, { type: 'summary', ...summary, seconds });
  }

  #jobOf(index: number): Job {
    return this.#jobs[index] as Job;
  }

  say(line: string): void {
    this.#clear();
    say(this.#context, this.#args, line);
  }
}
