/** @file The places of a lane: each job is done in one, with a process that fits, and BullMQ is told what became of it. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from 'bullmq';
import { LoecError } from '../../errors.ts';
import { type Failure, failureOf } from '../../failure.ts';
import type { loadPackages } from '../connection.ts';
import { MOST_DEATHS, MOST_STARTS, troubleDelay } from '../queue.ts';
import { releaseRows } from '../release.ts';
import { StoreTrouble } from '../transfer/store-trouble.ts';
import { ActiveJob } from './active-job.ts';
import { doJob } from './do-job.ts';
import { FitChild, FitDeath } from './fit-child.ts';
import type { JobEnd, JobReport } from './job-report.ts';
import type { Tools } from './tools.ts';

/** Tries, a second apart, to hand back a job to a store that takes nothing. After that it counts as left. */
const MOST_TRIES = 30;

export interface PlacesHearing {
  readonly onJob: (report: JobReport) => void;
  /** Redis or a folder takes nothing. */
  readonly onTrouble: (reason: string) => void;
  /** What only those who ask for details want to know. */
  readonly onDetail: (text: string) => void;
}

type BullMq = Awaited<ReturnType<typeof loadPackages>>['bullmq'];

export class Places {
  readonly #tools: Tools;
  readonly #hearing: PlacesHearing;
  readonly #bullmq: BullMq;
  readonly #active = new Set<ActiveJob>();
  readonly #children: FitChild[] = [];
  /** Those that have nothing to do. */
  readonly #idle: FitChild[] = [];
  /** What errors mean that no try will change. */
  readonly #finals = new WeakMap<Error, Failure>();

  constructor(tools: Tools, hearing: PlacesHearing, bullmq: BullMq) {
    this.#tools = tools;
    this.#hearing = hearing;
    this.#bullmq = bullmq;
  }

  /** Jobs that are being done. */
  get active(): readonly ActiveJob[] {
    return [...this.#active];
  }

  /** Ends all processes at once. */
  async end(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.end()));
  }

  /** Does a job. @throws Error for what BullMQ is to make of it */
  async process(job: Job, token = ''): Promise<void> {
    const active = new ActiveJob(String(job.id));
    this.#active.add(active);
    const child = this.#idle.pop() ?? this.#createChild();
    try {
      const taken = { id: active.id, data: job.data, attempt: job.attemptsStarted };
      this.#report(active, await doJob(this.#tools, taken, child, active));
    } catch (error) {
      const answer = await this.#answerTo(error as Error, job, token, active);
      if (answer) throw answer;
    } finally {
      this.#idle.push(child);
      this.#active.delete(active);
    }
  }

  #createChild(): FitChild {
    const child = new FitChild(this.#hearing.onDetail);
    this.#children.push(child);
    return child;
  }

  #report(active: ActiveJob, end: JobEnd): void {
    const { id, name } = active;
    const { seconds } = end.kind === 'done' ? end.outcome.figures : active;
    this.#hearing.onJob({ id, name: name || id, seconds, end });
  }

  /** What BullMQ is told of a job that was not done; null where it has nothing more to do for it. */
  async #answerTo(error: Error, job: Job, token: string, active: ActiveJob): Promise<Error | null> {
    const { reason } = active;
    if (reason === 'unwanted') {
      this.#report(active, { kind: 'unwanted' });
      return null;
    }
    if (reason === 'late') {
      this.#report(active, { kind: 'late' });
      return new this.#bullmq.WaitingError();
    }
    if (reason === 'ending') {
      await this.#handBack(() => job.moveToWait(token), active, 'the worker ends');
      return new this.#bullmq.WaitingError();
    }
    if (error instanceof StoreTrouble) {
      this.#hearing.onTrouble(error.message);
      const begins = Date.now() + troubleDelay(job.attemptsStarted);
      await this.#handBack(() => job.moveToDelayed(begins, token), active, error.message);
      return new this.#bullmq.DelayedError();
    }
    if (error instanceof LoecError) return this.#final(error, active);
    // `attemptsMade` counts the tries before.
    if (job.attemptsMade + 1 >= MOST_DEATHS) return this.#final(lastDeath(error, active), active);
    this.#report(active, { kind: 'died', reason: error.message });
    return error;
  }

  async #handBack(move: () => Promise<unknown>, active: ActiveJob, reason: string): Promise<void> {
    for (let tries = 1; !(await isMoved(move)) && tries < MOST_TRIES; tries++) await sleep(1000);
    this.#report(active, { kind: 'handed back', reason });
  }

  #final(error: Error, active: ActiveJob): Error {
    const failure = failureOf(error);
    this.#report(active, { kind: 'failed', failure });
    const answer = new this.#bullmq.UnrecoverableError(error.message);
    this.#finals.set(answer, failure);
    return answer;
  }

  /** Settles a job that nobody will try again. It is BullMQ that knows whether this worker still had it. */
  async settleFailed(job: Job, error: Error): Promise<void> {
    if (job.finishedOn === undefined) return;
    const id = String(job.id);
    const known = this.#finals.get(error);
    const failure = known ?? failureOf(new LoecError('E_ENGINE', reasonOf(error)));
    if (!known) this.#hearing.onJob({ id, name: id, seconds: 0, end: { kind: 'failed', failure } });
    const { farm } = this.#tools;
    await releaseRows(farm, await farm.ledger.settle({ id, sha256: '' }, { status: 'failed', failure }));
    await job.remove();
  }
}

/** Why BullMQ has put a job aside: its words are of stalls or of starts. */
function reasonOf({ message }: Error): string {
  return /started/.test(message)
    ? `handed back ${MOST_STARTS} times: what holds its bytes, or takes its file, was out of reach`
    : `${message}: the workers that had it went silent, or their machines did`;
}

/** Whether the job is in the queue again, or another worker's. */
async function isMoved(move: () => Promise<unknown>): Promise<boolean> {
  try {
    await move();
    return true;
  } catch (error) {
    return /lock|not in the active/i.test((error as Error).message);
  }
}

function lastDeath(error: Error, { name }: ActiveJob): Error {
  if (!(error instanceof FitDeath)) return error;
  const message = `${name}: ended the process that fits it ${MOST_DEATHS} times (${error.end})`;
  return new LoecError('E_ENGINE', message, { cause: error });
}
