/** @file The page's end of the line to a worker that decodes. */

import { LoecError } from '../../errors.ts';
import { errorOf } from '../../failure.ts';
import { untilAborted } from '../../until-aborted.ts';
import type { Answers, FromWorker, Request, ToWorker } from './messages.ts';
import { Queue } from './queue.ts';

/** A worker, or a port to what does its work in the page. */
export interface WorkerPort {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  postMessage(message: ToWorker, transfer: Transferable[]): void;
  /** Ends it. */
  readonly end: () => void;
  /** Heard where it can fail as a whole. */
  readonly onFailure: (hear: (cause: unknown) => void) => void;
}

interface Call {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

export class DecodeLink {
  /** Renderings and previews; other requests are answered at once. */
  readonly queue = new Queue();
  /** Pictures that are open in it. */
  pictures = 0;
  readonly #port: Promise<WorkerPort>;
  readonly #calls = new Map<number, Call>();
  #last = 0;
  #lost: LoecError | null = null;

  /** @param onLost told once it answers no more */
  constructor(port: Promise<WorkerPort>, onLost: () => void) {
    const lose = (cause: unknown): void => {
      this.#lost = lostError(cause);
      for (const { reject } of this.#calls.values()) reject(this.#lost);
      this.#calls.clear();
      this.end();
      onLost();
    };
    this.#port = port;
    port.then((opened) => {
      opened.onmessage = ({ data }) => this.#hear(data);
      opened.onFailure(lose);
    }, lose);
  }

  /** @throws LoecError what the worker throws; E_ABORTED; E_ENGINE where the worker fails */
  async ask<Kind extends Request['kind']>(
    request: Extract<Request, { readonly kind: Kind }>,
    signal?: AbortSignal,
  ): Promise<Answers[Kind]> {
    const call = ++this.#last;
    const port = await untilAborted(
      signal,
      this.#port.catch(() => null),
    );
    if (this.#lost || !port) throw this.#lost ?? lostError(null);
    const answer = new Promise<Answers[Kind]>((resolve, reject) => {
      this.#calls.set(call, { resolve, reject });
      port.postMessage({ call, request }, 'bytes' in request ? [request.bytes.buffer] : []);
    });
    const stop = (): void => port.postMessage({ call, request: null }, []);
    signal?.addEventListener('abort', stop, { once: true });
    const given = untilAborted(signal, answer);
    // Nobody else closes a bitmap that comes when nobody waits for it any more.
    given.catch(() => answer.then(discard, () => undefined));
    return given.finally(() => signal?.removeEventListener('abort', stop));
  }

  end(): void {
    this.#port.then(
      ({ end }) => end(),
      () => undefined,
    );
  }

  #hear(message: FromWorker): void {
    if (message === 'ready') return;
    // A worker that has failed may have answered before.
    const call = this.#calls.get(message.call);
    this.#calls.delete(message.call);
    if ('failure' in message) call?.reject(errorOf(message.failure));
    else call?.resolve(message.value as never);
  }
}

function discard(answer: Answers[Request['kind']]): void {
  const rendered = answer && 'shown' in answer ? answer.shown : answer;
  if (rendered && 'close' in rendered) rendered.close();
}

function lostError(cause: unknown): LoecError {
  const why = (cause as { message?: string } | null)?.message ?? '';
  return new LoecError(
    'E_ENGINE',
    `the worker that decodes pictures has failed: ${why || 'it says not why'}`,
    { cause },
  );
}
