/** @file Threads in pages: workers. */

import type { Starter, Thread } from './thread.ts';

/** @param worker of a module */
export function threadOf(worker: Worker): Thread {
  return {
    postMessage: (message, transferred = []) => worker.postMessage(message, [...transferred]),
    listen: (hear, fail) => {
      worker.onmessage = ({ data }) => hear(data);
      worker.onmessageerror = () => fail(new Error('a message could not be read'));
      worker.onerror = (event) => {
        event.preventDefault();
        // Events of scripts that do not load have no message.
        fail(new Error(event.message || 'its script does not load'));
      };
    },
    ref: () => {},
    unref: () => {},
    terminate: () => worker.terminate(),
  };
}

/** The one that has started this worker. */
export function starterInPage(): Starter {
  const scope = globalThis as unknown as Worker;
  return {
    postMessage: (message, transferred = []) => scope.postMessage(message, [...transferred]),
    listen: (hear) => {
      scope.onmessage = ({ data }) => hear(data);
    },
  };
}
