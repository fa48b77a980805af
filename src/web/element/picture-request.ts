/** @file A picture on its way: from its address to a picture that is open. */

import { LoecError, throwIfAborted } from '../../errors.ts';
import type { OpenOptions, OpenPicture } from '../pictures/open-picture.ts';
import { openRemotely } from '../pictures/open-remotely.ts';

/** What is told of a picture on its way, and when its turn is. */
export type Told = Required<Pick<OpenOptions, 'priority' | 'onHead' | 'onPreview'>>;

export class PictureRequest {
  readonly url: string;
  readonly picture: Promise<OpenPicture>;
  readonly #stop = new AbortController();

  /** Nothing is told after `close`. */
  constructor(url: string, init: RequestInit, options: Told) {
    this.url = url;
    this.picture = this.#open(init, options);
    this.picture.catch(() => {});
  }

  async #open(init: RequestInit, options: Told): Promise<OpenPicture> {
    const { signal } = this.#stop;
    if (!this.url) throw new LoecError('E_INPUT', 'src is empty');
    const response = await fetch(this.url, { ...init, signal }).catch((cause: unknown) => {
      throwIfAborted(signal);
      throw new LoecError('E_INPUT', `${this.url} can't be fetched`, { cause });
    });
    return openRemotely(response, {
      ...options,
      signal,
      onHead: (head) => signal.aborted || options.onHead(head),
      onPreview: (preview) => (signal.aborted ? preview.close() : options.onPreview(preview)),
    });
  }

  close(): void {
    this.#stop.abort();
    this.picture.then(
      (picture) => picture.close(),
      () => {},
    );
  }
}
