/** @file What a thread that encodes does: one picture after the other, as they are ordered. */

import type { ChooseEngine } from '../engine/choose-in-page.ts';
import { LoecError } from '../errors.ts';
import { failureOf } from '../failure.ts';
import {
  type Checkpoint,
  type FitState,
  packCheckpoint,
  unpackCheckpoint,
} from '../fit/journal/checkpoint.ts';
import { fingerprintOf } from '../fit/journal/fingerprint.ts';
import { Journal, type Keeper, NO_JOURNAL, type Wish } from '../fit/journal/journal.ts';
import type { CheckedOptions } from '../fit/options.ts';
import { starter } from '../runtime/runtime.ts';
import type { Starter } from '../runtime/thread.ts';
import { nextTurn } from '../time-slices.ts';
import { encodePicture } from './encode-picture.ts';
import type { EncodeResult } from './encode-result.ts';
import { type Answer, memoryError, type Order, type Recording, type Request } from './messages.ts';

/** Seconds between two checkpoints at least, unless the caller says otherwise. */
const CHECKPOINT_INTERVAL = 30;

const NO_MEMORY = 'there is not the memory for a checkpoint: an interruption would lose this fit';

/** @param choose of the engines that there are here */
export function serveOrders(choose: ChooseEngine): void {
  const service = new EncodeService(starter(), choose);
  service.begin();
}

class EncodeService {
  readonly #asking: Starter;
  readonly #choose: ChooseEngine;
  /** Of the encode that is under way. */
  #wish: Wish = 'go on';

  constructor(asking: Starter, choose: ChooseEngine) {
    this.#asking = asking;
    this.#choose = choose;
  }

  begin(): void {
    this.#asking.listen((request: Request) => {
      this.#wish = 'wish' in request ? request.wish : 'go on';
      if ('order' in request) void this.#carryOut(request.order);
    });
  }

  #answer(message: Answer, transferred: readonly ArrayBuffer[] = []): void {
    this.#asking.postMessage(message, transferred);
  }

  async #carryOut(order: Order): Promise<void> {
    try {
      this.#answer({ kind: 'done', result: await this.#resumeOrBegin(order) });
    } catch (error) {
      this.#answer({ kind: 'failed', failure: failureOf(withoutMemory(error)) });
    }
  }

  async #resumeOrBegin(order: Order): Promise<Omit<EncodeResult, 'seconds'>> {
    const { raster, options, recording } = order;
    if (!recording) return this.#fit(order, NO_JOURNAL);
    const { resume } = options;
    const fingerprint = await fingerprintOf(raster, options);
    const checkpoint = resume ? await unpackCheckpoint(resume, fingerprint) : null;
    if (checkpoint) {
      this.#tellResume(true);
      const journal = new Journal(this.#keeperOf(order, recording, fingerprint), checkpoint);
      try {
        return await this.#fit(order, journal);
      } catch (error) {
        // Who made it up, or whose sums were others, has not made the same fit.
        if (!journal.isReplaying || error instanceof LoecError) throw error;
      }
    }
    if (resume) this.#tellResume(false);
    return this.#fit(order, new Journal(this.#keeperOf(order, recording, fingerprint)));
  }

  #tellResume(isAccepted: boolean): void {
    const text = isAccepted
      ? 'the fit goes on from the checkpoint'
      : 'the checkpoint is damaged, or of another picture, other options or another version; the fit begins anew';
    this.#answer({ kind: 'notice', notice: { kind: 'resume', isAccepted, text } });
  }

  #fit({ raster, options, wantsPreviews }: Order, journal: Journal): Promise<Omit<EncodeResult, 'seconds'>> {
    const listeners: Pick<CheckedOptions, 'onProgress' | 'onPreview' | 'onNotice'> = {
      onProgress: (progress) => this.#answer({ kind: 'progress', progress }),
      onNotice: (notice) => this.#answer({ kind: 'notice', notice }),
      ...(wantsPreviews && { onPreview: (preview) => this.#answer({ kind: 'preview', preview }) }),
    };
    return encodePicture(raster, { ...options, ...listeners }, this.#choose, journal);
  }

  #keeperOf({ options }: Order, { keepsCheckpoints }: Recording, fingerprint: string): Keeper {
    const keep = async (state: FitState | null): Promise<boolean> => {
      const bytes = state && (await packed({ fingerprint, ...state }));
      if (bytes) this.#answer({ kind: 'checkpoint', checkpoint: bytes }, [bytes.buffer]);
      else this.#answer({ kind: 'notice', notice: { kind: 'picture', text: NO_MEMORY } });
      return bytes !== null;
    };
    return {
      interval: options.checkpointInterval ?? CHECKPOINT_INTERVAL,
      wish: async () => {
        // Between two turns the thread hears what is asked of it.
        await nextTurn();
        return this.#wish;
      },
      keep: keepsCheckpoints ? keep : null,
    };
  }
}

/** null where there is not the memory. */
async function packed(checkpoint: Checkpoint): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await packCheckpoint(checkpoint);
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
