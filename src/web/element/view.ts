/** @file Where an element is, and how many pixels of the screen its picture has. */

import type { Size } from '../../image/raster.ts';
import { observeSize } from '../dom/device-size.ts';

/** Pictures are made this many screens before they are seen, and given back beyond. */
export const SCREENS_AHEAD = 2;

export interface View {
  /** undefined until it is known. */
  isNear?: boolean;
  /** In pixels of the screen; undefined until it is known. */
  box?: Size;
}

type Listener = (change: View) => void;
const listeners = new WeakMap<Element, Listener>();

/** One for all: of those that come near together the page hears in one turn, and the most urgent is first. */
let nearness: IntersectionObserver | undefined;

/**
 * @param onChange told what has changed
 * @returns ends it
 */
export function observeView(host: Element, canvas: Element, onChange: Listener): () => void {
  // Per cent of a part that scrolls would be of all that is in it.
  const options = { rootMargin: `${100 * SCREENS_AHEAD}%`, scrollMargin: '1000px' };
  nearness ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) listeners.get(target)?.({ isNear: isIntersecting });
  }, options);
  listeners.set(host, onChange);
  nearness.observe(host);
  const endSize = observeSize(canvas, (box) => onChange({ box }));
  return () => {
    listeners.delete(host);
    nearness?.unobserve(host);
    endSize();
  };
}
