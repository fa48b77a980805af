/** @file Signals that end a program: the first one stops the work cleanly, a second one ends the process at once. */

import { removeTemporaries } from './temporaries.ts';

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** Milliseconds until the process ends by force, where its work waits for a system that does not answer. */
const GRACE_MS = 300;

/** @returns what commands hear; its reason is the name of the signal */
export function hearSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (controller.signal.aborted) endBy(name);
      controller.abort(name);
      // Does not keep a process that has nothing left to do.
      setTimeout(() => endBy(name), GRACE_MS).unref();
    });
  }
  return controller.signal;
}

/** By the signal's own action: `process.exit` would wait for system calls that other threads are in. */
function endBy(name: NodeJS.Signals): void {
  removeTemporaries();
  process.removeAllListeners(name);
  process.kill(process.pid, name);
}
