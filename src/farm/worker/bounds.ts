/** @file What a worker does of what a job may ask. */

import { LoecError } from '../../errors.ts';
import { EFFORT_STEPS } from '../../fit/coordinates/width-plan.ts';
import { PYRAMID_EFFORTS } from '../../fit/pyramid/calibration/efforts.ts';
import type { Limits } from '../../limits.ts';
import type { FarmJob } from '../job.ts';

export interface Bounds {
  /** 1 … 9: the highest effort. */
  readonly effort: number;
  /** Of reading a picture; `bytes` those of its file. */
  readonly limits: Limits;
  /** Of a job, from its picture's bytes to its file. */
  readonly seconds: number;
}

/** Users may ask for more steps than an effort has; so many times more are still of its kind. */
const STEPS_OVER_EFFORT = 4;

/**
 * The job with what reading its picture may cost here.
 * @throws LoecError E_LIMIT for one that asks for more than the worker does
 */
export function boundedJob(job: FarmJob, bounds: Bounds): FarmJob {
  const { options, limits } = job.file;
  checkBound('effort', options.effort ?? 0, bounds.effort, '--effort-limit');
  checkBound('steps', options.steps ?? 0, mostSteps(bounds.effort), '--effort-limit');
  checkBound('bytes', job.picture.bytes, bounds.limits.bytes, '--limit bytes=…');
  return { ...job, file: { ...job.file, limits: lower(limits, bounds.limits) } };
}

/** Steps of whichever kind of fit takes more at the effort, generously. */
function mostSteps(effort: number): number {
  const coordinates = EFFORT_STEPS[effort - 1] as number;
  const pyramid = PYRAMID_EFFORTS[effort - 1]?.steps as number;
  return STEPS_OVER_EFFORT * Math.max(coordinates, pyramid);
}

function checkBound(what: string, asked: number, most: number, option: string): void {
  if (asked <= most) return;
  const message = `the job has ${asked} as ${what}; this worker takes ${most} at most: start one with a higher ${option}`;
  throw new LoecError('E_LIMIT', message);
}

/** Of each limit the lower one. */
function lower(asked: Partial<Limits>, own: Limits): Limits {
  const names = Object.keys(own) as (keyof Limits)[];
  const lowest = names.map((name) => [name, Math.min(own[name], asked[name] ?? own[name])]);
  return Object.fromEntries(lowest) as unknown as Limits;
}

/** The error of a job that takes longer than the worker allows. */
export function outOfTime({ seconds }: Bounds): LoecError {
  const message = `the fit takes longer than the ${seconds} seconds that this worker gives a job: lower the effort, or start one with a higher --time-limit`;
  return new LoecError('E_LIMIT', message);
}
