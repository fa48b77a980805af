/** @file From the orders of a batch to the rows that its hand-over makes of them. */

import type { HandOver } from '../../farm/producer/hand-over.ts';
import type { OfferedPicture } from '../../farm/producer/read-pictures.ts';
import type { Hearing, Order } from '../batch/pool.ts';
import type { Fitted } from '../encode/fitted.ts';

/** Hands over all orders, or those up to the abort. @param expect waits for rows that are in the batch */
export async function handAll(
  handOver: HandOver,
  orders: AsyncIterable<Order>,
  hearing: Hearing<Fitted>,
  signal: AbortSignal,
  expect: (indices: readonly number[]) => Promise<void>,
): Promise<void> {
  try {
    for await (const pictures of handOver.run(picturesOf(orders), signal)) {
      const rows: number[] = [];
      for (const picture of pictures) {
        if (!('error' in picture)) rows.push(picture.index);
        else {
          hearing.begin(picture.index);
          await hearing.settle(picture.index, { error: picture.error });
        }
      }
      await expect(rows);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function* picturesOf(orders: AsyncIterable<Order>): AsyncGenerator<OfferedPicture> {
  for await (const { index, job, stats } of orders) {
    const { size = 0, mtimeMs = 0, atimeMs = 0, mode = 0 } = stats ?? {};
    yield { index, ...job, size, mtimeMs, atimeMs, mode };
  }
}
