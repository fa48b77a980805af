/** @file What a server of Redis does not promise that a farm relies on. */

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
  const info = await redis.info().catch(() => '');
  return PROMISES.flatMap(([field, expected, otherwise]) => {
    const found = new RegExp(`^${field}:(.*?)\r?$`, 'm').exec(info)?.[1];
    return found === undefined || found === expected ? [] : [`this Redis ${otherwise}`];
  });
}
