/** @file One job, from its check to its outcome in the ledger. */

import { createHash } from 'node:crypto';
import type { EncodedFile, Note } from '../../encode-file.ts';
import type { EngineName } from '../../engine/names.ts';
import { LoecError } from '../../errors.ts';
import { checkedJob } from '../checked-job.ts';
import type { Farm } from '../farm.ts';
import type { FarmJob } from '../job.ts';
import { jobIdOf } from '../job-id.ts';
import { type Need, needOf } from '../lane.ts';
import type { DoneOutcome } from '../outcome.ts';
import { releaseRows } from '../release.ts';
import type { Transfer } from '../transfer/transfer.ts';
import type { Transfers } from '../transfer/transfers.ts';
import type { ActiveJob } from './active-job.ts';
import { AttemptCheckpoint, type CheckpointTimes } from './attempt-checkpoint.ts';
import { type Bounds, boundedJob, outOfTime } from './bounds.ts';
import type { FitChild } from './fit-child.ts';
import type { FitNews } from './fit-messages.ts';
import { ofStore } from './of-store.ts';

/** What all jobs of a worker are done with. */
export interface Tools {
  readonly farm: Farm;
  readonly transfers: Transfers;
  readonly bounds: Bounds;
  /** For pictures that leave it to the machine. */
  readonly engine: 'auto' | EngineName;
  /** Of lanes that it serves. */
  readonly needs: readonly Need[];
  readonly threads: number;
  readonly checkpoints: CheckpointTimes;
  readonly onNote: (name: string, note: Note) => void;
}

/** A job as it was taken from the queue. */
export interface TakenJob {
  readonly id: string;
  /** Whoever can write to the queue may have written it. */
  readonly data: unknown;
  /** How often it was begun, this time included. */
  readonly attempt: number;
}

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

  const { made, told } = await active.whileFitting(fit(tools, taken, job, transfer, child, active));
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

/** Fetches the picture and fits it, from where an earlier attempt has got to. */
async function fit(
  { engine: own, threads, checkpoints, bounds, onNote }: Tools,
  { id, attempt }: TakenJob,
  { picture, file }: FarmJob,
  transfer: Transfer,
  child: FitChild,
  active: ActiveJob,
): Promise<{ made: EncodedFile; told: Note[] }> {
  const bytes = await ofStore(transfer.fetchPicture(picture, bounds.limits.bytes, active.signal));
  const checkpoint = await ofStore(AttemptCheckpoint.open(transfer, id, attempt, checkpoints));
  const told: Note[] = [];
  const note = (given: Note): void => {
    told.push(given);
    onNote(file.name, given);
  };
  const hear = (news: FitNews): void => {
    if (news.kind === 'progress') active.hear(news.progress);
    else if (news.kind === 'checkpoint') checkpoint.keep(news.bytes);
    else if (news.kind === 'note') note(news.note);
    else onNote(file.name, { text: resumeText(news.isAccepted, attempt), isMinor: true });
  };
  const { engine: asked = 'auto' } = file.options;
  const engine = asked === 'auto' ? own : asked;
  const options = { ...file.options, engine, checkpointInterval: checkpoints.interval };
  const order = {
    kind: 'fit',
    bytes,
    file: { ...file, options },
    threads,
    resume: checkpoint.resume,
  } as const;
  const clock = setTimeout(() => active.stop('time'), 1000 * bounds.seconds);
  try {
    return { made: await child.fit(order, hear, active.signal), told };
  } catch (error) {
    // What has been found out of a target is found out again without it.
    if (error instanceof LoecError && error.code === 'E_TARGET') await ofStore(transfer.dropCheckpoint(id));
    throw active.reason === 'time' ? outOfTime(bounds) : error;
  } finally {
    clearTimeout(clock);
    await checkpoint.settle();
  }
}

function resumeText(isAccepted: boolean, attempt: number): string {
  return isAccepted
    ? `goes on from the checkpoint of another attempt, now the ${attempt}.`
    : 'begins anew: the checkpoint of another attempt is of another machine';
}

function outcomeOf({ result, notes }: EncodedFile, told: readonly Note[]): DoneOutcome {
  const { file, ...figures } = result;
  const sha256 = createHash('sha256').update(file).digest('hex');
  return { status: 'done', file: { sha256, bytes: file.length }, figures, notes, told };
}
