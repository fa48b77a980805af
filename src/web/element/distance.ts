/** @file How far an element is from what is seen. */

/** In screens: 0 for what is on the screen, Infinity for what has no box. */
export function screensAway(element: Element): number {
  const box = element.getClientRects()[0];
  if (!box) return Infinity;
  return Math.max(beyond(box.left, box.right, innerWidth), beyond(box.top, box.bottom, innerHeight));
}

function beyond(start: number, end: number, screen: number): number {
  return Math.max(start - screen, -end, 0) / screen;
}
