/** @file The previews of a picture whose file still comes. */

import { bitmapIn } from './bitmap.ts';
import type { Arrival } from './messages.ts';
import type { OpenOptions } from './options.ts';
import type { WorkerPicture } from './worker-picture.ts';

/** Those that bytes are there for, until the picture itself is shown. Once the file is whole a first one is worth its time, no other. */
export class ArrivingPreviews {
  readonly #picture: WorkerPicture;
  readonly #options: OpenOptions;
  #canPreview = false;
  #isPreviewing = false;
  #shown = 0;
  #isWhole = false;
  #isOver = false;

  constructor(picture: WorkerPicture, options: OpenOptions) {
    this.#picture = picture;
    this.#options = options;
  }

  /** After each part of the file. */
  hear({ canPreview }: Pick<Arrival, 'canPreview'>): void {
    this.#canPreview = canPreview;
    if (!this.#isPreviewing) void this.#show();
  }

  /** The file is whole. */
  end(): void {
    this.#isWhole = true;
  }

  /** The picture is there. */
  stop(): void {
    this.#isOver = true;
  }

  async #show(): Promise<void> {
    const { onPreview } = this.#options;
    if (!onPreview) return;
    this.#isPreviewing = true;
    while (this.#canPreview && !this.#isOver && !(this.#isWhole && this.#shown > 0)) {
      // Of one that fails nothing is said: reading the picture tells why.
      const bitmap = await this.#next().catch(() => null);
      if (!bitmap) continue;
      this.#shown += 1;
      if (this.#isOver || this.#picture.isClosed) bitmap.close();
      else onPreview(bitmap);
    }
    this.#isPreviewing = false;
  }

  /** null where there is none. */
  async #next(): Promise<ImageBitmap | null> {
    this.#canPreview = false;
    const { shown, canPreview } = await this.#picture.preview(this.#options);
    this.#canPreview ||= canPreview;
    return shown && bitmapIn(shown);
  }
}
