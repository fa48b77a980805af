/** @file A thread of a pool: waits for orders and runs kernels, until it is terminated. */

import { starter } from '../runtime/runtime.ts';
import {
  awaitChange,
  CONTROL,
  exportsOf,
  type Kernel,
  type ThreadData,
  threadsOf,
} from './thread-control.ts';

const pool = starter();

/** @returns whether the kernel ended as it should: an error that left this thread would leave the calling one waiting */
function succeeds(kernel: Kernel, problem: number, thread: number): boolean {
  try {
    kernel(problem, thread);
    return true;
  } catch {
    return false;
  }
}

pool.listen((data: ThreadData) => {
  const { control } = data;
  const exports = exportsOf(data);
  const kernels = data.kernels.map((name) => exports[name] as Kernel);
  /** From 1; the calling thread is 0. Threads that never come so far leave no gap. */
  const thread = Atomics.add(control, CONTROL.started, 1) + 1;
  let order = Atomics.load(control, CONTROL.order);
  pool.postMessage('ready');
  for (;;) {
    awaitChange(control, CONTROL.order, order);
    order = Atomics.load(control, CONTROL.order);
    if (thread >= threadsOf(order)) continue;
    const kernel = kernels[Atomics.load(control, CONTROL.kernel)] as Kernel;
    if (!succeeds(kernel, Atomics.load(control, CONTROL.problem) >>> 0, thread))
      Atomics.add(control, CONTROL.failed, 1);
    Atomics.sub(control, CONTROL.pending, 1);
    Atomics.notify(control, CONTROL.pending);
  }
});
