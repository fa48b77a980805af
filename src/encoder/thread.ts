/** @file The thread that encodes: one picture after the other, as they are ordered. */

import { type MessagePort, parentPort } from 'node:worker_threads';
import { LoecError } from '../errors.ts';
import { failureOf } from '../failure.ts';
import {
  type Checkpoint,
  type FitState,
  packCheckpoint,
  unpackCheckpoint,
} from '../fit/journal/checkpoint.ts';
import { fingerprintOf } from '../fit/journal/fingerprint.ts';
import { Journal, type Keeper, NO_JOURNAL } from '../fit/journal/journal.ts';
import type { CheckedOptions } from '../fit/options.ts';
import { encodePicture } from './encode-picture.ts';
import type { EncodeResult } from './encode-result.ts';
import { type Answer, memoryError, type Order, type Recording, WISHES } from './messages.ts';

const port = parentPort as MessagePort;

/** Seconds between two checkpoints at least, unless the caller says otherwise. */
const CHECKPOINT_INTERVAL = 30;

const NO_MEMORY = 'there is not the memory for a checkpoint: an interruption would lose this fit';

function answer(message: Answer, transferred: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transferred);
}

port.on('message', async (order: Order) => {
  try {
    answer({ kind: 'done', result: await resumeOrBegin(order) });
  } catch (error) {
    answer({ kind: 'failed', failure: failureOf(withoutMemory(error)) });
  }
});

async function resumeOrBegin(order: Order): Promise<Omit<EncodeResult, 'seconds'>> {
  const { raster, options, recording } = order;
  if (!recording) return fit(order, NO_JOURNAL);
  const { resume } = options;
  const fingerprint = fingerprintOf(raster, options);
  const checkpoint = resume ? unpackCheckpoint(resume, fingerprint) : null;
  if (checkpoint) {
    tellResume(true);
    const journal = new Journal(keeperOf(order, recording, fingerprint), checkpoint);
    try {
      return await fit(order, journal);
    } catch (error) {
      // Who made it up, or whose sums were others, has not made the same fit.
      if (!journal.isReplaying || error instanceof LoecError) throw error;
    }
  }
  if (resume) tellResume(false);
  return fit(order, new Journal(keeperOf(order, recording, fingerprint)));
}

function tellResume(isAccepted: boolean): void {
  const text = isAccepted
    ? 'the fit goes on from the checkpoint'
    : 'the checkpoint is damaged, or of another picture, other options or another version; the fit begins anew';
  answer({ kind: 'notice', notice: { kind: 'resume', isAccepted, text } });
}

function fit({ raster, options }: Order, journal: Journal): Promise<Omit<EncodeResult, 'seconds'>> {
  const listeners: Pick<CheckedOptions, 'onProgress' | 'onNotice'> = {
    onProgress: (progress) => answer({ kind: 'progress', progress }),
    onNotice: (notice) => answer({ kind: 'notice', notice }),
  };
  return encodePicture(raster, { ...options, ...listeners }, journal);
}

function keeperOf({ options }: Order, { wish, keepsCheckpoints }: Recording, fingerprint: string): Keeper {
  const keep = (state: FitState | null): boolean => {
    const bytes = state && packed({ fingerprint, ...state });
    if (bytes) answer({ kind: 'checkpoint', checkpoint: bytes }, [bytes.buffer]);
    else answer({ kind: 'notice', notice: { kind: 'picture', text: NO_MEMORY } });
    return bytes !== null;
  };
  return {
    interval: options.checkpointInterval ?? CHECKPOINT_INTERVAL,
    wish: () => WISHES[Atomics.load(wish, 0)] ?? 'go on',
    keep: keepsCheckpoints ? keep : null,
  };
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
