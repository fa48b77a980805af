/** @file What is told of a farm, for people. */

import type { BatchCounts } from '../../farm/batches.ts';
import type { Beat, BeatJob, BeatTrouble } from '../../farm/beat.ts';
import { isStuck, type LaneStatus } from '../../farm/producer/lane-status.ts';
import type { BatchStatus, FarmStatus, Retried } from '../../farm/producer/manage.ts';
import { formatCount, formatNumberOf } from '../batch/summary.ts';
import { formatSeconds } from '../terminal/progress.ts';

/** Lines: batches, queues, workers, and what waits in vain. @param isAlone whether one batch was asked for, of which more is told */
export function statusLines({ batches, lanes, workers }: FarmStatus, isAlone: boolean): string[] {
  const origins = isAlone ? batches.map(originLine) : [];
  const lines = [
    ...batches.map(batchLine),
    ...origins,
    ...lanes.map(laneLine),
    ...workers.flatMap(workerLines),
  ];
  const unserved = lanes.filter((lane) => lane.workers === 0 && lane.waiting + lane.delayed > 0);
  const vain = [...unserved.map(unservedLine), ...lanes.filter(isStuck).map(stuckLine)];
  return [...(lines.length > 0 ? lines : ['no batches and no workers']), ...vain];
}

/** What to say of a queue whose workers could not do what is in it. */
export function stuckLine({ handedBack }: LaneStatus): string {
  const were = `${formatNumberOf(handedBack, 'picture')} ${handedBack === 1 ? 'was' : 'were'}`;
  return `${were} handed back by workers that could not reach what they need; loec farm status tells why`;
}

function originLine({ created, base }: BatchStatus): string {
  // As a Swede writes it: 2026-11-30 11:06:02. It does not throw for what is no time.
  const time = new Date(created).toLocaleString('sv', { timeZoneName: 'short' });
  return `  handed over at ${time} from ${base}`;
}

/** Lines: what a retry has done, or why there was nothing to do. @param counts before it */
export function retryLines(
  { pictures, gone }: Retried,
  { done, rows, failed, cancelled }: BatchCounts,
): string[] {
  const lines: string[] = [];
  if (pictures > 0) lines.push(`${formatNumberOf(pictures, 'picture')} in the queue again`);
  if (gone > 0) {
    const are = `${formatNumberOf(gone, 'picture')} ${gone === 1 ? 'is' : 'are'}`;
    lines.push(`${are} not kept in Redis any more: hand over anew what is missing, with --skip-existing`);
  }
  if (lines.length > 0) return lines;
  const left = rows - done - failed - cancelled;
  return [
    `nothing to try again, since nothing has failed or was cancelled: ${formatCount(done)} done, ${formatCount(left)} left`,
  ];
}

function batchLine({ name, rows, done, failed, cancelled, left, ...batch }: BatchStatus): string {
  const counts = [`${formatCount(done)} of ${formatCount(rows)} done`];
  if (failed > 0) counts.push(`${formatCount(failed)} failed`);
  if (cancelled > 0) counts.push(`${formatCount(cancelled)} cancelled`);
  if (left > 0) counts.push(`${formatCount(left)} left`);
  if (!batch.isWhole && !batch.isCancelled) counts.push('not handed over to its end');
  return `batch ${name}: ${counts.join(', ')}`;
}

function laneLine({ lane, waiting, active, delayed, workers }: LaneStatus): string {
  const later = delayed > 0 ? `, ${formatCount(delayed)} for later` : '';
  return `queue ${lane}: ${formatCount(waiting)} waiting, ${formatCount(active)} being done${later}, ${formatNumberOf(workers, 'worker')}`;
}

function workerLines({ name, host, pid, version, places, jobs, trouble }: Beat): string[] {
  const head = `worker ${name} (${host}, process ${pid}): loec ${version}, ${jobs.length} of ${places} places busy`;
  return [head, ...(trouble === null ? [] : [troubleLine(trouble)]), ...jobs.map(jobLine)];
}

function troubleLine({ text, secondsAgo }: BeatTrouble): string {
  return `  rested ${formatSeconds(secondsAgo)} ago: ${text}`;
}

function jobLine({ name, phase, done }: BeatJob): string {
  return `  ${name}: ${phase}, ${Math.floor(100 * done)} %`;
}

function unservedLine({ lane, waiting, delayed }: LaneStatus): string {
  const [version, need] = splitLane(lane);
  const machine = need === 'any' ? '' : ` on a machine with the engine ${need}`;
  const count = waiting + delayed;
  return `${formatNumberOf(count, 'picture')} ${count === 1 ? 'waits' : 'wait'} for a worker of loec ${version}${machine}: none is there`;
}

function splitLane(lane: string): [version: string, need: string] {
  const at = lane.lastIndexOf('-');
  return [lane.slice(0, at), lane.slice(at + 1)];
}
