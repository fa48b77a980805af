/** @file A thread of the crew: waits for orders and runs kernels. */

import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { awaitChange, CONTROL, type CrewData, EXIT } from './crew.ts';
import { fitKernels, KERNELS, type KernelName } from './module.ts';

const { module, memory, control, thread } = workerData as CrewData;
const port = parentPort as MessagePort;
const kernels = fitKernels(module, memory);

let generation = Atomics.load(control, CONTROL.generation);
port.postMessage('ready');
for (;;) {
  awaitChange(control, CONTROL.generation, generation);
  generation = Atomics.load(control, CONTROL.generation);
  const command = Atomics.load(control, CONTROL.command);
  if (command === EXIT) break;
  kernels[KERNELS[command] as KernelName](Atomics.load(control, CONTROL.problem) >>> 0, thread);
  Atomics.sub(control, CONTROL.pending, 1);
  Atomics.notify(control, CONTROL.pending);
}
port.close();
