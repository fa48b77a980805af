/** @file Where an element is, and how many pixels of the screen its picture has. */

import type { Size } from './wanted-size.ts';

/** Pictures are made this many screens before they are seen, and given back beyond. */
export const SCREENS_AHEAD = 2;

export interface View {
  /** undefined until it is known. */
  isNear?: boolean;
  /** In pixels of the screen; undefined until it is known. */
  box?: Size;
}

/**
 * @param onChange told what has changed
 * @returns ends it
 */
export function observeView(host: Element, canvas: Element, onChange: (change: View) => void): () => void {
  const margin = `${100 * SCREENS_AHEAD}%`;
  const options = { rootMargin: margin, scrollMargin: margin };
  const nearness = new IntersectionObserver(
    (entries) => onChange({ isNear: entries.at(-1)?.isIntersecting as boolean }),
    options,
  );
  const size = new ResizeObserver((entries) =>
    onChange({ box: boxOf(entries.at(-1) as ResizeObserverEntry) }),
  );
  nearness.observe(host);
  try {
    size.observe(canvas, { box: 'device-pixel-content-box' });
  } catch {
    // A browser that does not know this box.
    size.observe(canvas);
  }
  return () => {
    nearness.disconnect();
    size.disconnect();
  };
}

function boxOf({ target, devicePixelContentBoxSize, contentRect }: ResizeObserverEntry): Size {
  const exact = devicePixelContentBoxSize?.[0];
  if (!exact)
    return { width: contentRect.width * devicePixelRatio, height: contentRect.height * devicePixelRatio };
  const { inlineSize, blockSize } = exact;
  const isHorizontal = getComputedStyle(target).writingMode.startsWith('h');
  return isHorizontal ? { width: inlineSize, height: blockSize } : { width: blockSize, height: inlineSize };
}
