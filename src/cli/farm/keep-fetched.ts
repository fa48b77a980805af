/** @file A file that came by a queue, which several commands may fetch at once. */

import { LoecError } from '../../errors.ts';
import type { Outcome } from '../batch/outcome.ts';
import type { Order } from '../batch/pool.ts';
import type { Voice } from '../batch/voice.ts';
import type { Context } from '../context.ts';
import type { Fitted } from '../encode/fitted.ts';
import { keepFile } from '../encode/keep.ts';
import type { EncodeArguments } from '../encode/options.ts';

/** As {@link keepFile}; but a file that was not there when the order was checked is left as it is: another command has fetched it. */
export async function keepFetched(
  context: Context,
  args: EncodeArguments,
  order: Order,
  fitted: Fitted,
  voice: Voice,
): Promise<Outcome> {
  try {
    return await keepFile(context, args, order, fitted, voice);
  } catch (error) {
    if (!(error instanceof LoecError && error.code === 'E_OVERWRITE')) throw error;
    const reason = `${order.job.output} has come up meanwhile`;
    return { status: 'skipped', reason, bytesIn: order.stats?.size, bytesOut: fitted.result.file.length };
  }
}
