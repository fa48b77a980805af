/**
 * @file Names of what a farm keeps in Redis, and how long it lives. docs/farm.md has them for users. All names of a farm have one hash tag, so
 * that scripts may touch several of them in a cluster, too.
 */

export class Keys {
  /** The prefix of all of them, and of BullMQ's. */
  readonly prefix: string;

  /** @param farm its name, as the address says it */
  constructor(farm: string) {
    this.prefix = `loec:{${farm}}`;
  }

  /** Sorted set: names of batches by the time of their making, in milliseconds. */
  get batches(): string {
    return `${this.prefix}:batches`;
  }

  /** Hash: a batch's record and its counters. */
  batch(name: string): string {
    return `${this.prefix}:batch:${name}`;
  }

  /** Hash: rows by their index. */
  rows(name: string): string {
    return `${this.batch(name)}:rows`;
  }

  /** Hash: outcomes by index of the row. */
  settled(name: string): string {
    return `${this.batch(name)}:settled`;
  }

  /** Stream: the index of each row that was settled, in the order of settling. */
  log(name: string): string {
    return `${this.batch(name)}:log`;
  }

  /** List: indices of rows that wait for a place among those that their batch may have in the queue at a time. */
  pending(name: string): string {
    return `${this.batch(name)}:pending`;
  }

  /** Set: indices of rows that have such a place: their jobs are in the queue, or about to be. */
  released(name: string): string {
    return `${this.batch(name)}:released`;
  }

  /** All of a batch. */
  ofBatch(name: string): string[] {
    const parts = [this.rows(name), this.settled(name), this.log(name)];
    return [this.batch(name), ...parts, this.pending(name), this.released(name)];
  }

  /** Set: the rows, as `batch/index`, that wait for a job. */
  wanted(id: string): string {
    return `${this.prefix}:job:${id}:wanted`;
  }

  /** String: the outcome of a job that was done, for those who ask for the same. */
  made(id: string): string {
    return `${this.prefix}:made:${id}`;
  }

  /** String: bytes of a picture, by its SHA-256. */
  picture(sha256: string): string {
    return `${this.prefix}:picture:${sha256}`;
  }

  /** Set: ids of the jobs that need the picture, which goes with the last of them. */
  pictureJobs(sha256: string): string {
    return `${this.picture(sha256)}:jobs`;
  }

  /** String: bytes of a .loe file, by the job and its own SHA-256: two workers may come to two files that are as good. */
  result(id: string, sha256: string): string {
    return `${this.prefix}:result:${id}:${sha256}`;
  }

  /** Hash: `attempt` and `bytes` of the last checkpoint of a fit. */
  checkpoint(id: string): string {
    return `${this.prefix}:checkpoint:${id}`;
  }

  /** Sorted set: workers by their last beat, in milliseconds of Redis' clock. */
  get workers(): string {
    return `${this.prefix}:workers`;
  }

  /** String: what a worker says of itself. */
  worker(name: string): string {
    return `${this.prefix}:worker:${name}`;
  }

  /** String: there while a worker looks after what others have left. */
  get sweep(): string {
    return `${this.prefix}:sweep`;
  }
}

/** Seconds that all of it lives after its last change. */
export const LIFE = 7 * 86_400;

/** Seconds that a result lives on when it has been fetched, for those who ask for the same. */
export const LIFE_WHEN_FETCHED = 86_400;

/** Seconds that a picture lives on when nobody wants it any more, for who thinks better of it: it takes the memory of Redis. */
export const LIFE_WHEN_CANCELLED = 3600;
