/** @file What workers say of themselves every few seconds, for those who want to know how far the work is. */

import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { allOf } from './ledger.ts';
import { hasShape, isListOf, isMaybe, isNullOr, isNumber, isText, shapedJson } from './shape.ts';

/** A job that a worker has begun. */
export interface BeatJob {
  readonly id: string;
  /** Of the picture. */
  readonly name: string;
  /** What it is doing, for people: `fitting`. */
  readonly phase: string;
  /** 0 … 1, of the whole. */
  readonly done: number;
  /** Unknown at first. */
  readonly secondsLeft?: number;
}

/** Why a worker has handed a job back: Redis, a folder or a network took or gave nothing. */
export interface BeatTrouble {
  readonly text: string;
  /** At the time of the beat; clocks of machines differ. */
  readonly secondsAgo: number;
}

export interface Beat {
  /** Of the worker; no other one has it. */
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  /** Of loec. */
  readonly version: string;
  /** Queues that it takes jobs from: `laneOf`. */
  readonly lanes: readonly string[];
  /** Jobs that it does at a time. */
  readonly places: number;
  readonly jobs: readonly BeatJob[];
  /** The last one; null where there was none since the last job that was done. */
  readonly trouble: BeatTrouble | null;
}

const isBeat = hasShape<Beat>({
  name: isText,
  host: isText,
  pid: isNumber,
  version: isText,
  lanes: isListOf(isText),
  places: isNumber,
  jobs: isListOf(
    hasShape<BeatJob>({
      id: isText,
      name: isText,
      phase: isText,
      done: isNumber,
      secondsLeft: isMaybe(isNumber),
    }),
  ),
  trouble: isNullOr(hasShape<BeatTrouble>({ text: isText, secondsAgo: isNumber })),
});

/** Milliseconds after its last beat that a worker counts as there. */
export const BEAT_LIFE_MS = 15_000;

/** To be called every 2 s or so. */
export async function tellBeat(redis: Redis, keys: Keys, beat: Beat): Promise<void> {
  const pipeline = redis.pipeline();
  pipeline.set(keys.worker(beat.name), JSON.stringify(beat), 'PX', BEAT_LIFE_MS);
  pipeline.zadd(keys.workers, await redisNow(redis), beat.name);
  await allOf(pipeline.exec());
}

/** Of a worker that ends in order. */
export async function endBeat(redis: Redis, keys: Keys, name: string): Promise<void> {
  await allOf(redis.pipeline().del(keys.worker(name)).zrem(keys.workers, name).exec());
}

/** Of all workers that are there, by name. */
export async function readBeats(redis: Redis, keys: Keys): Promise<Beat[]> {
  const names = await redis.zrange(keys.workers, 0, -1);
  if (names.length === 0) return [];
  const texts = await redis.mget(names.sort().map((name) => keys.worker(name)));
  return texts.flatMap((text) => shapedJson(text ?? '', isBeat) ?? []);
}

/** Forgets workers that are silent. */
export async function forgetWorkers(redis: Redis, keys: Keys): Promise<void> {
  await redis.zremrangebyscore(keys.workers, '-inf', (await redisNow(redis)) - BEAT_LIFE_MS);
}

/** Milliseconds since 1970 by the clock of Redis, which is one for all machines. */
export async function redisNow(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return 1000 * Number(seconds) + Math.floor(Number(microseconds) / 1000);
}
