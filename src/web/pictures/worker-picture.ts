/** @file A picture in a worker, as the page asks for it: what takes long waits for its turn there. */

import type { Limits } from '../../limits.ts';
import { closingOf } from './closing.ts';
import type { DecodeLink } from './decode-link.ts';
import type { Arrival, Preview, Rendered, Wanted } from './messages.ts';
import type { Urgency } from './queue.ts';

let count = 0;

/** Its calls throw LoecErrors of the worker, and E_ABORTED. */
export class WorkerPicture {
  readonly link: DecodeLink;
  readonly #number = ++count;
  readonly #closed = new AbortController();
  readonly #end: () => void;

  /** @param link is given back when the picture is closed */
  constructor(link: DecodeLink) {
    this.link = link;
    this.#end = closingOf(this, link, this.#number);
  }

  get isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  async open(limits: Partial<Limits>, signal: AbortSignal | undefined): Promise<void> {
    await this.link.ask({ kind: 'open', picture: this.#number, limits }, signal);
  }

  append(bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal | undefined): Promise<Arrival> {
    return this.link.ask({ kind: 'append', picture: this.#number, bytes }, signal);
  }

  async end(signal: AbortSignal | undefined): Promise<void> {
    await this.link.ask({ kind: 'end', picture: this.#number }, signal);
  }

  preview(urgency: Urgency): Promise<Preview> {
    return this.#queued(urgency, (ended) => this.link.ask({ kind: 'preview', picture: this.#number }, ended));
  }

  render(wanted: Wanted, urgency: Urgency): Promise<Rendered> {
    return this.#queued(urgency, (ended) =>
      this.link.ask({ kind: 'render', picture: this.#number, wanted }, ended),
    );
  }

  /** What is under way ends with E_ABORTED. */
  close(): void {
    if (this.isClosed) return;
    this.#closed.abort(new Error('the picture was closed'));
    this.#end();
  }

  /** @param work gets a signal that is aborted with the caller's, and when the picture is closed */
  async #queued<Value>(
    { priority, signal }: Urgency,
    work: (ended: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    const ended = new AbortController();
    const end = ({ target }: Event): void => ended.abort((target as AbortSignal).reason);
    const signals = [this.#closed.signal, ...(signal ? [signal] : [])];
    for (const one of signals) one.addEventListener('abort', end);
    try {
      if (signal?.aborted) ended.abort(signal.reason);
      return await this.link.queue.run(() => work(ended.signal), { priority, signal: ended.signal });
    } finally {
      for (const one of signals) one.removeEventListener('abort', end);
    }
  }
}
