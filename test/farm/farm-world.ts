/** @file A farm for tests: a Redis of its own, pictures that were handed over, and workers in this process. */

import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileOptions } from '../../src/encode-file.ts';
import { parseAddress } from '../../src/farm/address.ts';
import type { BatchRecord, BatchRow } from '../../src/farm/batch-record.ts';
import { createBatch, keepRows } from '../../src/farm/batches.ts';
import { Farm } from '../../src/farm/farm.ts';
import { laneOf } from '../../src/farm/lane.ts';
import type { DoneOutcome, FarmOutcome } from '../../src/farm/outcome.ts';
import { addRows, wantedOf } from '../../src/farm/release.ts';
import { RedisValues } from '../../src/farm/transfer/redis-values.ts';
import { SharedFolder } from '../../src/farm/transfer/shared-folder.ts';
import { Transfers } from '../../src/farm/transfer/transfers.ts';
import type { JobReport } from '../../src/farm/worker/job-report.ts';
import type { WorkerSettings } from '../../src/farm/worker/settings.ts';
import { FarmWorker } from '../../src/farm/worker/worker.ts';
import { UNTRUSTED_LIMITS } from '../../src/limits.ts';
import { version } from '../../src/version.ts';
import { type RedisOptions, TestRedis } from './redis.ts';

/** A fit of a second. */
export const QUICK: FileOptions['options'] = { preset: 'pyramid', effort: 1, steps: 1, engine: 'wasm' };

export const LANE = laneOf(version, 'any');

export interface RunningWorker {
  readonly worker: FarmWorker;
  readonly reports: JobReport[];
  readonly warnings: string[];
  /** Of pictures. */
  readonly notes: string[];
  /** Wishes its end, and waits for it. */
  readonly stop: () => Promise<void>;
}

export class FarmWorld {
  readonly redis: TestRedis;
  readonly farm: Farm;
  readonly #workers: RunningWorker[] = [];
  #batches = 0;

  private constructor(redis: TestRedis, farm: Farm) {
    this.redis = redis;
    this.farm = farm;
  }

  static async start(options: RedisOptions = {}): Promise<FarmWorld> {
    const redis = await TestRedis.start(options);
    return new FarmWorld(redis, await Farm.open(parseAddress(redis.url)));
  }

  /** Ends all that it has started. */
  async end(): Promise<void> {
    for (const worker of this.#workers) await worker.stop();
    this.farm.close();
    await this.redis.stop();
  }

  /** Hands a picture over as a batch of its own. @returns its job */
  async handOver(bytes: Uint8Array, options = QUICK): Promise<{ batch: string; id: string }> {
    const batch = `b${this.#batches++}`;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const picture = { sha256, bytes: bytes.length, source: { kind: 'redis' } } as const;
    const file = { options, orient: true, limits: {}, verify: false };
    const record = {
      ...{ name: batch, version, created: Date.now(), base: '/', lane: LANE, file, output: {} },
      ...{ transfer: 'redis', priority: 0 },
    } satisfies BatchRecord;
    const row: BatchRow = {
      ...{ input: `${batch}.png`, output: `${batch}.loe`, isNamed: false, picture },
      ...{ mtimeMs: 0, atimeMs: 0, mode: 0o644 },
    };
    await createBatch(this.farm, record);
    await keepRows(this.farm, batch, [{ index: 0, row }], false);
    const wanted = wantedOf(record, { index: 0, row });
    await this.values.offer(picture, bytes);
    await this.farm.ledger.want(batch, [wanted]);
    await addRows(this.farm, record, [row]);
    return { batch, id: wanted.id };
  }

  get values(): RedisValues {
    return new RedisValues(this.farm.redis, this.farm.keys);
  }

  /** Whether a worker is at the job. Told at once, which beats are not: a quick fit may be over before the next one. */
  async isActive(id: string): Promise<boolean> {
    const job = await (await this.farm.queue(LANE)).getJob(id);
    return (await job?.isActive()) ?? false;
  }

  /** Data of a job in the queue, to forge another one by. */
  async dataOf(id: string): Promise<Record<string, unknown>> {
    const job = await (await this.farm.queue(LANE)).getJob(id);
    return structuredClone(job?.data) as unknown as Record<string, unknown>;
  }

  /** Puts what no producer would into the queue, with somebody who waits for it. */
  async forge(id: string, data: unknown): Promise<void> {
    await this.farm.ledger.want('forged', [{ id, sha256: '0'.repeat(64), index: 0 }]);
    await (await this.farm.queue(LANE)).add('fit', data as never, { jobId: id });
  }

  /** Waits for the outcome of a batch's picture. */
  async outcome(batch: string): Promise<FarmOutcome> {
    for (;;) {
      const [outcome] = await this.farm.ledger.outcomes(batch, [0]);
      if (outcome) return outcome;
      await sleep(20);
    }
  }

  /** The .loe file of a batch's picture. */
  async file(batch: string, id: string): Promise<Uint8Array | null> {
    const outcome = (await this.outcome(batch)) as DoneOutcome;
    return this.values.takeResult(id, outcome.file.sha256);
  }

  async startWorker(name: string, changes: Partial<WorkerSettings> = {}): Promise<RunningWorker> {
    const farm = await Farm.open(parseAddress(this.redis.url));
    const redis = new RedisValues(farm.redis, farm.keys);
    const folder = new SharedFolder('/nowhere', 'default');
    const settings: WorkerSettings = {
      ...{ name, engine: 'wasm', needs: ['any'], places: 1, threads: 1, cores: null, lock: 2, grace: 0 },
      bounds: { effort: 2, limits: UNTRUSTED_LIMITS, seconds: 600 },
      transfers: new Transfers({ redis, folder, addresses: [] }),
      checkpoints: { least: 0, interval: 0 },
      ...changes,
    };
    const [reports, warnings, notes]: [JobReport[], string[], string[]] = [[], [], []];
    const worker = new FarmWorker(farm, settings, {
      onJob: (report) => reports.push(report),
      onWarning: (text) => warnings.push(text),
      onNote: (_, { text }) => notes.push(text),
      onDetail: () => {},
    });
    const controller = new AbortController();
    const ended = worker.run(controller.signal);
    const stop = async (): Promise<void> => {
      controller.abort();
      await ended;
      if (farm.redis.status === 'ready') farm.close();
    };
    const running = { worker, reports, warnings, notes, stop };
    this.#workers.push(running);
    return running;
  }
}

/** Far longer than anything here takes. */
const HANGS_AFTER_MS = 120_000;

/** Waits until it holds. @throws Error where it never does */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + HANGS_AFTER_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never came true: ${holds}`);
    await sleep(20);
  }
}
