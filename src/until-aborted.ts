/** @file Work of others that can't be stopped. */

import { abortError } from './errors.ts';

/** The work's result; once the signal is aborted nobody waits for it. @throws LoecError E_ABORTED */
export function untilAborted<Value>(signal: AbortSignal | undefined, work: Promise<Value>): Promise<Value> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(abortError(signal));
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
