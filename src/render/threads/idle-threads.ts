/** @file Threads that decodes have done with: the next one need not wait for new ones. */

import type { Worker } from 'node:worker_threads';
import { createThread } from '../../runtime/node-thread.ts';

/** Milliseconds that an idle thread is kept. */
const PATIENCE = 5000;

const idle = new Map<Worker, NodeJS.Timeout>();

/** A thread that nobody uses. It does not keep the process alive. */
export function takeThread(): Worker {
  const [known] = idle.keys();
  if (known) {
    clearTimeout(idle.get(known));
    idle.delete(known);
    return known;
  }
  const worker = createThread(new URL('./decode-thread.js', import.meta.url));
  // An idle one that fails is no failure of anybody's, and is not handed out.
  worker.on('error', () => idle.delete(worker));
  worker.on('exit', () => idle.delete(worker));
  worker.unref();
  return worker;
}

/** @param worker has nothing to do, and nobody listens to it */
export function giveThreadBack(worker: Worker): void {
  worker.unref();
  const end = () => {
    idle.delete(worker);
    void worker.terminate();
  };
  idle.set(worker, setTimeout(end, PATIENCE).unref());
}
