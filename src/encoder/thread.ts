/** @file The thread that encodes: one picture after the other, as they are ordered. */

import { type MessagePort, parentPort } from 'node:worker_threads';
import { failureOf } from '../failure.ts';
import { encodePicture } from './encode-picture.ts';
import { type Answer, memoryError, type Order } from './messages.ts';

const port = parentPort as MessagePort;

function answer(message: Answer): void {
  port.postMessage(message);
}

port.on('message', async ({ raster, options }: Order) => {
  try {
    const result = await encodePicture(raster, {
      ...options,
      onProgress: (progress) => answer({ kind: 'progress', progress }),
      onNotice: (notice) => answer({ kind: 'notice', notice }),
    });
    answer({ kind: 'done', result });
  } catch (error) {
    answer({ kind: 'failed', failure: failureOf(withoutMemory(error)) });
  }
});

/** Arrays that can't be had are the machine's limit, wherever they are asked for. */
function withoutMemory(error: unknown): unknown {
  if (!(error instanceof RangeError && /allocation|array length|array size/i.test(error.message)))
    return error;
  return memoryError(error);
}
