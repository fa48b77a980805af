/** @file How many pixels of the screen an element has. */

import type { Size } from '../../image/raster.ts';

/**
 * @param onChange told the width and height of the target's content box, in whole pixels of the screen: at first, and when they change,
 * also by the screen's density
 * @returns ends it
 */
export function observeSize(target: Element, onChange: (box: Size) => void): () => void {
  const observer = new ResizeObserver(([entry]) => onChange(sizeOf(entry as ResizeObserverEntry)));
  const end = new AbortController();
  const observeLayout = (): void => {
    // What is observed from its beginning is told.
    observer.unobserve(target);
    observer.observe(target);
    const density = matchMedia(`(resolution:${devicePixelRatio}dppx)`);
    density.addEventListener('change', observeLayout, { once: true, signal: end.signal });
  };
  try {
    observer.observe(target, { box: 'device-pixel-content-box' });
  } catch {
    // Browsers that don't know this box (Safari) observe what is independent of the screen.
    observeLayout();
  }
  return () => {
    observer.disconnect();
    end.abort();
  };
}

function sizeOf({ target, devicePixelContentBoxSize, contentRect }: ResizeObserverEntry): Size {
  const pixels = (length: number): number => Math.round(length * devicePixelRatio);
  const laidOut = { width: pixels(contentRect.width), height: pixels(contentRect.height) };
  const exact = devicePixelContentBoxSize?.[0];
  if (!exact) return laidOut;
  const { inlineSize, blockSize } = exact;
  const isHorizontal = getComputedStyle(target).writingMode.startsWith('h');
  const box = isHorizontal
    ? { width: inlineSize, height: blockSize }
    : { width: blockSize, height: inlineSize };
  // Where tools of developers play another screen, Chromium has the box of the real one.
  return Math.abs(box.width - laidOut.width) <= devicePixelRatio ? box : laidOut;
}
