/** @file A thread that tries bands: a message is a list of them, answered when they are done. */

import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { BandTrials, type Shared, trialKernels } from './band.ts';

/** What the thread is started with. */
export interface HelperData {
  readonly shared: Shared;
  /** From 1; the calling thread is 0. */
  readonly thread: number;
}

const { shared, thread } = workerData as HelperData;
const port = parentPort as MessagePort;
const trials = new BandTrials(shared, trialKernels(shared.module, shared.memory), thread);

port.on('message', (bands: readonly number[]) => {
  for (const band of bands) trials.tryBand(band);
  port.postMessage('done');
});
port.postMessage('ready');
