/** @file One job, from its check to its outcome in the ledger. */

import { createHash } from 'node:crypto';
import type { EncodedFile, Note } from '../../encode-file.ts';
import type { EngineName } from '../../engine/names.ts';
import { LoecError } from '../../errors.ts';
import { DEFAULT_LIMITS } from '../../limits.ts';
import type { FarmJob, PictureSource } from '../job.ts';
import { jobIdOf } from '../job-id.ts';
import type { Ledger, RowAddress } from '../ledger.ts';
import type { DoneOutcome } from '../outcome.ts';
import type { Transfer } from '../transfer/transfer.ts';
import type { ActiveJob } from './active-job.ts';
import type { FitChild } from './fit-child.ts';
import type { FitNews } from './fit-messages.ts';
import { ofStore } from './store-trouble.ts';
import { type CheckpointTimes, StoredCheckpoint } from './stored-checkpoint.ts';

/** What all jobs of a worker are done with. */
export interface Tools {
  /** The job, if it is one that this worker does for strangers. @throws LoecError */
  readonly checked: (data: unknown) => FarmJob;
  readonly ledger: Ledger;
  /** By where the picture is; there is none for a place that this worker can't reach. */
  readonly transfers: Readonly<Partial<Record<PictureSource['kind'], Transfer>>>;
  /** Puts rows into the queue. */
  readonly release: (rows: readonly RowAddress[]) => Promise<void>;
  /** For pictures that leave it to the machine. */
  readonly engine: 'auto' | EngineName;
  readonly threads: number;
  readonly checkpoints: CheckpointTimes;
  /** Seconds that a fit may take. */
  readonly timeLimit: number;
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
  const job = checkedJob(tools, taken);
  active.name = job.file.name;
  const transfer = transferOf(tools, job);
  const ledgerJob = { id, sha256: job.picture.sha256 };
  const settle = async (outcome: DoneOutcome): Promise<void> =>
    tools.release(await tools.ledger.settle(ledgerJob, outcome));

  const before = await ofStore(tools.ledger.made(id));
  if (before?.status === 'done' && (await ofStore(transfer.hasResult(id, before.file.sha256)))) {
    await ofStore(settle(before));
    return { kind: 'known' };
  }
  const [isWanted] = await ofStore(tools.ledger.areWanted([id]));
  if (!isWanted) return { kind: 'unwanted' };

  const { made, told } = await active.whileFitting(fit(tools, taken, job, transfer, child, active));
  const outcome = outcomeOf(made, told);
  await ofStore(transfer.keepResult({ id, picture: job.picture }, outcome.file.sha256, made.result.file));
  await ofStore(settle(outcome));
  await ofStore(transfer.dropCheckpoint(id));
  return { kind: 'done', bytesIn: job.picture.bytes, outcome };
}

function checkedJob({ checked }: Tools, { id, data }: TakenJob): FarmJob {
  const job = checked(data);
  const expected = jobIdOf(job);
  if (id === expected) return job;
  throw new LoecError('E_USAGE', `the job ${id} is not what its name says: expected ${expected}`);
}

function transferOf({ transfers }: Tools, { picture: { source }, file: { name } }: FarmJob): Transfer {
  const transfer = transfers[source.kind];
  if (transfer) return transfer;
  const remedy = source.kind === 'shared' ? '--root' : '--allow-address';
  throw new LoecError('E_INPUT', `${name}: this worker has no way to the picture: give it ${remedy}`);
}

/** Fetches the picture and fits it, from where an earlier attempt has got to. */
async function fit(
  { engine: own, threads, checkpoints, timeLimit, onNote }: Tools,
  { id, attempt }: TakenJob,
  { picture, file }: FarmJob,
  transfer: Transfer,
  child: FitChild,
  active: ActiveJob,
): Promise<{ made: EncodedFile; told: Note[] }> {
  const most = file.limits.bytes ?? DEFAULT_LIMITS.bytes;
  const bytes = await ofStore(transfer.fetchPicture(picture, most, active.signal));
  const checkpoint = await ofStore(StoredCheckpoint.open(transfer, id, attempt, checkpoints));
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
  const clock = setTimeout(() => active.stop('time'), 1000 * timeLimit);
  try {
    return { made: await child.fit(order, hear, active.signal), told };
  } catch (error) {
    if (active.reason !== 'time') throw error;
    const message = `${file.name}: the fit has taken more than ${timeLimit} s, which this worker's --time-limit allows`;
    throw new LoecError('E_LIMIT', message, { cause: error });
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
