/** @file What a server of Redis has and promises, of what a farm relies on. */

import type { Redis } from 'ioredis';

/** Fields of INFO, what they are to be, and what happens else. */
const PROMISES: readonly (readonly [field: string, expected: string, otherwise: string])[] = [
  [
    'maxmemory_policy',
    'noeviction',
    'throws keys away when it is full, and pictures and batches with them: set maxmemory-policy noeviction',
  ],
  ['aof_enabled', '1', 'loses what is not on its disk when it is restarted: set appendonly yes'],
];

/** Warnings for people; none of a server that tells nothing of itself. */
export async function checkServer(redis: Redis): Promise<string[]> {
  const info = await infoOf(redis);
  return PROMISES.flatMap(([field, expected, otherwise]) => {
    const found = info(field);
    return found === undefined || found === expected ? [] : [`this Redis ${otherwise}`];
  });
}

/** Bytes that it still takes, as far as it tells; infinite where nothing bounds them. */
export async function freeBytes(redis: Redis): Promise<number> {
  const info = await infoOf(redis);
  const most = Number(info('maxmemory') ?? 0);
  return most === 0 ? Number.POSITIVE_INFINITY : Math.max(0, most - Number(info('used_memory') ?? 0));
}

/** What it tells of itself, by field. */
async function infoOf(redis: Redis): Promise<(field: string) => string | undefined> {
  const text = await redis.info().catch(() => '');
  return (field) => new RegExp(`^${field}:(.*?)\r?$`, 'm').exec(text)?.[1];
}
