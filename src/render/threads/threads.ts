/** @file What a decode asks of threads, wherever they come from; where there are none, as in pages, it goes on without. */

import type { Contents } from '../../container/contents.ts';
import type { DecodeSlices } from '../../entropy/latents/reader.ts';
import type { LatentThreads } from '../../entropy/latents/reading.ts';
import type { LatentModel } from '../../field/model.ts';
import type { TimeSlices } from '../../time-slices.ts';
import type { Band, Samples } from '../bands.ts';
import type { Geometry } from '../geometry.ts';

export interface DecodeThreads {
  readonly count: number;
  /** Decodes slices of latents that lie in shared memory. @param parameters of the context model */
  readonly decodeSlices: (model: LatentModel, parameters: Float32Array) => DecodeSlices;
  /** Gets ready to render. All latents have been read that the geometry needs. */
  readonly open: (contents: Contents, geometry: Geometry) => Promise<void>;
  /** Fills samples in shared memory. @throws LoecError */
  readonly render: (band: Band, samples: Samples) => Promise<void>;
  /** Ends the threads; whoever waits for them gets E_ABORTED. */
  readonly dispose: () => void;
}

/** Threads that may be started. */
export interface Threads {
  /** @param count at least 1 */
  readonly start: (count: number) => DecodeThreads;
  readonly count: number;
}

/** Latents or positions from which on threads are worth their start: some tenth of a second of work. */
const LONG_WORK = 2 ** 20;

/** @param work latents that are decoded, or positions that are evaluated */
export function isLong(threads: Threads | null, work: number): threads is Threads {
  return threads !== null && threads.count > 1 && work >= LONG_WORK;
}

/** No more threads than there is use for, or room. */
export function threadsFor(threads: Threads | null, most: number): Threads | null {
  return threads && { ...threads, count: Math.min(threads.count, most) };
}

/** They are begun to start, so that they are ready when coarse latents have been read. */
export function latentThreads({ start, count }: Threads, slices: TimeSlices): LatentThreads {
  start(count).dispose();
  return {
    allocate: (length) => new Int16Array(new SharedArrayBuffer(Int16Array.BYTES_PER_ELEMENT * length)),
    decodeSlices: (model, parameters) => async (tasks, latents) => {
      const running = start(count);
      try {
        await slices.wait(running.decodeSlices(model, parameters)(tasks, latents));
      } finally {
        running.dispose();
      }
    },
  };
}
