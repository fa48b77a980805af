/** @file What a worker tells of each job that it has begun. */

import type { Failure } from '../../failure.ts';
import type { Done } from './do-job.ts';

export type JobEnd =
  | Done
  /** Nobody will try again. */
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** It will be tried again. */
  | { readonly kind: 'died'; readonly reason: string }
  /** It waits in the queue, as before. */
  | { readonly kind: 'handed back'; readonly reason: string }
  /** Another worker has taken it. */
  | { readonly kind: 'late' };

export interface JobReport {
  readonly id: string;
  /** Of the picture; the job's where that was refused. */
  readonly name: string;
  /** Of the fit where it was done, whatever the wait for Redis after it; else since its begin. */
  readonly seconds: number;
  readonly end: JobEnd;
}
