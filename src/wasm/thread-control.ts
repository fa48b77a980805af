/** @file How a pool tells its threads what to run. */

/** Words of the control block. */
export const CONTROL = {
  /** See `nextOrder`. */
  order: 0,
  /** Threads at work, but for the calling one. */
  pending: 1,
  /** Index of the kernel. */
  kernel: 2,
  problem: 3,
  /** Threads in which the kernel has failed. */
  failed: 4,
  /** Threads that have been started, but for the calling one. */
  started: 5,
  words: 16,
} as const;

/** Most threads of a pool, the calling one included. */
const MAX_THREADS = 512;

/**
 * One word says that there is an order and who takes part in it, so that a thread which does not, and may look late, never takes the
 * number of one order for that of another.
 * @param order the last one
 * @param threads that take part, the calling one included
 */
export function nextOrder(order: number, threads: number): number {
  return ((order & -MAX_THREADS) + MAX_THREADS + (threads - 1)) | 0;
}

/** The threads that take part in an order. */
export function threadsOf(order: number): number {
  return (order & (MAX_THREADS - 1)) + 1;
}

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
}

/** What the module exports, on this thread. */
export function exportsOf({ module, memory }: Pick<ThreadData, 'module' | 'memory'>): WebAssembly.Exports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}
