/** @file Starts threads from a build as well as from a checkout. */

import { Worker } from 'node:worker_threads';

/**
 * Resolves once the thread has posted its first message, that it is ready. It does not keep the process alive.
 * @param script the built one: `new URL('./pool-thread.js', import.meta.url)`
 */
export function startThread(script: URL, workerData: unknown): Promise<Worker> {
  const worker = import.meta.url.endsWith('.ts')
    ? sourceThread(script, workerData)
    : new Worker(script, { workerData });
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', () => {
      worker.off('error', reject);
      worker.unref();
      resolve(worker);
    });
  });
}

/** In a checkout: Node 20 does not hand the TypeScript loader on to threads, so the thread registers it itself. */
function sourceThread(script: URL, workerData: unknown): Worker {
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const source = JSON.stringify(script.href.replace(/\.js$/, '.ts'));
  const start = `import(${loader}).then(({ register }) => { register(); return import(${source}); })`;
  return new Worker(start, { eval: true, workerData });
}
