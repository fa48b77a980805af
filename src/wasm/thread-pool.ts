/**
 * @file Threads that run kernels of one module on one memory. The calling thread takes part in every kernel; the others sleep on a
 * shared word between kernels.
 */

import { assert } from '../errors.ts';
import { startInNode } from '../runtime/node-thread.ts';
import { threadOf } from '../runtime/page-thread.ts';
import { isNode, sharedBuffer } from '../runtime/runtime.ts';
import type { Thread } from '../runtime/thread.ts';
import {
  awaitChange,
  CONTROL,
  exportsOf,
  type Kernel,
  nextOrder,
  type ThreadData,
} from './thread-control.ts';

/** By a name, so that bundlers do not look for it a second time. */
const POOL_THREAD = './pool-thread.js';

export class ThreadPool<Name extends string> {
  /** What the module exports, on the calling thread. */
  readonly exports: WebAssembly.Exports;
  readonly #shared: Pick<ThreadData, 'module' | 'memory' | 'kernels'>;
  readonly #control = new Int32Array(sharedBuffer(4 * CONTROL.words));
  readonly #others: Thread[] = [];
  /** Growing, one call after the other. */
  #growth: Promise<unknown> = Promise.resolve();

  /**
   * A pool of the calling thread alone.
   * @param kernels names of the module's exports
   */
  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory, kernels: readonly Name[]) {
    this.#shared = { module, memory, kernels };
    this.exports = exportsOf(this.#shared);
  }

  /**
   * Starts threads that are missing to so many. Results do not depend on their number: where the machine gives no more, the work goes on
   * on those that there are.
   * @param threads at least 1, the calling one included
   * @returns the number that a kernel may run on: at most `threads`
   */
  grow(threads: number): Promise<number> {
    const grown = this.#growth.then(() => this.#start(threads - this.#threads));
    this.#growth = grown;
    return grown.then(() => Math.min(threads, this.#threads));
  }

  /**
   * Runs a kernel on the first threads of the pool and returns when all are done.
   * @param threads as many as `grow` has said, at most
   * @throws where the kernel fails on any of them
   */
  run(name: Name, problem: number, threads: number): void {
    const control = this.#control;
    Atomics.store(control, CONTROL.kernel, this.#shared.kernels.indexOf(name));
    Atomics.store(control, CONTROL.problem, problem);
    Atomics.store(control, CONTROL.pending, threads - 1);
    Atomics.store(control, CONTROL.order, nextOrder(Atomics.load(control, CONTROL.order), threads));
    Atomics.notify(control, CONTROL.order);
    try {
      (this.exports[name] as Kernel)(problem, 0);
    } finally {
      this.#awaitOthers();
    }
    const failed = Atomics.exchange(control, CONTROL.failed, 0);
    assert(failed === 0, `the kernel ${name} has failed in ${failed} of ${threads} threads`);
  }

  /** Resolves once all threads have ended. */
  async dispose(): Promise<void> {
    await this.#growth;
    await Promise.all(this.#others.map((thread) => thread.terminate()));
  }

  get #threads(): number {
    return this.#others.length + 1;
  }

  async #start(count: number): Promise<void> {
    const data: ThreadData = { ...this.#shared, control: this.#control };
    const starts = Array.from({ length: Math.max(0, count) }, () => startThread(data));
    for (const start of await Promise.allSettled(starts)) {
      if (start.status === 'fulfilled') this.#others.push(start.value);
    }
  }

  #awaitOthers(): void {
    for (let pending = this.#pending(); pending > 0; pending = this.#pending()) {
      awaitChange(this.#control, CONTROL.pending, pending);
    }
  }

  #pending(): number {
    return Atomics.load(this.#control, CONTROL.pending);
  }
}

/** Resolves once the thread waits for orders. @throws where the machine gives no more threads, or the page none that share memory */
async function startThread(data: ThreadData): Promise<Thread> {
  const thread = createThread();
  try {
    await new Promise((resolve, reject) => {
      thread.listen(resolve, reject);
      thread.postMessage(data);
    });
  } catch (error) {
    thread.terminate();
    throw error;
  }
  thread.unref();
  return thread;
}

function createThread(): Thread {
  // Bundlers for pages look for this very expression.
  if (!isNode) return threadOf(new Worker(new URL('./pool-thread.js', import.meta.url), { type: 'module' }));
  return startInNode(new URL(POOL_THREAD, import.meta.url));
}
