/**
 * @file Threads that run kernels of one module on one memory. The calling thread takes part in every kernel; the others sleep on a
 * shared word between kernels.
 */

import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { startThread } from './thread.ts';

/** Words of the control block. */
export const CONTROL = { generation: 0, pending: 1, command: 2, problem: 3, words: 16 } as const;

/** The command that ends a thread; the others are indices of the pool's kernels. */
export const EXIT = -1;

/** Looks at a word before sleeping on it: kernels of small problems take microseconds. */
const SPINS = 4000;

/** Returns once `control[index]` differs from `value`. */
export function awaitChange(control: Int32Array, index: number, value: number): void {
  for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(control, index) !== value) return;
  while (Atomics.load(control, index) === value) Atomics.wait(control, index, value);
}

/** A kernel takes a problem's address and the number of the calling thread. */
export type Kernel = (problem: number, thread: number) => void;

/** What a thread is started with. */
export interface ThreadData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Names of the module's exports that the pool runs. */
  readonly kernels: readonly string[];
  readonly control: Int32Array;
  /** From 1; the calling thread is 0. */
  readonly thread: number;
}

/** The kernels of those names. */
export function kernelsOf({ module, memory, kernels }: Omit<ThreadData, 'control' | 'thread'>): Kernel[] {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return kernels.map((name) => exports[name] as Kernel);
}

export class ThreadPool<Name extends string> {
  readonly #names: readonly Name[];
  readonly #kernels: readonly Kernel[];
  readonly #control: Int32Array;
  readonly #workers: readonly Worker[];

  private constructor(
    names: readonly Name[],
    kernels: readonly Kernel[],
    control: Int32Array,
    workers: readonly Worker[],
  ) {
    this.#names = names;
    this.#kernels = kernels;
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
    return new ThreadPool(kernels, kernelsOf(shared), control, workers);
  }

  get threads(): number {
    return this.#workers.length + 1;
  }

  /** Runs a kernel on all threads and returns when all are done. */
  run(name: Name, problem: number): void {
    const index = this.#names.indexOf(name);
    this.#order(index, problem);
    (this.#kernels[index] as Kernel)(problem, 0);
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
