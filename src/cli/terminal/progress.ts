/** @file Progress on stderr: a bar on a terminal, a line now and then elsewhere, nothing when quiet. Never coloured. */

import type { EncodeProgress } from '../../fit/progress.ts';
import type { Context } from '../context.ts';
import { printable } from './printable.ts';

export interface ProgressDisplay {
  /** @param label what the progress is of, where that changes */
  readonly update: (progress: EncodeProgress, label?: string) => void;
  /** Takes the bar away. */
  readonly end: () => void;
}

const BAR_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 10_000;
const BAR_WIDTH = 24;
const CLEAR_LINE = '\r\u001b[2K';

/** @param label what the progress is of: the input's name */
export function createProgress(context: Context, quiet: boolean, label: string): ProgressDisplay {
  if (quiet) return { update: () => {}, end: () => {} };
  const { stderr, env } = context;
  const show = stderr.isTTY && env.TERM !== 'dumb' ? barOn : linesOn;
  return show(stderr, label);
}

function barOn(stderr: Context['stderr'], ownLabel: string): ProgressDisplay {
  const due = atMostEvery(BAR_INTERVAL_MS, 0);
  return {
    update: (progress, label = ownLabel) => {
      if (!due()) return;
      const text = `${drawBar(progress.done)} ${describe(progress)}  ${printable(label)}`;
      // One column less than there are: a full line would wrap and could not be cleared.
      stderr.write(`${CLEAR_LINE}${text.slice(0, (stderr.columns || 80) - 1)}`);
    },
    end: () => stderr.write(CLEAR_LINE),
  };
}

function linesOn(stderr: Context['stderr'], ownLabel: string): ProgressDisplay {
  const due = atMostEvery(LINE_INTERVAL_MS, LINE_INTERVAL_MS);
  return {
    update: (progress, label = ownLabel) => {
      if (due()) stderr.write(`${printable(label)}  ${describe(progress)}\n`);
    },
    end: () => {},
  };
}

/** A question that is answered yes at most once per interval, and not before `delay`; in milliseconds. */
function atMostEvery(interval: number, delay: number): () => boolean {
  let next = performance.now() + delay;
  return () => {
    const now = performance.now();
    if (now < next) return false;
    next = now + interval;
    return true;
  };
}

function drawBar(done: number): string {
  const full = Math.round(done * BAR_WIDTH);
  return `[${'='.repeat(full)}${' '.repeat(BAR_WIDTH - full)}]`;
}

function describe({ phase, done, secondsLeft, psnr }: EncodeProgress): string {
  const parts = [`${Math.floor(100 * done)} %`, phase];
  if (psnr !== undefined) parts.push(`${psnr.toFixed(2)} dB`);
  if (secondsLeft !== undefined) parts.push(`${formatSeconds(secondsLeft)} left`);
  return parts.join('  ');
}

/** `9.3 s`, `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
