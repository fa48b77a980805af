/** @file A picture on its way: from its address to a picture that is open. */

import { LoecError } from '../../errors.ts';
import { fetchFile } from '../pictures/fetch-file.ts';
import type { OpenOptions, OpenPicture } from '../pictures/open-picture.ts';
import { openRemotePicture } from '../pictures/remote-picture.ts';

/** What is told of a picture on its way, and when its turn is. */
export type Told = Required<Pick<OpenOptions, 'priority' | 'onHead' | 'onPreview'>>;

export class PictureRequest {
  readonly picture: Promise<OpenPicture>;
  readonly #stop = new AbortController();

  /** Nothing is told after `close`. */
  constructor(url: string, init: RequestInit, options: Told) {
    this.picture = this.#open(url, init, options);
    this.picture.catch(() => {});
  }

  async #open(url: string, init: RequestInit, options: Told): Promise<OpenPicture> {
    const { signal } = this.#stop;
    // To fetch takes a page a millisecond or two: elements that come together are not to do it in one task.
    await new Promise((resolve) => setTimeout(resolve));
    if (!url) throw new LoecError('E_INPUT', 'src is empty');
    const response = await fetchFile(url, { ...init, signal });
    return openRemotePicture(response, {
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
