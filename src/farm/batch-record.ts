/** @file What is kept of a batch: what all of its pictures share, and a row for each; from both, the job of a row. */

import type { FileOptions } from '../encode-file.ts';
import type { FarmJob, JobPicture } from './job.ts';

/** What the pictures of a batch share; it does not change. */
export interface BatchRecord {
  readonly name: string;
  /** Of loec that handed it over. */
  readonly version: string;
  /** Milliseconds since 1970, by the producer's clock. */
  readonly created: number;
  /** The folder that relative names of rows start from. */
  readonly base: string;
  /** The queue that its jobs are in: `laneOf`. */
  readonly lane: string;
  /** Of its jobs, but for the name of the picture. */
  readonly file: Omit<FileOptions, 'name'>;
  /** How its results are written: options of the command line that handed it over. It has no address and no password. */
  readonly output: Readonly<Record<string, unknown>>;
  readonly transfer: 'shared' | 'redis' | 'address';
  /** Random, where fits are to be done even if the same have been. */
  readonly salt?: string;
  /** -3 … 3, later to sooner. */
  readonly priority: number;
  /** Pictures that may be in the queue at a time. */
  readonly share?: number;
  /** Pictures that may begin in a minute. */
  readonly rate?: number;
}

/** One picture of a batch. */
export interface BatchRow {
  readonly input: string;
  readonly output: string;
  /** Whether the user named the output. */
  readonly isNamed: boolean;
  readonly picture: JobPicture;
  /** Milliseconds since 1970, and permissions, for `--preserve`. */
  readonly mtimeMs: number;
  readonly atimeMs: number;
  readonly mode: number;
}

/** The job that a row wants. */
export function jobOf({ version, file, salt }: BatchRecord, { input, picture }: BatchRow): FarmJob {
  return { version, picture, file: { ...file, name: input }, ...(salt !== undefined && { salt }) };
}
