/** @file Threads in Node, from a build as well as from a checkout. Modules of Node are got by name: bundlers for pages follow imports. */

import type { Worker } from 'node:worker_threads';
import type { Starter, Thread } from './thread.ts';

/**
 * A thread that has begun to load its script; messages to it wait until it listens.
 * @param script the built one: `new URL('./decode-thread.js', import.meta.url)`
 */
export function createThread(script: URL): Worker {
  if (import.meta.url.endsWith('.ts')) return sourceThread(script);
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  return new Worker(script);
}

/** In a checkout: Node 20 does not hand the TypeScript loader on to threads, so the thread registers it itself. */
function sourceThread(script: URL): Worker {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const source = JSON.stringify(script.href.replace(/\.js$/, '.ts'));
  const start = `import(${loader}).then(({ register }) => { register(); return import(${source}); })`;
  return new Worker(start, { eval: true });
}

/** See `createThread`. */
export function startInNode(script: URL): Thread {
  const worker = createThread(script);
  return {
    postMessage: (message, transferred = []) => worker.postMessage(message, [...transferred]),
    listen: (hear, fail) => {
      worker.removeAllListeners();
      worker.on('message', hear).on('error', fail);
      worker.on('exit', () => fail(new Error('it was ended')));
    },
    ref: () => worker.ref(),
    unref: () => worker.unref(),
    terminate: () => worker.terminate(),
  };
}

/** The one that has started this thread. */
export function starterInNode(): Starter {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const port = parentPort as NonNullable<typeof parentPort>;
  return {
    postMessage: (message, transferred = []) => port.postMessage(message, [...transferred]),
    listen: (hear) => void port.on('message', hear),
  };
}
