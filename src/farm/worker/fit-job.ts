/** @file The fit of a job: its picture fetched, its checkpoints kept, its time bounded. */

import type { EncodedFile, Note } from '../../encode-file.ts';
import { LoecError } from '../../errors.ts';
import type { FarmJob } from '../job.ts';
import type { Transfer } from '../transfer/transfer.ts';
import type { ActiveJob } from './active-job.ts';
import { AttemptCheckpoint } from './attempt-checkpoint.ts';
import { outOfTime } from './bounds.ts';
import type { FitChild } from './fit-child.ts';
import type { FitNews } from './fit-messages.ts';
import { ofStore } from './of-store.ts';
import type { TakenJob, Tools } from './tools.ts';

/** Fetches the picture and fits it, from where an earlier attempt has got to. */
export async function fitJob(
  { engine: own, cores, threads, checkpoints, bounds, onNote }: Tools,
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
  const giveBack = await cores?.take(threads, active.signal);
  const clock = setTimeout(() => active.stop('time'), 1000 * bounds.seconds);
  try {
    return { made: await child.fit(order, hear, active.signal), told };
  } catch (error) {
    // What has been found out of a target is found out again without it.
    if (error instanceof LoecError && error.code === 'E_TARGET') await ofStore(transfer.dropCheckpoint(id));
    throw active.reason === 'time' ? outOfTime(bounds) : error;
  } finally {
    clearTimeout(clock);
    giveBack?.();
    await checkpoint.settle();
  }
}

function resumeText(isAccepted: boolean, attempt: number): string {
  return isAccepted
    ? `goes on from the checkpoint of another attempt, now the ${attempt}.`
    : 'begins anew: the checkpoint of another attempt is of another machine';
}
