/** @file From the options of `loec worker` to the settings of a worker. */

import { randomBytes } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import type { FarmAddress } from '../../farm/address.ts';
import type { Farm } from '../../farm/farm.ts';
import { RedisValues } from '../../farm/transfer/redis-values.ts';
import { SharedFolder } from '../../farm/transfer/shared-folder.ts';
import { Transfers } from '../../farm/transfer/transfers.ts';
import type { MachineEngines } from '../../farm/worker/engines.ts';
import { MachineCores } from '../../farm/worker/machine-cores.ts';
import type { WorkerSettings } from '../../farm/worker/settings.ts';
import { type Limits, UNTRUSTED_LIMITS } from '../../limits.ts';
import { DEFAULTS, type WorkerArguments } from './options.ts';

/** A photograph of 24 megapixels has some 45 MB as PNG, and a busy machine reads it as JPEG in 15 s. */
const READING_LIMITS: Limits = { ...UNTRUSTED_LIMITS, bytes: 2 ** 27, seconds: 60 };

/** A checkpoint in Redis goes through its log, so that there are fewer than on a disk. */
const CHECKPOINTS = { least: 5, interval: 60 };

export function settingsOf(
  args: WorkerArguments,
  { needs, isOneDevice }: MachineEngines,
  { redis, keys }: Farm,
  { farm }: FarmAddress,
): WorkerSettings {
  const { effortLimit = DEFAULTS.effortLimit, timeLimit = DEFAULTS.timeLimit } = args;
  const folder = args.root === undefined ? null : new SharedFolder(args.root, farm);
  const values = new RedisValues(redis, keys);
  return {
    name: args.name ?? ownName(),
    engine: args.engine ?? 'auto',
    needs,
    ...sharing(args, isOneDevice),
    cores: isOneDevice ? null : new MachineCores(),
    bounds: { effort: effortLimit, limits: { ...READING_LIMITS, ...args.limit }, seconds: timeLimit },
    transfers: new Transfers({ redis: values, folder, addresses: args.allowAddress ?? [] }),
    checkpoints: CHECKPOINTS,
    lock: args.lock ?? DEFAULTS.lock,
    grace: args.grace ?? DEFAULTS.grace,
  };
}

/**
 * A picture for each core with a thread of its own: two at a time take 0.76 to 0.8 of the time of one after the other with two threads
 * (docs/experiments.md, "Pictures beside each other"), and in a queue there is always a next one. On a GPU they would only take turns.
 */
function sharing(
  { concurrency, threads }: WorkerArguments,
  isOneDevice: boolean,
): Pick<WorkerSettings, 'places' | 'threads'> {
  const cores = availableParallelism();
  const places = concurrency ?? (isOneDevice ? 1 : Math.max(1, Math.floor(cores / (threads ?? 1))));
  return { places, threads: threads ?? Math.max(1, Math.floor(cores / places)) };
}

function ownName(): string {
  const host = hostname()
    .replace(/[^\w.-]/g, '-')
    .slice(0, 40);
  return `w-${host}-${process.pid}-${randomBytes(3).toString('hex')}`;
}
