/** @file What a worker that ends says of the pictures that were under way when it was told to. */

import type { JobEnd } from '../../farm/worker/job-report.ts';

const PHRASES: Readonly<Record<JobEnd['kind'], string>> = {
  done: 'done',
  known: 'known from before',
  unwanted: 'no longer wanted',
  failed: 'failed',
  died: 'to be tried again',
  'handed back': 'handed back',
  late: 'taken by others',
};

/**
 * @param ends of pictures since it was told to end
 * @param left pictures that Redis has heard nothing of
 */
export function farewell(ends: readonly JobEnd['kind'][], left: number): string {
  const kinds = [...new Set(ends)].map((kind) => {
    const count = ends.filter((end) => end === kind).length;
    return `${pictures(count)} ${PHRASES[kind]}`;
  });
  if (left > 0) kinds.push(`${pictures(left)} left, which others take after its silence`);
  return `ends: ${kinds.length > 0 ? kinds.join(', ') : 'nothing was under way'}`;
}

function pictures(count: number): string {
  return `${count} ${count === 1 ? 'picture' : 'pictures'}`;
}
