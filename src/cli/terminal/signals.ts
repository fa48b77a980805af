/** @file Signals that end a program: the first one stops the work cleanly, a second one ends the process at once. */

import type { Context } from '../context.ts';
import { removeTemporaries } from '../files/temporaries.ts';

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** Milliseconds until the process ends by force, where its work waits for a system that does not answer. */
const GRACE_MS = 300;

/** Milliseconds in which a second signal is the same wish: some programs signal a process and then its group. */
const ECHO_MS = 1000;

/** @returns what commands hear, with the name of the signal as its reason, and how they keep the process for what is being saved */
export function hearSignals(): Pick<Context, 'signal' | 'whileSaving'> {
  const controller = new AbortController();
  const { signal } = controller;
  let saving = 0;
  let first = 0;
  // Does not keep a process that has nothing left to do.
  const endSoon = (): void => {
    setTimeout(() => saving === 0 && endBy(signal.reason), GRACE_MS).unref();
  };
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (!signal.aborted) {
        first = performance.now();
        controller.abort(name);
        endSoon();
      } else if (performance.now() - first > ECHO_MS) endBy(name);
    });
  }
  const whileSaving: Context['whileSaving'] = async (work) => {
    saving++;
    try {
      return await work();
    } finally {
      saving--;
      if (signal.aborted) endSoon();
    }
  };
  return { signal, whileSaving };
}

/** By the signal's own action: `process.exit` would wait for system calls that other threads are in. */
function endBy(name: NodeJS.Signals): void {
  removeTemporaries();
  process.removeAllListeners(name);
  process.kill(process.pid, name);
}
