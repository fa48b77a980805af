/**
 * @file Threads that run kernels of one module on one memory. The calling thread takes part in every kernel; the others sleep on a
 * shared word between kernels.
 */

import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { startThread } from './thread.ts';
import { awaitChange, CONTROL, EXIT, exportsOf, type Kernel, type ThreadData } from './thread-control.ts';

export class ThreadPool<Name extends string> {
  /** What the module exports, on the calling thread. */
  readonly exports: WebAssembly.Exports;
  readonly #names: readonly Name[];
  readonly #control: Int32Array;
  readonly #workers: readonly Worker[];

  private constructor(
    exports: WebAssembly.Exports,
    names: readonly Name[],
    control: Int32Array,
    workers: readonly Worker[],
  ) {
    this.exports = exports;
    this.#names = names;
    this.#control = control;
    this.#workers = workers;
  }

  /**
   * @param kernels names of the module's exports
   * @param threads at least 1, the calling one included
   */
  static async start<Name extends string>(
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    kernels: readonly Name[],
    threads: number,
  ): Promise<ThreadPool<Name>> {
    const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL.words));
    const shared = { module, memory, kernels };
    const workers = await Promise.all(
      Array.from({ length: threads - 1 }, (_, i) => {
        const data: ThreadData = { ...shared, control, thread: i + 1 };
        return startThread(new URL('./pool-thread.js', import.meta.url), data);
      }),
    );
    return new ThreadPool(exportsOf(shared), kernels, control, workers);
  }

  get threads(): number {
    return this.#workers.length + 1;
  }

  /** Runs a kernel on all threads and returns when all are done. */
  run(name: Name, problem: number): void {
    this.#order(this.#names.indexOf(name), problem);
    (this.exports[name] as Kernel)(problem, 0);
    this.#awaitWorkers();
  }

  /** Resolves once all threads have ended. */
  async dispose(): Promise<void> {
    const exits = this.#workers.map((worker) => {
      worker.ref();
      return once(worker, 'exit');
    });
    this.#order(EXIT, 0);
    await Promise.all(exits);
  }

  #order(command: number, problem: number): void {
    const control = this.#control;
    Atomics.store(control, CONTROL.command, command);
    Atomics.store(control, CONTROL.problem, problem);
    Atomics.store(control, CONTROL.pending, this.#workers.length);
    Atomics.add(control, CONTROL.generation, 1);
    Atomics.notify(control, CONTROL.generation);
  }

  #awaitWorkers(): void {
    for (let pending = this.#pending(); pending > 0; pending = this.#pending()) {
      awaitChange(this.#control, CONTROL.pending, pending);
    }
  }

  #pending(): number {
    return Atomics.load(this.#control, CONTROL.pending);
  }
}
