/** @file What the processes that a process has started have used so far, by Linux' /proc (man 5 proc). */

import { readFileSync } from 'node:fs';

/** Of a second, as Linux tells times of processes to programs. */
const TICKS = 100;

/** Seconds of a processor that its children have taken. */
export function cpuSeconds(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? 0 : children.split(' ').reduce((sum, child) => sum + ticksOf(child) / TICKS, 0);
}

function ticksOf(pid: string): number {
  // The name of the program, which may have blanks, stands in parentheses.
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = fields.split(' ').slice(11, 13);
  return Number(user) + Number(system);
}
