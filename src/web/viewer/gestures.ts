/** @file Wheels, drags, pinches and double clicks as movements of a view. Points are screen pixels from the corner of the element. */

import type { Point } from './view.ts';

export interface Movements {
  /** A finger has come down: what moves by itself stops. */
  hold(): void;
  pan(by: Point): void;
  /** @param by how far what is at `at` moves as well; @default not at all */
  zoom(factor: number, at: Point, by?: Point): void;
  /** Let go while moving. @param speed screen pixels a millisecond */
  release(speed: Point): void;
  doubleClick(at: Point, isOut: boolean): void;
  /** Whether a zoom by this factor would change anything: a wheel that does nothing here scrolls the page. */
  canZoom(factor: number): boolean;
}

/** Factor for each pixel that a wheel turns: a notch of 100 zooms by 1.22. A trackpad's pinch comes as a wheel with ctrl, in small steps. */
const PER_PIXEL = 0.002;
const PER_PINCHED_PIXEL = 0.01;

/** The most that one event turns. Firefox counts lines, and some drivers jump. */
const MOST_PIXELS = 200;
const LINE = 16;

/** A drag has the speed of its last moves, these milliseconds long. */
const RECENT = 80;

/** What a pointer moves less than this is a finger that trembles. */
const STILL = 0.05;

export function listenToGestures(element: HTMLElement, toScreen: (at: Point) => Point, on: Movements): void {
  const pointers = new Map<number, Point>();
  let moves: { readonly by: Point; readonly time: number }[] = [];

  const pointOf = ({ clientX, clientY }: MouseEvent) => {
    const { left, top } = element.getBoundingClientRect();
    return toScreen({ x: clientX - left, y: clientY - top });
  };

  element.addEventListener('pointerdown', (event) => {
    // The first finger: those before it were lifted where nobody heard it, outside of an element that was removed.
    if (event.isPrimary) pointers.clear();
    if (event.button !== 0 || pointers.size === 2) return;
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, pointOf(event));
    moves = [];
    on.hold();
  });

  element.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const after = pointOf(event);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, after);
    const by = difference(after, before);
    if (other) {
      // The middle of both moves half as far as one of them.
      const factor = distance(after, other) / Math.max(distance(before, other), 1);
      on.zoom(factor, middle(before, other), { x: by.x / 2, y: by.y / 2 });
    } else {
      on.pan(by);
      moves = [...moves.filter(({ time }) => event.timeStamp - time < RECENT), { by, time: event.timeStamp }];
    }
  });

  const lift = ({ pointerId, timeStamp, type }: PointerEvent) => {
    if (!pointers.delete(pointerId)) return;
    const speed = speedOf(moves, timeStamp);
    moves = [];
    if (type === 'pointerup' && pointers.size === 0 && Math.hypot(speed.x, speed.y) > STILL)
      on.release(speed);
  };
  element.addEventListener('pointerup', lift);
  element.addEventListener('pointercancel', lift);

  element.addEventListener(
    'wheel',
    (event) => {
      if (event.shiftKey) {
        event.preventDefault();
        // Browsers turn a wheel with shift by themselves, or leave it to the page.
        return on.pan(toScreen({ x: -pixelsOf(event, event.deltaX || event.deltaY), y: 0 }));
      }
      const factor = Math.exp(
        -pixelsOf(event, event.deltaY) * (event.ctrlKey ? PER_PINCHED_PIXEL : PER_PIXEL),
      );
      if (!event.ctrlKey && !on.canZoom(factor)) return;
      event.preventDefault();
      on.zoom(factor, pointOf(event));
    },
    { passive: false },
  );

  element.addEventListener('dblclick', (event) => on.doubleClick(pointOf(event), event.shiftKey));
}

function pixelsOf({ deltaMode }: WheelEvent, delta: number): number {
  const pixels = deltaMode === WheelEvent.DOM_DELTA_PIXEL ? delta : delta * LINE;
  return Math.min(Math.max(pixels, -MOST_PIXELS), MOST_PIXELS);
}

function difference(a: Point, b: Point): Point {
  return { x: a.x - b.x, y: a.y - b.y };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function speedOf(moves: readonly { readonly by: Point; readonly time: number }[], now: number): Point {
  const recent = moves.filter(({ time }) => now - time < RECENT);
  const sum = (axis: 'x' | 'y') => recent.reduce((total, { by }) => total + by[axis], 0);
  return { x: sum('x') / RECENT, y: sum('y') / RECENT };
}
