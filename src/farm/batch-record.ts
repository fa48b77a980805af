/** @file What is kept of a batch: what all of its pictures share, and a row for each; from both, the job of a row. */

import type { FileOptions } from '../encode-file.ts';
import { isFarmName } from './address.ts';
import type { FarmJob, JobPicture, PictureSource } from './job.ts';
import {
  hasShape,
  isFlag,
  isMaybe,
  isNumber,
  isObject,
  isOneOf,
  isSha256,
  isText,
  shapedJson,
} from './shape.ts';

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

const isRecord = hasShape<BatchRecord>({
  name: (name) => isText(name) && isFarmName(name as string),
  version: isText,
  created: isNumber,
  base: isText,
  // BullMQ takes no colon in the name of a queue, and no empty one.
  lane: (lane) => isText(lane) && /^[\w.+-]+$/.test(lane as string),
  file: hasShape<BatchRecord['file']>({
    options: isObject,
    orient: isFlag,
    limits: isObject,
    verify: isFlag,
  }),
  output: isObject,
  transfer: isOneOf(['shared', 'redis', 'address'] satisfies BatchRecord['transfer'][]),
  salt: isMaybe(isText),
  priority: isNumber,
  share: isMaybe(isNumber),
  rate: isMaybe(isNumber),
});

const isRow = hasShape<BatchRow>({
  input: isText,
  output: isText,
  isNamed: isFlag,
  picture: hasShape<JobPicture>({
    sha256: isSha256,
    bytes: isNumber,
    source: hasShape<Pick<PictureSource, 'kind'>>({ kind: isOneOf(['shared', 'redis', 'address']) }),
  }),
  mtimeMs: isNumber,
  atimeMs: isNumber,
  mode: isNumber,
});

/** null for what is no record of a batch of the name. */
export function recordOfText(text: string, name: string): BatchRecord | null {
  const record = shapedJson(text, isRecord);
  return record?.name === name ? record : null;
}

/** null for what is no row. */
export function rowOfText(text: string): BatchRow | null {
  return shapedJson(text, isRow);
}

/** The job that a row wants. */
export function jobOf({ version, file, salt }: BatchRecord, { input, picture }: BatchRow): FarmJob {
  return { version, picture, file: { ...file, name: input }, ...(salt !== undefined && { salt }) };
}
