/**
 * @file The ledger of a farm: which rows of which batches wait for a job, and what became of each. BullMQ's own events may be lost, so that all
 * that is told of a batch is read here. Every row is settled once, whoever says it first.
 */

import type { Redis } from 'ioredis';
import { type Keys, LIFE, LIFE_WHEN_CANCELLED } from './keys.ts';
import { RELEASE, REOPEN, SETTLE, SETTLE_ROWS } from './ledger-scripts.ts';
import { type FarmOutcome, outcomeOfText, outcomeToText } from './outcome.ts';

/** A picture of a batch. */
export interface RowAddress {
  readonly batch: string;
  /** From 0 on, in the order of the batch. */
  readonly index: number;
}

/** A job as the ledger knows it. */
export interface LedgerJob {
  readonly id: string;
  /** Of the picture. */
  readonly sha256: string;
}

/** A row and the job that it wants. */
export interface WantedRow extends LedgerJob {
  readonly index: number;
}

export interface SettledRow {
  readonly index: number;
  readonly outcome: FarmOutcome;
}

/** Indices of rows that are open again, and of those that can't be since their pictures are not kept any more. */
export interface Reopened {
  readonly reopened: readonly number[];
  readonly gone: readonly number[];
}

/** How far a reader of a batch's log is: `0` at first. */
export type Cursor = string;

export class Ledger {
  readonly #redis: Redis;
  readonly #keys: Keys;

