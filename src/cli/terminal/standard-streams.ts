/** @file The streams of the process, so that writing to them neither blocks nor crashes. */

import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Context } from '../context.ts';

export function standardStreams(): Pick<Context, 'stdin' | 'stdout' | 'stderr'> {
  const stdout = openStdout();
  const { stdin, stderr } = process;
  // Who writes to stdout is told by the callback. What can't be written to stderr is lost.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  return { stdin, stdout, stderr };
}

/** Node writes to pipes in the main thread, where a reader that takes nothing would keep signals from being heard. */
function openStdout(): Context['stdout'] {
  if (process.platform === 'win32') return process.stdout;
  const status = fstatSync(1);
  const isPipe = status.isFIFO() || status.isSocket();
  return isPipe ? new Socket({ fd: 1, readable: false, writable: true }) : process.stdout;
}
