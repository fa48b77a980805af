/** @file Progress on stderr: a bar on a terminal, a line now and then elsewhere, nothing when quiet. */

import type { Context } from './context.ts';

export interface Progress {
  readonly phase: string;
  /** 0 … 1 */
  readonly done: number;
  readonly secondsLeft?: number;
  readonly psnr?: number;
}

const BAR_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 10_000;
const BAR_WIDTH = 24;

export interface ProgressDisplay {
  update(progress: Progress): void;
  /** Takes the bar away. */
  end(): void;
}

/** @param label what the progress is of: the input's name */
export function createProgress(context: Context, quiet: boolean, label: string): ProgressDisplay {
  if (quiet) return { update: () => {}, end: () => {} };
  const { stderr, env } = context;
  const bar = stderr.isTTY === true && env.TERM !== 'dumb';
  const interval = bar ? BAR_INTERVAL_MS : LINE_INTERVAL_MS;
  let next = bar ? 0 : performance.now() + LINE_INTERVAL_MS;
  return {
    update: (progress) => {
      const now = performance.now();
      if (now < next) return;
      next = now + interval;
      const text = `${label}  ${bar ? drawBar(progress.done) : ''}${describe(progress)}`;
      stderr.write(bar ? `\r\u001b[2K${text.slice(0, (stderr.columns ?? 80) - 1)}` : `${text}\n`);
    },
    end: () => {
      if (bar) stderr.write('\r\u001b[2K');
    },
  };
}

function drawBar(done: number): string {
  const full = Math.round(done * BAR_WIDTH);
  return `[${'='.repeat(full)}${' '.repeat(BAR_WIDTH - full)}] `;
}

function describe({ phase, done, secondsLeft, psnr }: Progress): string {
  const parts = [`${Math.floor(100 * done)} %`, phase];
  if (psnr !== undefined) parts.push(`${psnr.toFixed(2)} dB`);
  if (secondsLeft !== undefined) parts.push(`${formatSeconds(secondsLeft)} left`);
  return parts.join('  ');
}

/** `9.3 s`, `42 s`, `3 min 5 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
