/** @file Work of others that can't be stopped. */

import { LoecError } from '../errors.ts';

/** The work's result; once the signal is aborted nobody waits for it. @throws LoecError E_ABORTED */
export function untilAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new LoecError('E_ABORTED', 'stopped before the end', { cause: signal.reason }));
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
