/** @file Views on their way: from one to another, and on after a push. Times in milliseconds. */

import type { Point, View } from './view.ts';

export interface Motion {
  readonly duration: number;
  /** Where it ends, if nothing stops it. */
  readonly end: View;
  /** @param elapsed 0 … duration */
  at(elapsed: number): View;
}

const GLIDE = 180;

/** A push loses all but 1/e of its speed in this time. */
const SLOWING = 120;

/** Zoom changes by equal factors in equal times about the point that both views show at the same place. */
export function glide(from: View, end: View): Motion {
  return {
    duration: GLIDE,
    end,
    at: (elapsed) => (elapsed >= GLIDE ? end : between(from, end, easeOut(elapsed / GLIDE))),
  };
}

/** @param share of the way, 0 … 1 */
function between(from: View, end: View, share: number): View {
  const zoom = from.zoom * (end.zoom / from.zoom) ** share;
  // Along a zoom about a fixed point, the centre is linear in 1 / zoom.
  const way = isSame(from.zoom, end.zoom)
    ? share
    : (1 / zoom - 1 / from.zoom) / (1 / end.zoom - 1 / from.zoom);
  return { x: from.x + way * (end.x - from.x), y: from.y + way * (end.y - from.y), zoom };
}

/** The same zoom, but for rounding. */
export function isSame(zoom: number, other: number): boolean {
  return Math.abs(zoom / other - 1) < 1e-6;
}

function easeOut(share: number): number {
  return 1 - (1 - share) ** 3;
}

/** On as it was pushed, ever slower. @param speed of the picture on the screen, pixels a millisecond */
export function drift(from: View, speed: Point): Motion {
  const duration = 5 * SLOWING;
  const at = (elapsed: number): View => {
    const way = (SLOWING * (1 - Math.exp(-elapsed / SLOWING))) / from.zoom;
    return { x: from.x - way * speed.x, y: from.y - way * speed.y, zoom: from.zoom };
  };
  return { duration, end: at(duration), at };
}
