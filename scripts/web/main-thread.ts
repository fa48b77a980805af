/** @file What the tasks of a page's main thread take, from Chromium's own trace: CPU time, which others on the machine change little, and time by the clock. */

import type { Browser, CDPSession, Page } from 'playwright-core';

export interface Task {
  /** Milliseconds. */
  readonly cpu: number;
  readonly clock: number;
  /** What took most of it, for people. */
  readonly what: string;
}

/** Of Chromium's trace format; times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

const RUN = 'RunTask';

/** Milliseconds of CPU that all processes of the browser have had. */
export async function cpuOf(session: CDPSession): Promise<number> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return 1000 * processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** The tasks of the page's thread while `work` is done, the longest first. */
export async function tasksDuring(
  browser: Browser,
  page: Page,
  work: () => Promise<unknown>,
): Promise<Task[]> {
  const categories = [
    'toplevel',
    'blink',
    'devtools.timeline',
    'disabled-by-default-devtools.timeline',
    'v8',
  ];
  await browser.startTracing(page, { categories });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const threads = traceEvents.filter(
    ({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain',
  );
  const tasks = threads.flatMap(({ pid, tid }) =>
    tasksOf(traceEvents.filter((event) => event.ph === 'X' && event.pid === pid && event.tid === tid)),
  );
  return tasks.sort((a, b) => b.cpu - a.cpu);
}

export function describeTask({ cpu, clock, what }: Task): string {
  return `${cpu.toFixed(1)} ms of CPU, ${clock.toFixed(1)} ms by the clock: ${what}`;
}

function tasksOf(events: readonly TraceEvent[]): Task[] {
  const parts = events.filter(({ name }) => !name.endsWith(RUN));
  return events
    .filter(({ name }) => name === RUN)
    .map(({ ts, dur = 0, tdur = 0 }) => ({
      cpu: tdur / 1000,
      clock: dur / 1000,
      what: describe(within(parts, ts, ts + dur)),
    }));
}

function within(events: readonly TraceEvent[], start: number, end: number): TraceEvent[] {
  return events.filter(({ ts, dur = 0 }) => ts >= start && ts + dur <= end);
}

function describe(events: readonly TraceEvent[]): string {
  const longest = events.toSorted((a, b) => (b.tdur ?? 0) - (a.tdur ?? 0)).slice(0, 4);
  return longest.map(({ name, tdur = 0 }) => `${name} ${(tdur / 1000).toFixed(1)}`).join(', ');
}
