/**
 * @file Interrupts `loec` at random moments of its life and tells how long it took to end and what it left behind. Figures are of
 * the machine as it is: under load they are longer.
 *
 *     npm run stress:signals -- [moments of each task, 50] [a word in the names of the tasks, all]
 */

import { once } from 'node:events';
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createFolder, createRandom, run, start } from './process.ts';

/** Seconds in which a signal is to be heard. */
const HEARD_WITHIN = 0.5;

/** Seconds from the start of the process until the latest signal, unless a task has its own. */
const LATEST = 3;

const MOMENTS = Number(process.argv[2] ?? 50);
const WORD = process.argv[3] ?? '';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const folder = createFolder();
const at = (name: string) => join(folder, name);
copyFileSync(fileURLToPath(new URL('../../corpus/harbour.png', import.meta.url)), at('a.png'));
await run(['encode', at('a.png'), '--effort', '1', '--quiet']);

interface Task {
  readonly name: string;
  readonly argv: readonly string[];
  /** Of a pipe as stdin: nothing comes through it, or stdout: nothing is taken from it. */
  readonly pipes?: true;
  readonly latest?: number;
}

const TASKS: readonly Task[] = [
  { name: 'wait for stdin', argv: ['decode', '-', '-o', at('out.png')], pipes: true },
  // Not longer: the system takes its time to get gigabytes back.
  { name: 'read a long file', argv: ['info', '/dev/zero', '--limit', 'bytes=4G'], latest: 0.8 },
  {
    name: 'fit at effort 1',
    argv: ['encode', at('a.png'), '-o', at('out.loe'), '--effort', '1', '--steps', '9999'],
  },
  { name: 'fit at effort 7', argv: ['encode', at('a.png'), '-o', at('out.loe'), '--effort', '7'] },
  { name: 'decode to a file', argv: ['decode', at('a.loe'), '-o', at('out.png'), '--scale', '16'] },
  {
    name: 'write to a pipe that is full',
    argv: ['decode', at('a.loe'), '-o', '-', '--scale', '16'],
    pipes: true,
  },
];

/** @returns seconds from the signal to the end */
async function interrupt(
  { name, argv, pipes }: Task,
  moment: number,
  signal: keyof typeof EXIT_CODES,
): Promise<number> {
  const child = start(argv, pipes ? ['pipe', 'pipe', 'ignore'] : 'ignore');
  const ended = once(child, 'exit');
  await sleep(1000 * moment);
  const sent = performance.now();
  child.kill(signal);
  const [code, killer] = await ended;
  const seconds = (performance.now() - sent) / 1000;
  // Before its handlers are there the signal itself ends the process; a finished one is not interrupted.
  const isExpected = code === EXIT_CODES[signal] || killer === signal || code === 0;
  if (!isExpected)
    throw new Error(`${name}, ${signal} after ${moment.toFixed(3)} s: code ${code}, ${killer}`);
  return seconds;
}

/** Names of what the task made. */
function made(): string[] {
  return readdirSync(folder).filter((name) => !['a.png', 'a.loe'].includes(name));
}

const random = createRandom(1);
let failures = 0;
for (const task of TASKS.filter(({ name }) => name.includes(WORD))) {
  const seconds: number[] = [];
  let left = 0;
  for (let i = 0; i < MOMENTS; i++) {
    seconds.push(
      await interrupt(
        task,
        (task.latest ?? LATEST) * random(),
        SIGNALS[i % SIGNALS.length] as keyof typeof EXIT_CODES,
      ),
    );
    for (const name of made()) {
      // What had its name before the signal came is finished.
      if (name.endsWith('.tmp')) left++;
      rmSync(at(name));
    }
  }
  seconds.sort((a, b) => a - b);
  const late = seconds.filter((value) => value > HEARD_WITHIN).length;
  failures += late + left;
  const median = seconds[MOMENTS >> 1] as number;
  const figures = `median ${median.toFixed(3)} s, longest ${(seconds.at(-1) as number).toFixed(3)} s`;
  console.log(`${task.name}: ${MOMENTS} signals, ${figures}, ${late} late, ${left} files left behind`);
}
process.exitCode = failures > 0 ? 1 : 0;