  constructor(redis: Redis, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** Notes that rows wait for jobs, before these are in the queue. @returns what was made of such a job before, for each row */
  async want(batch: string, rows: readonly WantedRow[]): Promise<(FarmOutcome | null)[]> {
    const pipeline = this.#redis.pipeline();
    for (const { id, sha256, index } of rows) {
      const [wanted, jobs] = [this.#keys.wanted(id), this.#keys.pictureJobs(sha256)];
      pipeline.sadd(wanted, `${batch}/${index}`).expire(wanted, LIFE);
      pipeline.sadd(jobs, id).expire(jobs, LIFE);
    }
    await allOf(pipeline.exec());
    const texts = rows.length === 0 ? [] : await this.#redis.mget(rows.map(({ id }) => this.#keys.made(id)));
    return texts.map((text) => (text === null ? null : outcomeOfText(text)));
  }

  /** Takes back what {@link want} has noted. */
  async unwant(batch: string, rows: readonly WantedRow[]): Promise<void> {
    const pipeline = this.#redis.pipeline();
    for (const { id, sha256, index } of rows) {
      pipeline.srem(this.#keys.wanted(id), `${batch}/${index}`);
      pipeline.srem(this.#keys.pictureJobs(sha256), id);
    }
    await allOf(pipeline.exec());
  }

  /** What rows wait for lives on. */
  async renew(rows: readonly LedgerJob[]): Promise<void> {
    const pipeline = this.#redis.pipeline();
    for (const { id, sha256 } of rows) {
      const keys = this.#keys;
      for (const key of [keys.wanted(id), keys.picture(sha256), keys.pictureJobs(sha256)])
        pipeline.expire(key, LIFE);
    }
    await allOf(pipeline.exec());
  }

  /**
   * Settles all rows that want the job and are not settled yet.
   * @returns rows that may go into the queue in place of those
   */
  async settle({ id, sha256 }: LedgerJob, outcome: FarmOutcome): Promise<RowAddress[]> {
    const keys = [this.#keys.wanted(id), this.#keys.made(id)];
    return this.#releasedBy(SETTLE, keys, [id, sha256, ...textsOf(outcome)]);
  }

  /**
   * Settles rows of a batch alone, whoever else wants their jobs.
   * @returns ids of jobs that nobody wants any more
   */
  async settleRows(batch: string, rows: readonly WantedRow[], outcome: FarmOutcome): Promise<string[]> {
    const args = [batch, ...textsOf(outcome), LIFE_WHEN_CANCELLED, ...partsOf(rows)];
    return (await this.#run(SETTLE_ROWS, [], args)) as string[];
  }

  /** @returns rows of a batch that waits for places in the queue, and has some now */
  release(batch: string): Promise<RowAddress[]> {
    return this.#releasedBy(RELEASE, [], [batch]);
  }

  /**
   * Rows that have failed or were cancelled are open again, and wait for their jobs.
   * @param needsPictures whether their pictures are to be in Redis
   * @returns indices, of the rows that are given
   */
  async reopen(batch: string, rows: readonly WantedRow[], needsPictures: boolean): Promise<Reopened> {
    const args = [batch, LIFE, needsPictures ? 1 : 0, ...partsOf(rows)];
    const [reopened, gone] = (await this.#run(REOPEN, [], args)) as [string[], string[]];
    return { reopened: reopened.map(Number), gone: gone.map(Number) };
  }

  async #releasedBy(script: string, keys: string[], args: (string | number)[]): Promise<RowAddress[]> {
    return ((await this.#run(script, keys, args)) as string[]).map(rowOf);
  }

  #run(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.#redis.eval(script, keys.length, ...keys, this.#keys.prefix, ...args);
  }

  /** What was made of a job before; null where nothing was, or too long ago. */
  async made(id: string): Promise<FarmOutcome | null> {
    const text = await this.#redis.get(this.#keys.made(id));
    return text === null ? null : outcomeOfText(text);
  }

  /** Whether any row still waits for each of the jobs. */
  async areWanted(ids: readonly string[]): Promise<boolean[]> {
    const pipeline = this.#redis.pipeline();
    for (const id of ids) pipeline.exists(this.#keys.wanted(id));
    return (await allOf(pipeline.exec())).map((found) => found === 1);
  }

  /** Outcomes of rows of a batch; null of those that are not settled. */
  async outcomes(batch: string, indices: readonly number[]): Promise<(FarmOutcome | null)[]> {
    if (indices.length === 0) return [];
    const texts = await this.#redis.hmget(this.#keys.settled(batch), ...indices.map(String));
    return texts.map((text) => (text === null ? null : outcomeOfText(text)));
  }

  /** Where the log of a batch ends now. */
  async end(batch: string): Promise<Cursor> {
    const [last] = await this.#redis.xrevrange(this.#keys.log(batch), '+', '-', 'COUNT', 1);
    return last?.[0] ?? '0';
  }

  /**
   * Rows of a batch that were settled since.
   * @param most rows that are read
   * @returns them, and where to go on reading
   */
  async settledSince(batch: string, cursor: Cursor, most: number): Promise<[SettledRow[], Cursor]> {
    const entries = await this.#redis.xrange(this.#keys.log(batch), `(${cursor}`, '+', 'COUNT', most);
    const last = entries.at(-1);
    if (last === undefined) return [[], cursor];
    const indices = entries.map(([, [, index]]) => Number(index));
    const outcomes = await this.outcomes(batch, indices);
    const rows = indices.flatMap((index, i) => {
      const outcome = outcomes[i];
      // One that was tried again since is open.
      return outcome ? [{ index, outcome }] : [];
    });
    return [rows, last[0]];
  }
}

/** The last of the arguments of scripts that settle. */
function textsOf(outcome: FarmOutcome): (string | number)[] {
  return [outcomeToText(outcome), outcome.status, LIFE];
}

/** Rows as scripts take them. */
function partsOf(rows: readonly WantedRow[]): (string | number)[] {
  return rows.flatMap(({ index, id, sha256 }) => [index, id, sha256]);
}

function rowOf(address: string): RowAddress {
  const slash = address.lastIndexOf('/');
  return { batch: address.slice(0, slash), index: Number(address.slice(slash + 1)) };
}

/** The replies of a pipeline. @throws the first error among them */
export async function allOf(
  running: Promise<[error: Error | null, reply: unknown][] | null>,
): Promise<unknown[]> {
  return ((await running) ?? []).map(([error, reply]) => {
    if (error) throw error;
    return reply;
  });
}
