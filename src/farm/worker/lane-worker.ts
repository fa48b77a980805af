/** @file What a worker takes from the queue of one lane. */

import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { loadPackages } from '../connection.ts';
import { workerOptions } from '../queue.ts';
import type { ActiveJob, StopReason } from './active-job.ts';
import { Places, type PlacesHearing } from './places.ts';
import type { Tools } from './tools.ts';

export interface LaneSettings {
  readonly lane: string;
  /** Jobs at a time. */
  readonly places: number;
  /** Seconds after which a silent worker's jobs are taken by others. */
  readonly lock: number;
}

export class LaneWorker {
  readonly #settings: LaneSettings;
  readonly #places: Places;
  readonly #worker: Worker;
  readonly #line: Redis;
  /** What goes on after BullMQ has done with a job. */
  readonly #settling = new Set<Promise<void>>();

  private constructor(settings: LaneSettings, places: Places, worker: Worker, line: Redis) {
    this.#settings = settings;
    this.#places = places;
    this.#worker = worker;
    this.#line = line;
  }

  /** Takes jobs from now on. */
  static async open(settings: LaneSettings, tools: Tools, hearing: PlacesHearing): Promise<LaneWorker> {
    const { bullmq } = await loadPackages();
    const { redis, keys } = tools.farm;
    const places = new Places(tools, hearing, bullmq);
    const options = workerOptions(redis, keys, settings.lock, settings.places);
    const worker = new bullmq.Worker(settings.lane, (job, token) => places.process(job, token), options);
    const lane = new LaneWorker(settings, places, worker, options.connection as Redis);
    const tell = ({ message }: Error): void => hearing.onDetail(message);
    worker.on('error', tell);
    worker.on('lockRenewalFailed', (ids) => lane.stop('late', ({ id }) => ids.includes(id)));
    worker.on('failed', (job, error) => {
      if (job) lane.#keep(places.settleFailed(job, error).catch(tell));
    });
    return lane;
  }

  get lane(): string {
    return this.#settings.lane;
  }

  get places(): number {
    return this.#settings.places;
  }

  /** Its connection for all but waiting. */
  get line(): Redis {
    return this.#line;
  }

  /** Jobs that are being done. */
  get active(): readonly ActiveJob[] {
    return this.#places.active;
  }

  /** Takes no more jobs. */
  async pause(): Promise<void> {
    await this.#worker.pause(true);
  }

  /** Takes jobs again. */
  async resume(): Promise<void> {
    await this.#worker.resume();
  }

  stop(reason: StopReason, which: (job: ActiveJob) => boolean): void {
    for (const job of this.active.filter(which)) job.stop(reason);
  }

  /** Takes nothing more, and waits for the jobs that are being done. */
  async close(): Promise<void> {
    await this.#worker.close();
    await Promise.all(this.#settling);
  }

  /** Ends its processes and its connection, at once. */
  async end(): Promise<void> {
    this.#line.disconnect();
    await this.#places.end();
  }

  #keep(work: Promise<void>): void {
    this.#settling.add(work);
    void work.finally(() => this.#settling.delete(work));
  }
}
