/** @file The pool of all machines that take pictures from a queue. */

import type { FarmAddress } from '../../farm/address.ts';
import type { BatchRecord } from '../../farm/batch-record.ts';
import { readBatch, removeEmptyBatch } from '../../farm/batches.ts';
import type { Farm } from '../../farm/farm.ts';
import { ByteWindow } from '../../farm/producer/byte-window.ts';
import { Collector } from '../../farm/producer/collector.ts';
import { HandOver } from '../../farm/producer/hand-over.ts';
import { cancelBatch } from '../../farm/producer/manage.ts';
import { checkServer, freeBytes } from '../../farm/server.ts';
import type { Transfer } from '../../farm/transfer/transfer.ts';
import { limitsOf } from '../arguments/options.ts';
import type { Hearing, Order, Pool } from '../batch/pool.ts';
import { formatNumberOf } from '../batch/summary.ts';
import { type Context, writeJson, writeStdout } from '../context.ts';
import type { Fitted } from '../encode/fitted.ts';
import type { EncodeArguments } from '../encode/options.ts';
import { readInput } from '../files/input.ts';
import { queueOf } from './address.ts';
import { Follower } from './follower.ts';
import { handAll } from './hand-all.ts';
import { beginBatch } from './record.ts';
import { atFarm } from './session.ts';
import { keepHeapSmall } from './small-heap.ts';
import { offeringOf, resultsOf } from './transport.ts';

/** Of pictures in Redis that are not settled, where it has room for them. */
const WINDOW_BYTES = 2 ** 28;

/** @param address as `--queue` has it @throws LoecError E_USAGE */
export function openQueuePool(context: Context, args: EncodeArguments, address: string): Pool<Fitted> {
  const queue = queueOf(context, address);
  keepHeapSmall();
  return new QueuePool(context, args, queue);
}

class QueuePool implements Pool<Fitted> {
  readonly #context: Context;
  readonly #args: EncodeArguments;
  readonly #address: FarmAddress;

  constructor(context: Context, args: EncodeArguments, address: FarmAddress) {
    this.#context = context;
    this.#args = args;
    this.#address = address;
  }

  run(orders: AsyncIterable<Order>, hearing: Hearing<Fitted>, signal: AbortSignal): Promise<void> {
    return atFarm(this.#address, hearing.say, async (farm) => {
      for (const warning of await checkServer(farm.redis)) hearing.say(warning);
      const offering = await offeringOf(farm, this.#address.farm, this.#args);
      const record = await beginBatch(farm, this.#args);
      const window = record.transfer === 'redis' ? new ByteWindow(await windowOf(farm)) : null;
      const results = resultsOf(farm, this.#address.farm, record.transfer, this.#args.root);
      const read = (input: string) => readInput(this.#context, input, limitsOf(this.#args));
      const handOver = new HandOver({ farm, record, offering, results, read, window });
      const batch = { farm, record, results, window, handOver };
      await (this.#args.detach
        ? this.#detach(batch, orders, hearing, signal)
        : this.#wait(batch, orders, hearing, signal));
      await removeEmptyBatch(farm, record.name);
    });
  }

  /** Hands the pictures over and waits for their files. */
  async #wait(
    { farm, record, results, window, handOver }: OpenBatch,
    orders: AsyncIterable<Order>,
    hearing: Hearing<Fitted>,
    signal: AbortSignal,
  ): Promise<void> {
    const { name } = record;
    const ending = new AbortController();
    const stop = AbortSignal.any([signal, ending.signal]);
    let hasBegun = false;
    const tellGoingOn = (): void => {
      if (hasBegun) hearing.say(goingOnLine(name));
    };
    signal.addEventListener('abort', tellGoingOn, { once: true });
    const follower = await Follower.open({
      ...{ farm, record, results, hearing, isVerbose: this.#args.verbose },
      onSettled: (index) => window?.give(index),
      onEnough: () => ending.abort(),
    });
    const end = (error: unknown): never => {
      ending.abort();
      throw error;
    };
    const expect = (indices: readonly number[]): Promise<void> => {
      if (!hasBegun && indices.length > 0) hearing.say(`the batch ${name} begins: loec farm status ${name}`);
      hasBegun ||= indices.length > 0;
      return follower.expect(indices);
    };
    const handing = handAll(handOver, orders, hearing, stop, expect);
    const handed = handing.then(() => follower.finish());
    try {
      await Promise.all([handed.catch(end), follower.run(stop).catch(end)]);
      // Nothing more is wanted after a failure, with --fail-fast.
      if (ending.signal.aborted && !signal.aborted) await cancelBatch(farm, record);
      if (!stop.aborted) follower.checkCancelled();
    } finally {
      signal.removeEventListener('abort', tellGoingOn);
    }
  }

  /** Hands the pictures over and prints the name of the batch. */
  async #detach(
    { farm, record, window, handOver }: OpenBatch,
    orders: AsyncIterable<Order>,
    hearing: Hearing<Fitted>,
    signal: AbortSignal,
  ): Promise<void> {
    const { name } = record;
    const ending = new AbortController();
    const collector = await Collector.open(farm, name, async (index) => window?.give(index));
    const handing = handAll(handOver, orders, hearing, signal, (indices) => collector.expect(indices));
    await Promise.all([handing.finally(() => ending.abort()), collector.run(ending.signal)]);
    const pictures = (await readBatch(farm, name))?.counts.rows ?? 0;
    hearing.say(
      pictures === 0
        ? 'no picture to hand over: there is no batch'
        : `${formatNumberOf(pictures, 'picture')} handed over: loec farm status ${name}, then loec farm results ${name}`,
    );
    if (this.#args.json) await writeJson(this.#context, { type: 'batch', name, pictures });
    else if (pictures > 0) await writeStdout(this.#context, `${name}\n`);
  }
}

function goingOnLine(name: string): string {
  return `the batch ${name} goes on: loec farm status ${name}, loec farm results ${name} to get its files, or loec farm cancel ${name}`;
}

/** Half of what Redis has is for files, checkpoints and what others hand over. */
async function windowOf({ redis }: Farm): Promise<number> {
  return Math.min(WINDOW_BYTES, (await freeBytes(redis)) / 2);
}

/** A batch and what it is handed over with. */
interface OpenBatch {
  readonly farm: Farm;
  readonly record: BatchRecord;
  readonly results: Transfer;
  readonly window: ByteWindow | null;
  readonly handOver: HandOver;
}
