/** @file How a pool tells its threads what to run. */

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

/** What the module exports, on this thread. */
export function exportsOf({ module, memory }: Pick<ThreadData, 'module' | 'memory'>): WebAssembly.Exports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}
