/** @file One job, from its check to its outcome in the ledger. */

import { createHash } from 'node:crypto';
import type { EncodedFile, Note } from '../../encode-file.ts';
import { LoecError } from '../../errors.ts';
import { checkedJob } from '../checked-job.ts';
import type { FarmJob } from '../job.ts';
import { jobIdOf } from '../job-id.ts';
import { needOf } from '../lane.ts';
import type { DoneOutcome } from '../outcome.ts';
import { releaseRows } from '../release.ts';
import type { ActiveJob } from './active-job.ts';
import { boundedJob } from './bounds.ts';
import type { FitChild } from './fit-child.ts';
import { fitJob } from './fit-job.ts';
import { ofStore } from './of-store.ts';
import type { TakenJob, Tools } from './tools.ts';

/** What became of a job that has not failed. */
export type Done =
  | { readonly kind: 'done'; readonly bytesIn: number; readonly outcome: DoneOutcome }
  /** It had been done before. */
  | { readonly kind: 'known' }
  /** Nobody waits for it. */
  | { readonly kind: 'unwanted' };

/**
 * @param child to fit with
 * @throws LoecError for what will be the same with every try, E_ABORTED where the job was stopped; StoreTrouble; FitDeath
 */
export async function doJob(
  tools: Tools,
  taken: TakenJob,
  child: FitChild,
  active: ActiveJob,
): Promise<Done> {
  const { id } = taken;
  const job = acceptedJob(taken, tools, active);
  const transfer = tools.transfers.of(job.picture.source);
  const { ledger } = tools.farm;
  const ledgerJob = { id, sha256: job.picture.sha256 };
  const settle = async (outcome: DoneOutcome): Promise<void> =>
    releaseRows(tools.farm, await ledger.settle(ledgerJob, outcome));

  const before = await ofStore(ledger.made(id));
  if (before?.status === 'done' && (await ofStore(transfer.hasResult(id, before.file.sha256)))) {
    await ofStore(settle(before));
    return { kind: 'known' };
  }
  const [isWanted] = await ofStore(ledger.areWanted([id]));
  if (!isWanted) return { kind: 'unwanted' };

  const { made, told } = await active.whileFitting(fitJob(tools, taken, job, transfer, child, active));
  const outcome = outcomeOf(made, told);
  await ofStore(transfer.keepResult({ id, picture: job.picture }, outcome.file.sha256, made.result.file));
  await ofStore(settle(outcome));
  await ofStore(transfer.dropCheckpoint(id));
  return { kind: 'done', bytesIn: job.picture.bytes, outcome };
}

/** @throws LoecError for one that nobody has asked for in this way, or that asks for too much */
function acceptedJob({ id, data }: TakenJob, { needs, bounds }: Tools, active: ActiveJob): FarmJob {
  const job = checkedJob(data);
  active.name = job.file.name;
  const expected = jobIdOf(job);
  if (id !== expected) {
    throw new LoecError('E_USAGE', `the job ${id} is not what its name says: expected ${expected}`);
  }
  const need = needOf(job.file.options.engine);
  if (!needs.includes(need)) {
    throw new LoecError('E_ENGINE', `the job asks for the engine ${need}, which this worker does not serve`);
  }
  return boundedJob(job, bounds);
}

function outcomeOf({ result, notes }: EncodedFile, told: readonly Note[]): DoneOutcome {
  const { file, ...figures } = result;
  const sha256 = createHash('sha256').update(file).digest('hex');
  return { status: 'done', file: { sha256, bytes: file.length }, figures, notes, told };
}
