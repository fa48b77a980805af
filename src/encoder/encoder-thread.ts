/**
 * @file The other side of `thread.ts`. A fit computes for seconds without a pause, on a thread of its own: whoever waits for it goes on with
 * other work meanwhile, and an encode that is not wanted any more ends with its thread, at whatever it is.
 */

import type { Worker } from 'node:worker_threads';
import { LoecError } from '../errors.ts';
import { errorOf } from '../failure.ts';
import type { EncodeOptions } from '../fit/options.ts';
import { createThread } from '../wasm/thread.ts';
import type { EncodeResult } from './encode-result.ts';
import { type Answer, memoryError, type Order } from './messages.ts';

interface Listeners {
  readonly onProgress: EncodeOptions['onProgress'] | undefined;
  readonly onNotice: EncodeOptions['onNotice'] | undefined;
  readonly onCheckpoint: EncodeOptions['onCheckpoint'] | undefined;
}

/** Milliseconds that a thread without work waits for the next. Longer, and the memory of its last picture would be missed elsewhere. */
const IDLE_MS = 1000;

/** Those that have ended their work: their kernels are compiled, so the next pictures begin sooner. */
const idle = new Set<EncoderThread>();

export class EncoderThread {
  readonly #worker: Worker = createThread(new URL('./thread.js', import.meta.url));
  #listen: (answer: Answer) => void = () => {};
  #fail: (error: Error) => void = () => {};
  #retirement: NodeJS.Timeout | undefined;

  private constructor() {
    this.#worker.on('message', (answer: Answer) => this.#listen(answer));
    this.#worker.on('error', (error) => this.#fail(threadError(error)));
    this.#worker.on('exit', () => {
      idle.delete(this);
      this.#fail(new LoecError('E_ENGINE', 'the thread that encodes was ended'));
    });
  }

  /** A thread without work. */
  static take(): EncoderThread {
    const [thread = new EncoderThread()] = idle;
    idle.delete(thread);
    clearTimeout(thread.#retirement);
    thread.#worker.ref();
    return thread;
  }

  /** Rejects with what the encode throws, or what a listener throws. */
  encode(
    order: Order,
    { onProgress, onNotice, onCheckpoint }: Listeners,
  ): Promise<Omit<EncodeResult, 'seconds'>> {
    return new Promise((resolve, reject) => {
      const listen = (answer: Answer): void => {
        if (answer.kind === 'progress') onProgress?.(answer.progress);
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
      this.#worker.postMessage(order);
    });
  }

  /** Keeps the thread for the next encode. */
  release(): void {
    idle.add(this);
    this.#worker.unref();
    this.#retirement = setTimeout(() => {
      idle.delete(this);
      this.end();
    }, IDLE_MS).unref();
  }

  /** Ends the thread and all that it has started, whatever it is at; listeners hear no more. */
  end(): void {
    this.#listen = () => {};
    void this.#worker.terminate();
  }
}

/** Of a thread that could not begin or go on. */
function threadError(cause: Error & { code?: string }): LoecError {
  if (cause.code === 'ERR_WORKER_OUT_OF_MEMORY') return memoryError(cause);
  return new LoecError('E_ENGINE', `the thread that encodes has failed: ${cause.message}`, { cause });
}
