/** @file A thread of the crew: waits for orders, runs kernels on the memories that it was told of. */

import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { ATTACH, awaitChange, CONTROL, type CrewData, DETACH, EXIT } from './crew.ts';
import { type FitExports, KERNELS, type KernelName } from './module.ts';

const { module, control, thread } = workerData as CrewData;
const port = parentPort as MessagePort;
const stations = new Map<number, FitExports>();

function attach(id: number): void {
  const memory = receiveMessageOnPort(port)?.message as WebAssembly.Memory;
  stations.set(id, new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as FitExports);
}

function obey(command: number, id: number, problem: number): void {
  if (command === ATTACH) attach(id);
  else if (command === DETACH) stations.delete(id);
  else stations.get(id)?.[KERNELS[command] as KernelName](problem, thread);
}

let generation = Atomics.load(control, CONTROL.generation);
port.postMessage('ready');
for (;;) {
  awaitChange(control, CONTROL.generation, generation);
  generation = Atomics.load(control, CONTROL.generation);
  const command = Atomics.load(control, CONTROL.command);
  if (command === EXIT) break;
  obey(command, Atomics.load(control, CONTROL.memory), Atomics.load(control, CONTROL.problem) >>> 0);
  Atomics.sub(control, CONTROL.pending, 1);
  Atomics.notify(control, CONTROL.pending);
}
port.close();
