/** @file The loading of the element's picture: when it begins, what comes of it, and what ends it. */

import { abortError, LoecError } from '../../errors.ts';
import { tellError } from '../dom/tell-error.ts';
import type { Reflected } from './attributes.ts';
import { screensAway } from './distance.ts';
import { PictureRequest } from './picture-request.ts';
import { Presentation } from './presentation.ts';

/** The element. */
export interface Host extends HTMLElement, Reflected {
  src: string;
}

export class PictureLoader {
  readonly presentation: Presentation;
  /** The address of what is shown or is on its way. */
  url = '';
  error: unknown;
  isLoaded = false;
  readonly #host: Host;
  readonly #onChange: () => void;
  #request: PictureRequest | undefined;

  /** @param onChange told before the events when the picture's size is known, and when it is broken */
  constructor(host: Host, onChange: () => void) {
    this.#host = host;
    this.#onChange = onChange;
    this.presentation = new Presentation(
      host,
      () => this.start(),
      (error) => this.#fail(error),
    );
  }

  restart(): void {
    this.close();
    this.error = undefined;
    this.isLoaded = false;
    this.url = '';
    if (!this.#host.hasAttribute('src')) this.presentation.fail();
    this.startSoon();
  }

  /** Attributes that are set in the same turn count, and elements that come together are laid out once. */
  startSoon(): void {
    queueMicrotask(() => this.start());
  }

  /** Where it is time, and nothing has been done yet. */
  start(): void {
    const host = this.#host;
    const isWanted = host.hasAttribute('src') && !this.error && !this.#request;
    if (!isWanted || (host.loading === 'lazy' && !this.presentation.isKnownNear)) return;
    this.url = host.src;
    const request = new PictureRequest(this.url, fetchOptions(host), {
      priority: () => screensAway(host),
      onHead: (head) => {
        this.presentation.expect(head);
        this.#onChange();
      },
      onPreview: (preview) => {
        if (this.presentation.preview(preview)) host.dispatchEvent(new Event('preview'));
      },
    });
    this.#request = request;
    void this.#finish(request);
  }

  async #finish(request: PictureRequest): Promise<void> {
    try {
      const picture = await request.picture;
      if (this.#request === request) await this.presentation.show(picture);
    } catch (error) {
      if (this.#request === request) this.#fail(error);
    }
    // An element that has come back has said so before.
    if (this.#request !== request || this.isLoaded) return;
    this.isLoaded = true;
    this.#host.dispatchEvent(new Event('load'));
  }

  /** @throws LoecError */
  async decode(): Promise<void> {
    this.presentation.bringNear();
    this.start();
    const request = this.#request;
    if (!request) throw this.error ?? new LoecError('E_USAGE', 'expected a src to decode');
    await request.picture;
    await this.presentation.update();
    if (this.#request !== request) throw this.error ?? abortError(AbortSignal.abort());
  }

  #fail(error: unknown): void {
    if (!this.#request) return;
    this.close();
    this.error = error;
    this.presentation.fail();
    this.#onChange();
    tellError(this.#host, this.url, error);
  }

  /** What is shown stays. */
  close(): void {
    this.presentation.drop();
    this.#request?.close();
    this.#request = undefined;
  }
}

function fetchOptions(host: Host): RequestInit {
  const { crossOrigin, fetchPriority, referrerPolicy } = host;
  return {
    credentials: crossOrigin === 'use-credentials' ? 'include' : 'same-origin',
    priority: fetchPriority === 'auto' && screensAway(host) > 0 ? 'low' : (fetchPriority as RequestPriority),
    referrerPolicy: referrerPolicy as ReferrerPolicy,
  };
}
