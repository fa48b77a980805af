/** @file Where on the screen of a view a pointer is, in the screen's own pixels. */

import type { Point, Size } from './view.ts';

export interface ScreenPoints {
  at(pointer: MouseEvent): Point;
  /** @param way in pixels of CSS */
  along(way: Point): Point;
}

/** @param element what shows the screen, however a page transforms it */
export function screenPoints(element: Element, screen: () => Size): ScreenPoints {
  const along = ({ x, y }: Point): Point => {
    const { width, height } = element.getBoundingClientRect();
    const pixels = screen();
    // A box that is not shown has no size, and its pointers may still be held.
    return { x: (x * pixels.width) / Math.max(1, width), y: (y * pixels.height) / Math.max(1, height) };
  };
  return {
    along,
    at({ clientX, clientY }) {
      const { left, top } = element.getBoundingClientRect();
      return along({ x: clientX - left, y: clientY - top });
    },
  };
}
