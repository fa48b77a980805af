/** @file The thread that encodes: one picture after the other, as they are ordered. */

import { type MessagePort, parentPort } from 'node:worker_threads';
import { failureOf } from '../failure.ts';
import {
  type Checkpoint,
  type Position,
  packCheckpoint,
  unpackCheckpoint,
} from '../fit/journal/checkpoint.ts';
import { fingerprintOf } from '../fit/journal/fingerprint.ts';
import { Journal, NO_JOURNAL } from '../fit/journal/journal.ts';
import { encodePicture } from './encode-picture.ts';
import { type Answer, memoryError, type Order, WISHES } from './messages.ts';

const port = parentPort as MessagePort;

/** Seconds between two checkpoints at least, unless the caller says otherwise. */
const CHECKPOINT_INTERVAL = 30;

const OTHER_FIT =
  'the checkpoint is damaged, or of another picture, other options or another version; the fit begins anew';

const NO_MEMORY = 'there is not the memory for a checkpoint: an interruption would lose this fit';

function answer(message: Answer, transferred: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transferred);
}

port.on('message', async (order: Order) => {
  try {
    const result = await encodePicture(
      order.raster,
      {
        ...order.options,
        onProgress: (progress) => answer({ kind: 'progress', progress }),
        onNotice: (notice) => answer({ kind: 'notice', notice }),
      },
      journalOf(order),
    );
    answer({ kind: 'done', result });
  } catch (error) {
    answer({ kind: 'failed', failure: failureOf(withoutMemory(error)) });
  }
});

function journalOf({ raster, options, recording }: Order): Journal {
  if (!recording) return NO_JOURNAL;
  const { resume, checkpointInterval: interval = CHECKPOINT_INTERVAL } = options;
  const fingerprint = fingerprintOf(raster, options);
  const checkpoint = resume ? unpackCheckpoint(resume, fingerprint) : null;
  if (resume && !checkpoint) answer({ kind: 'notice', notice: { kind: 'picture', text: OTHER_FIT } });
  const keep = (position: Position | null): void => {
    const bytes = position && packed({ fingerprint, ...position });
    if (bytes) answer({ kind: 'checkpoint', checkpoint: bytes }, [bytes.buffer]);
    else answer({ kind: 'notice', notice: { kind: 'picture', text: NO_MEMORY } });
  };
  const wish = () => WISHES[Atomics.load(recording.wish, 0)] ?? 'go on';
  return new Journal({ interval, wish, keep: recording.keepsCheckpoints ? keep : null }, checkpoint);
}

/** null where there is not the memory. */
function packed(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> | null {
  try {
    return packCheckpoint(checkpoint);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Arrays that can't be had are the machine's limit, wherever they are asked for. */
function withoutMemory(error: unknown): unknown {
  if (!(error instanceof RangeError && /allocation|array length|array size/i.test(error.message)))
    return error;
  return memoryError(error);
}
