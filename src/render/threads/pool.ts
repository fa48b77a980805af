/** @file Threads of a decode in Node. Results do not depend on their number. */

import type { Worker } from 'node:worker_threads';
import type { Contents } from '../../container/contents.ts';
import type { DecodeSlices } from '../../entropy/latents/reader.ts';
import { LoecError } from '../../errors.ts';
import { errorOf } from '../../failure.ts';
import type { LatentModel } from '../../field/model.ts';
import type { Band, Samples } from '../bands.ts';
import type { Geometry } from '../geometry.ts';
import { giveThreadBack, takeThread } from './idle-threads.ts';
import { type Answer, CLOSE, type Order } from './messages.ts';
import type { DecodeThreads } from './threads.ts';

/** @param count at least 1 */
export function startDecodeThreads(count: number): DecodeThreads {
  return new DecodePool(count);
}

/** An order and who waits for it. */
interface Job {
  readonly order: Order;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Listeners {
  readonly message: (answer: Answer) => void;
  readonly error: (cause: unknown) => void;
  readonly exit: (code: number) => void;
}

class DecodePool implements DecodeThreads {
  readonly count: number;
  /** Threads, each with what it is doing. */
  readonly #jobs = new Map<Worker, Job | null>();
  readonly #listeners = new Map<Worker, Listeners>();
  /** Jobs that no thread has been free for. */
  readonly #waiting: Job[] = [];

  constructor(count: number) {
    this.count = count;
    for (let i = 0; i < count; i++) {
      const worker = takeThread();
      this.#jobs.set(worker, null);
      const listeners = {
        message: (answer: Answer) => this.#end(worker, answer),
        error: (cause: unknown) => this.#lose(worker, cause),
        exit: (code: number) => this.#lose(worker, code),
      };
      worker.on('message', listeners.message).on('error', listeners.error).on('exit', listeners.exit);
      this.#listeners.set(worker, listeners);
    }
  }

  decodeSlices(model: LatentModel, parameters: Float32Array): DecodeSlices {
    return async (tasks, latents) => {
      const carriedOut = tasks.map((task) => {
        // A message copies all of the buffer that bytes are a part of.
        const own = { ...task, bytes: task.bytes.slice() };
        return this.#carryOut({ kind: 'slice', task: own, model, parameters, latents });
      });
      await Promise.all(carriedOut);
    };
  }

  async open(contents: Contents, geometry: Geometry): Promise<void> {
    const order = { kind: 'picture', contents, geometry } as const;
    const workers = [...this.#jobs.keys()];
    await Promise.all(
      workers.map(
        (worker) => new Promise<void>((resolve, reject) => this.#start(worker, { order, resolve, reject })),
      ),
    );
  }

  render(band: Band, samples: Samples): Promise<void> {
    return this.#carryOut({ kind: 'band', band, samples });
  }

  dispose(): void {
    const stopped = new LoecError('E_ABORTED', 'the threads of the decode have been stopped');
    for (const { reject } of this.#waiting.splice(0)) reject(stopped);
    for (const [worker, job] of this.#jobs) {
      const { message, error, exit } = this.#listeners.get(worker) as Listeners;
      worker.off('message', message).off('error', error).off('exit', exit);
      job?.reject(stopped);
      if (job) {
        void worker.terminate();
        continue;
      }
      worker.postMessage(CLOSE);
      giveThreadBack(worker);
    }
    this.#jobs.clear();
  }

  #carryOut(order: Order): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ order, resolve, reject });
      this.#startNext();
    });
  }

  #startNext(): void {
    for (const [worker, job] of this.#jobs) {
      if (job) continue;
      const next = this.#waiting.shift();
      if (!next) return;
      this.#start(worker, next);
    }
  }

  /** Orders keep the process alive, threads do not. */
  #start(worker: Worker, job: Job): void {
    this.#jobs.set(worker, job);
    worker.ref();
    worker.postMessage(job.order);
  }

  #end(worker: Worker, failure: Answer): void {
    const job = this.#jobs.get(worker);
    this.#jobs.set(worker, null);
    worker.unref();
    if (failure) job?.reject(errorOf(failure));
    else job?.resolve();
    this.#startNext();
  }

  /** The machine has not given the thread, or has ended it. */
  #lose(worker: Worker, cause: unknown): void {
    const message = 'the machine has not the threads or the memory that this decode takes: use fewer threads';
    const lost = new LoecError('E_LIMIT', message, { cause });
    this.#jobs.get(worker)?.reject(lost);
    this.#jobs.delete(worker);
    if (this.#jobs.size === 0) for (const { reject } of this.#waiting.splice(0)) reject(lost);
  }
}
