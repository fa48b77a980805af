/** @file What a command that waits for a batch looks at meanwhile: its workers, and what others have left. */

import { setTimeout as sleep } from 'node:timers/promises';
import { LoecError } from '../../errors.ts';
import type { BatchRecord } from '../../farm/batch-record.ts';
import { readBatch } from '../../farm/batches.ts';
import { readBeats } from '../../farm/beat.ts';
import type { Farm } from '../../farm/farm.ts';
import { activityOf } from '../../farm/producer/activity.ts';
import { isStuck, laneStatus } from '../../farm/producer/lane-status.ts';
import { SWEEP_EVERY_MS, sweep } from '../../farm/sweep.ts';
import type { EncodeProgress } from '../../fit/progress.ts';
import type { Hearing } from '../batch/pool.ts';
import type { Fitted } from '../encode/fitted.ts';
import { stuckLine } from './status-text.ts';

/** Milliseconds between two looks at the workers, who tell of themselves as often. */
const LOOK_MS = 2000;

/** Looks after which it is said why nobody works. */
const PATIENCE = 3;

export interface WatchSettings {
  readonly farm: Farm;
  readonly record: BatchRecord;
  readonly hearing: Pick<Hearing<Fitted>, 'say' | 'workers'>;
  /** Hears how far the rows are that are worked on. */
  readonly show: (index: number, progress: EncodeProgress) => void;
}

/** Looks again and again, to the abort. @throws LoecError E_ENGINE where Redis has lost the batch */
export async function watch(settings: WatchSettings, signal: AbortSignal): Promise<void> {
  let looks = 0;
  let isTold = false;
  let swept = performance.now();
  while (!signal.aborted) {
    await checkKept(settings);
    looks = (await look(settings)) ? 0 : looks + 1;
    if (looks === 0) isTold = false;
    else if (looks >= PATIENCE && !isTold) isTold = await tellOfRest(settings);
    if (performance.now() - swept > SWEEP_EVERY_MS) {
      swept = performance.now();
      // Others do it, too: that it fails ends nothing.
      await sweep(settings.farm).catch(() => {});
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

/** What is lost is settled by nobody. */
async function checkKept({ farm, record }: WatchSettings): Promise<void> {
  if ((await readBatch(farm, record.name)) !== null) return;
  throw new LoecError(
    'E_ENGINE',
    `the batch ${record.name} is not in Redis any more, which was emptied, or restarted without what it held: loec encode with --skip-existing fits what is missing`,
  );
}

/** @returns whether workers of the batch's queue work on anything */
async function look({ farm, record, hearing, show }: WatchSettings): Promise<boolean> {
  const { workers, isIdle, jobs } = await activityOf(farm, record);
  hearing.workers(workers);
  for (const { job, indices } of jobs) {
    const { phase, done, secondsLeft } = job;
    const progress = { phase, done, ...(secondsLeft !== undefined && { secondsLeft }) };
    for (const index of indices) show(index, progress);
  }
  return !isIdle;
}

/** Nobody works: says so where no worker is there, or none could do what there is. @returns whether that was so */
async function tellOfRest({ farm, record, hearing }: WatchSettings): Promise<boolean> {
  const status = await laneStatus(farm, record.lane, await readBeats(farm.redis, farm.keys));
  if (status.workers === 0) hearing.say(nobodyLine(record));
  else if (isStuck(status)) hearing.say(stuckLine(status));
  else return false;
  return true;
}

function nobodyLine({ version, file: { options } }: BatchRecord): string {
  const { engine = 'auto' } = options;
  const needs = engine === 'auto' || engine === 'wasm' ? '' : ` that has the engine ${engine}`;
  return `no worker of loec ${version}${needs} is there: start one with loec worker`;
}
