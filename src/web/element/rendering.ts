/** @file Keeps what is shown of a picture as sharp as it is wanted. */

import type { Size } from '../../image/raster.ts';
import type { OpenPicture } from '../pictures/open-picture.ts';
import type { Surface } from './surface.ts';
import { isFarFrom } from './wanted-size.ts';

const NOTHING: Size = { width: 0, height: 0 };

export class Rendering {
  readonly #picture: OpenPicture;
  readonly #surface: Surface;
  readonly #wanted: () => Size | null;
  readonly #priority: () => number;
  #shown = NOTHING;
  #stop = new AbortController();
  #running: Promise<void> | undefined;

  /** @param wanted asked before each decode; null for none */
  constructor(picture: OpenPicture, surface: Surface, wanted: () => Size | null, priority: () => number) {
    this.#picture = picture;
    this.#surface = surface;
    this.#wanted = wanted;
    this.#priority = priority;
  }

  /** Resolves once what is wanted is shown, or stopped. @throws LoecError of the decode */
  update(): Promise<void> {
    if (this.#running) return this.#running;
    const running = this.#run(this.#stop.signal).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    try {
      for (let size = this.#missing(); size && !signal.aborted; size = this.#missing()) {
        const bitmap = await this.#picture.toBitmap({ ...size, signal, priority: this.#priority });
        if (signal.aborted) return bitmap.close();
        this.#surface.show(bitmap);
        this.#shown = size;
      }
    } catch (error) {
      // Where there is no sharper picture, the one that is shown stays.
      if (!signal.aborted && this.#shown === NOTHING) throw error;
    }
  }

  #missing(): Size | null {
    const wanted = this.#wanted();
    return wanted && isFarFrom(wanted, this.#shown) ? wanted : null;
  }

  /** What was shown counts no more; `update` begins anew. */
  stop(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#running = undefined;
    this.#shown = NOTHING;
  }
}
