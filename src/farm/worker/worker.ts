/** @file The life of a worker: it takes jobs of its lanes, beats, mends what others have left, and stops in order. */

import { once } from 'node:events';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { version } from '../../version.ts';
import type { Beat } from '../beat.ts';
import type { Farm } from '../farm.ts';
import { laneOf, type Need } from '../lane.ts';
import { SWEEP_EVERY_MS, sweep } from '../sweep.ts';
import type { ActiveJob, StopReason } from './active-job.ts';
import { finishWithin } from './finish-within.ts';
import type { JobReport } from './job-report.ts';
import { LaneWorker } from './lane-worker.ts';
import type { Gauges } from './metrics.ts';
import { Pulse } from './pulse.ts';
import { queueCounts } from './queue-counts.ts';
import { Rest } from './rest.ts';
import type { WorkerHearing, WorkerSettings } from './settings.ts';

/** Seconds in which Redis is to hear of the end; what it does not hear, silence tells. */
const CLOSING_SECONDS = 15;

export class FarmWorker {
  readonly #farm: Farm;
  readonly #settings: WorkerSettings;
  readonly #hearing: WorkerHearing;
  readonly #pulse: Pulse;
  readonly #rest: Rest;
  #lanes: readonly LaneWorker[] = [];
  #isEnding = false;

  constructor(farm: Farm, settings: WorkerSettings, hearing: WorkerHearing) {
    this.#farm = farm;
    this.#settings = settings;
    this.#hearing = hearing;
    this.#pulse = new Pulse(farm, () => this.#lanes.map(({ line }) => line), {
      beat: () => this.#beat(),
      onUnwanted: (ids) => this.#stop('unwanted', ({ id }) => ids.includes(id)),
      onLost: (isLost) => hearing.onWarning(isLost ? LOST : FOUND),
      onDetail: hearing.onDetail,
    });
    this.#rest = new Rest({
      onWarning: hearing.onWarning,
      pause: () => this.#pause(),
      resume: () => this.#resume(),
    });
  }

  /** Whether Redis has answered of late. */
  get isWell(): boolean {
    return this.#pulse.isWell;
  }

  /** Takes jobs until the signal, and ends those that it has or hands them back. */
  async run(signal: AbortSignal): Promise<void> {
    this.#lanes = await Promise.all(this.#settings.needs.map((need) => this.#open(need)));
    const ended = new AbortController();
    const background = [this.#pulse.run(ended.signal), this.#sweep(ended.signal)];
    if (!signal.aborted) await once(signal, 'abort');
    this.#isEnding = true;
    await this.#pause();
    await finishWithin(this.#settings.grace, () => this.active);
    // One that was on its way when the lanes were paused.
    const late = setInterval(() => this.#stop('ending', () => true), 100);
    ended.abort();
    const closing = Promise.all([...this.#lanes.map((lane) => lane.close()), ...background]);
    const tell = ({ message }: Error): void => this.#hearing.onDetail(message);
    const words = closing.then(() => this.#pulse.end()).catch(tell);
    try {
      await Promise.race([words, sleep(1000 * CLOSING_SECONDS, undefined, { ref: false })]);
    } finally {
      clearInterval(late);
      await Promise.all(this.#lanes.map((lane) => lane.end()));
    }
  }

  async gauges(): Promise<Gauges> {
    const lanes = this.isWell ? await queueCounts(this.#farm, this.#laneNames) : null;
    return { isRedisUp: lanes !== null, active: this.active.length, places: this.#places, lanes };
  }

  /** Jobs that are being done. */
  get active(): readonly ActiveJob[] {
    return this.#lanes.flatMap(({ active }) => active);
  }

  get #laneNames(): string[] {
    return this.#lanes.map(({ lane }) => lane);
  }

  get #places(): number {
    return this.#lanes.reduce((sum, { places }) => sum + places, 0);
  }

  async #open(need: Need): Promise<LaneWorker> {
    const { places, lock } = this.#settings;
    const lane = laneOf(version, need);
    const settings = { lane, places: need === 'any' ? places : 1, lock };
    const { onNote, onDetail } = this.#hearing;
    const tools = { ...this.#settings, farm: this.#farm, onNote };
    const onJob = (report: JobReport): void => this.#hear(report);
    const onTrouble = (reason: string): void => void this.#rest.begin(reason);
    return LaneWorker.open(settings, tools, { onJob, onTrouble, onDetail });
  }

  #hear(report: JobReport): void {
    if (report.end.kind === 'done') this.#rest.forget();
    this.#hearing.onJob(report);
  }

  #beat(): Beat {
    return {
      name: this.#settings.name,
      host: hostname(),
      pid: process.pid,
      version,
      lanes: this.#laneNames,
      places: this.#places,
      jobs: this.active.map(({ beat }) => beat),
      trouble: this.#rest.trouble,
    };
  }

  #stop(reason: StopReason, which: (job: ActiveJob) => boolean): void {
    for (const lane of this.#lanes) lane.stop(reason, which);
  }

  async #pause(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.pause()));
  }

  async #resume(): Promise<void> {
    if (!this.#isEnding) await Promise.all(this.#lanes.map((lane) => lane.resume()));
  }

  async #sweep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const work = Promise.all([sweep(this.#farm), this.#settings.transfers.sweep()]);
      await work.catch(({ message }: Error) => this.#hearing.onDetail(message));
      await sleep(SWEEP_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  }
}

const LOST = 'Redis does not answer; fits go on, and their files wait for it';
const FOUND = 'Redis answers again';
