/** @file A thread of a pool: waits for orders and runs kernels. */

import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { awaitChange, CONTROL, EXIT, exportsOf, type Kernel, type ThreadData } from './thread-control.ts';

const data = workerData as ThreadData;
const { control, thread } = data;
const port = parentPort as MessagePort;
const exports = exportsOf(data);
const kernels = data.kernels.map((name) => exports[name] as Kernel);

let generation = Atomics.load(control, CONTROL.generation);
port.postMessage('ready');
for (;;) {
  awaitChange(control, CONTROL.generation, generation);
  generation = Atomics.load(control, CONTROL.generation);
  const command = Atomics.load(control, CONTROL.command);
  if (command === EXIT) break;
  (kernels[command] as Kernel)(Atomics.load(control, CONTROL.problem) >>> 0, thread);
  Atomics.sub(control, CONTROL.pending, 1);
  Atomics.notify(control, CONTROL.pending);
}
port.close();
