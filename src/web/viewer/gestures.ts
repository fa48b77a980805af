/** @file Drags, pinches and double clicks: they pan and zoom a view. */

import type { PointerActions } from './pointer-actions.ts';
import type { ScreenPoints } from './screen-points.ts';
import type { Point } from './view.ts';

/** A drag has the speed of its last moves, these milliseconds long. */
const RECENT = 80;

/** What a pointer moves less than this is a finger that trembles, in screen pixels a millisecond. */
const STILL = 0.05;

interface Finger {
  at: Point;
  /** What it has come down on has its events, wherever it goes. */
  on: Element;
}

interface Move {
  readonly by: Point;
  /** Milliseconds. */
  readonly time: number;
}

/** @param element a slider within keeps its drags */
export function listenToGestures(element: HTMLElement, points: ScreenPoints, on: PointerActions): void {
  const fingers = new Map<number, Finger>();
  let moves: Move[] = [];

  element.addEventListener('pointerdown', (event) => {
    forgetLifted(fingers);
    if (event.button !== 0 || fingers.size === 2) return;
    fingers.set(event.pointerId, { at: points.at(event), on: sliderOf(event) ?? element });
    // Two fingers pinch wherever they are: a slider below one of them lets go.
    if (fingers.size === 2) for (const finger of fingers.values()) finger.on = element;
    for (const [id, finger] of fingers) finger.on.setPointerCapture(id);
    moves = [];
    on.hold();
  });

  element.addEventListener('pointermove', (event) => {
    const finger = fingers.get(event.pointerId);
    if (!finger?.on.hasPointerCapture(event.pointerId)) return;
    const before = finger.at;
    finger.at = points.at(event);
    const by = difference(finger.at, before);
    const other = [...fingers.values()].find((known) => known !== finger);
    if (other) {
      // The middle of both moves half as far as one of them.
      const factor = distance(finger.at, other.at) / Math.max(distance(before, other.at), 1);
      on.zoom(factor, middle(before, other.at), { x: by.x / 2, y: by.y / 2 });
    } else if (finger.on === element) {
      on.pan(by);
      moves = [...moves.filter(({ time }) => event.timeStamp - time < RECENT), { by, time: event.timeStamp }];
    }
  });

  const lift = ({ pointerId, timeStamp, type }: PointerEvent) => {
    if (!fingers.delete(pointerId)) return;
    const speed = speedOf(moves, timeStamp);
    moves = [];
    const isPush = type === 'pointerup' && fingers.size === 0 && Math.hypot(speed.x, speed.y) > STILL;
    if (isPush) on.release(speed);
  };
  element.addEventListener('pointerup', lift);
  element.addEventListener('pointercancel', lift);

  element.addEventListener('dblclick', (event) => on.doubleClick(points.at(event), event.shiftKey));
}

/** Fingers may be lifted where nobody hears it, after the element was removed. */
function forgetLifted(fingers: Map<number, Finger>): void {
  for (const [id, { on }] of fingers) {
    if (!on.hasPointerCapture(id)) fingers.delete(id);
  }
}

function sliderOf({ target }: Event): Element | null {
  return (target as Element).closest('[role=slider]');
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

function speedOf(moves: readonly Move[], now: number): Point {
  const recent = moves.filter(({ time }) => now - time < RECENT);
  const sum = (axis: 'x' | 'y') => recent.reduce((total, { by }) => total + by[axis], 0);
  return { x: sum('x') / RECENT, y: sum('y') / RECENT };
}
