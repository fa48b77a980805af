/**
 * @file The other side of `serve-orders.ts`. A fit computes for seconds without a pause, on a thread of its own: whoever waits for it goes on with
 * other work meanwhile, and an encode that is not wanted any more ends with its thread, at whatever it is.
 */

import { LoecError } from '../errors.ts';
import { errorOf } from '../failure.ts';
import type { Wish } from '../fit/journal/journal.ts';
import type { EncodeOptions } from '../fit/options.ts';
import { idleTimer } from '../runtime/runtime.ts';
import type { Thread } from '../runtime/thread.ts';
import type { EncodeResult } from './encode-result.ts';
import { type Answer, memoryError, type Order, type Request } from './messages.ts';

type Listeners = Pick<EncodeOptions, 'onProgress' | 'onPreview' | 'onNotice' | 'onCheckpoint'>;

/** Milliseconds that a thread without work waits for the next. Longer, and the memory of its last picture would be missed elsewhere. */
let idleMs = 1000;

/** For a process whose next picture comes for sure, and may have to wait. */
export function keepIdleThreads(milliseconds: number): void {
  idleMs = milliseconds;
}

/** Those that have ended their work: their kernels are compiled, so the next pictures begin sooner. */
const idle = new Set<EncoderThread>();

export class EncoderThread {
  readonly #thread: Thread;
  #listen: (answer: Answer) => void = () => {};
  #fail: (error: Error) => void = () => {};
  #retirement: ReturnType<typeof setTimeout> | undefined;

  private constructor(thread: Thread) {
    this.#thread = thread;
    thread.listen(
      (answer: Answer) => this.#listen(answer),
      (cause) => {
        idle.delete(this);
        this.#fail(threadError(cause));
      },
    );
  }

  /** A thread without work. @param start starts one that serves orders (`serve-orders.ts`) @throws LoecError E_ENGINE where it can't */
  static take(start: () => Thread): EncoderThread {
    const [thread = EncoderThread.#started(start)] = idle;
    idle.delete(thread);
    clearTimeout(thread.#retirement);
    thread.#thread.ref();
    return thread;
  }

  static #started(start: () => Thread): EncoderThread {
    try {
      return new EncoderThread(start());
    } catch (cause) {
      throw threadError(cause as Error);
    }
  }

  /** Rejects with what the encode throws, or what a listener throws. */
  encode(
    order: Order,
    { onProgress, onPreview, onNotice, onCheckpoint }: Listeners,
  ): Promise<Omit<EncodeResult, 'seconds'>> {
    return new Promise((resolve, reject) => {
      const listen = (answer: Answer): void => {
        if (answer.kind === 'progress') onProgress?.(answer.progress);
        else if (answer.kind === 'preview') onPreview?.(answer.preview);
        else if (answer.kind === 'notice') onNotice?.(answer.notice);
        else if (answer.kind === 'checkpoint')
          Promise.resolve(onCheckpoint?.(answer.checkpoint)).catch(reject);
        else if (answer.kind === 'done') resolve(answer.result);
        else reject(errorOf(answer.failure));
      };
      this.#fail = reject;
      this.#listen = (answer) => {
        try {
          listen(answer);
        } catch (error) {
          reject(error);
        }
      };
      this.#tell({ order });
    });
  }

  /** Says what becomes of the encode that is recorded; it is heard at the next moment that suits. */
  wish(wish: Wish): void {
    this.#tell({ wish });
  }

  /** Keeps the thread for the next encode. */
  release(): void {
    idle.add(this);
    this.#thread.unref();
    this.#retirement = idleTimer(() => {
      idle.delete(this);
      this.end();
    }, idleMs);
  }

  /** Ends the thread and all that it has started, whatever it is at; listeners hear no more. */
  end(): void {
    this.#listen = () => {};
    void this.#thread.terminate();
  }

  #tell(request: Request): void {
    this.#thread.postMessage(request);
  }
}

/** Of a thread that could not begin or go on. */
function threadError(cause: Error & { code?: string }): LoecError {
  if (cause.code === 'ERR_WORKER_OUT_OF_MEMORY') return memoryError(cause);
  return new LoecError('E_ENGINE', `the thread that encodes has failed: ${cause.message}`, { cause });
}
