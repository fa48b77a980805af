/** @file The pool of this machine: inputs are worked on as its cores are free. */

import { Cores, Lease, type Sharing, type SharingArguments, sharingOf } from './cores.ts';
import type { Hearing, Order, Pool, Settled } from './pool.ts';

/** Asks its lease for a share of the cores when it has its picture; until then no other order is begun. */
export type Work<Made> = (order: Order, lease: Lease, hearing: Hearing<Made>) => Promise<Made>;

/**
 * Fewer pictures than may be worked on at a time have more cores each.
 * @param count of the batch's inputs @param small pixels up to which a picture is small (`sharingOf`)
 */
export function localPool<Made>(
  count: number,
  { jobs, threads }: SharingArguments,
  small: number,
  work: Work<Made>,
): Pool<Made> {
  return new LocalPool(sharingOf({ threads, jobs: jobs && Math.min(jobs, count) }, small), count, work);
}

export class LocalPool<Made> implements Pool<Made> {
  readonly #sharing: Sharing;
  readonly #count: number;
  readonly #work: Work<Made>;

  /** @param count of the batch's inputs */
  constructor(sharing: Sharing, count: number, work: Work<Made>) {
    this.#sharing = sharing;
    this.#count = count;
    this.#work = work;
  }

  async run(orders: AsyncIterable<Order>, hearing: Hearing<Made>, signal: AbortSignal): Promise<void> {
    const cores = new Cores(this.#sharing.count);
    const running = new Set<Promise<void>>();
    let goesOn = true;
    const attempt = async (order: Order, lease: Lease): Promise<void> => {
      const settled = await this.#settledOf(order, lease, hearing);
      goesOn = (await hearing.settle(order.index, settled)) && goesOn;
      lease.end();
    };
    // An order is asked for when a core is free for it.
    await cores.take(1);
    for await (const order of orders) {
      if (signal.aborted || !goesOn) break;
      const lease = new Lease(cores, this.#sharing, this.#count - order.index);
      const attempted = attempt(order, lease);
      running.add(attempted);
      attempted.then(() => running.delete(attempted));
      await lease.settled;
      await cores.take(1);
    }
    await Promise.all(running);
  }

  async #settledOf(order: Order, lease: Lease, hearing: Hearing<Made>): Promise<Settled<Made>> {
    try {
      return { made: await this.#work(order, lease, hearing) };
    } catch (error) {
      return { error };
    }
  }
}
