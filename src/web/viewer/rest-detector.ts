/** @file Whether a view is at rest: what is seen of it for an instant is not worth what a page needs for its next frame. */

import type { View } from './view.ts';

/** A view that changes twice within this time moves, and rests when it has not changed for as long. Milliseconds. */
export const REST = 100;

export class RestDetector {
  #view: View | null = null;
  #changed = Number.NEGATIVE_INFINITY;
  #end = Number.NEGATIVE_INFINITY;

  /** To be asked at each frame. @param now in milliseconds */
  isMoving(view: View, now: number): boolean {
    if (view !== this.#view) {
      if (now - this.#changed < REST) this.#end = now + REST;
      this.#changed = now;
      this.#view = view;
    }
    return now < this.#end;
  }
}
