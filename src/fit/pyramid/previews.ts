/** @file The picture as a fit draws it meanwhile, for those who watch. It changes nothing in the fit. */

import type { Raster } from '../../image/raster.ts';
import type { Journal } from '../journal/journal.ts';

/** Milliseconds between two previews at least. */
const INTERVAL_MS = 1000;

/** Previews take at most one part in so many of the time. */
const MOST_OF_TIME = 20;

export class Previews {
  readonly #show: ((preview: Raster) => void) | undefined;
  #due = 0;

  /** @param show nobody watches without */
  constructor(show: ((preview: Raster) => void) | undefined) {
    this.#show = show;
  }

  /** Shows what is drawn, where that is due. @returns it */
  async look(journal: Journal, draw: () => Promise<Raster | null>): Promise<Raster | null> {
    const started = performance.now();
    if (!this.#show || started < this.#due) return null;
    const preview = await journal.aside(draw);
    if (preview) this.#show(preview);
    const now = performance.now();
    this.#due = now + Math.max(INTERVAL_MS, MOST_OF_TIME * (now - started));
    return preview;
  }
}
