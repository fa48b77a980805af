/** @file Wheels, and what trackpads tell as such: they zoom a view, and pan it. */

import type { PointerActions } from './pointer-actions.ts';
import type { ScreenPoints } from './screen-points.ts';
import { clamp } from './view.ts';

/** Logarithm of the zoom for each pixel that a wheel turns: a notch of 100 zooms by 1.22. A trackpad's pinch comes as a wheel with ctrl, in small steps. */
const PER_PIXEL = 0.002;
const PER_PINCHED_PIXEL = 0.01;

/** The most of one event: wheels with ctrl have steps as large as without, and some drivers jump. */
const MOST = 0.4;

/** A page scrolls with a wheel that has rested for so long since it zoomed, in milliseconds: not with the end of the same turn. */
const REST = 300;

/** Pixels in a unit of `deltaMode`: pixels, lines (Firefox), pages. */
const UNITS = [1, 16, 200];

export function listenToWheel(element: HTMLElement, points: ScreenPoints, on: PointerActions): void {
  let zoomed = Number.NEGATIVE_INFINITY;
  const turn = (event: WheelEvent): void => {
    if (event.shiftKey) {
      event.preventDefault();
      // Browsers turn a wheel with shift by themselves, or leave it to the page.
      on.pan(points.along({ x: -pixelsOf(event, event.deltaX || event.deltaY), y: 0 }));
      return;
    }
    const turned = -pixelsOf(event, event.deltaY) * (event.ctrlKey ? PER_PINCHED_PIXEL : PER_PIXEL);
    const factor = Math.exp(clamp(turned, -MOST, MOST));
    const canZoom = on.canZoom(factor);
    if (!event.ctrlKey && !canZoom && event.timeStamp - zoomed > REST) return;
    zoomed = event.timeStamp;
    event.preventDefault();
    if (canZoom) on.zoom(factor, points.at(event));
  };
  element.addEventListener('wheel', turn, { passive: false });
}

function pixelsOf({ deltaMode }: WheelEvent, delta: number): number {
  return delta * (UNITS[deltaMode] ?? 1);
}
