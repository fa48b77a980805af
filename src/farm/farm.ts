/** @file A farm that is open: the way to its Redis, and what goes by it. */

import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { FarmAddress } from './address.ts';
import { connect } from './connection.ts';
import type { FarmJob } from './job.ts';
import { Keys } from './keys.ts';
import { Ledger } from './ledger.ts';
import { openQueue } from './queue.ts';

export class Farm {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly ledger: Ledger;
  readonly #queues = new Map<string, Promise<Queue<FarmJob>>>();

  /** @param name of the farm, as the address says it */
  constructor(redis: Redis, name: string) {
    this.redis = redis;
    this.keys = new Keys(name);
    this.ledger = new Ledger(redis, this.keys);
  }

  /** @throws LoecError as `connect` */
  static async open(address: FarmAddress): Promise<Farm> {
    return new Farm(await connect(address), address.farm);
  }

  /** The queue of a lane. */
  queue(lane: string): Promise<Queue<FarmJob>> {
    const known = this.#queues.get(lane);
    if (known) return known;
    const queue = openQueue(this.redis, this.keys, lane);
    this.#queues.set(lane, queue);
    return queue;
  }

  /** Ends the connection; what was asked before is not waited for. */
  close(): void {
    this.redis.disconnect();
  }
}
