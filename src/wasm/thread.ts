/** @file Starts threads from a build as well as from a checkout. */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * A thread that has begun to load its script; messages to it wait until it listens.
 * @param script the built one: `new URL('./pool-thread.js', import.meta.url)`
 */
export function createThread(script: URL, workerData: unknown = null): Worker {
  return import.meta.url.endsWith('.ts')
    ? sourceThread(script, workerData)
    : new Worker(script, { workerData });
}

/**
 * Resolves once the thread has posted its first message, that it is ready. It does not keep the process alive.
 * @throws where the machine gives no more threads, or the script fails
 */
export async function startThread(script: URL, workerData: unknown): Promise<Worker> {
  const worker = createThread(script, workerData);
  await once(worker, 'message');
  worker.unref();
  return worker;
}

/** In a checkout: Node 20 does not hand the TypeScript loader on to threads, so the thread registers it itself. */
function sourceThread(script: URL, workerData: unknown): Worker {
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const source = JSON.stringify(script.href.replace(/\.js$/, '.ts'));
  const start = `import(${loader}).then(({ register }) => { register(); return import(${source}); })`;
  return new Worker(start, { eval: true, workerData });
}
