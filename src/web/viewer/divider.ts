/** @file The border between two pictures, which can be dragged. */

import { icon, make } from './dom.ts';
import { clamp } from './view.ts';

/** Steps in hundredths of the width. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -2,
  ArrowDown: -2,
  ArrowRight: 2,
  ArrowUp: 2,
  PageDown: -10,
  PageUp: 10,
  Home: -100,
  End: 100,
};

export interface Divider {
  readonly element: HTMLElement;
  /** @param border share of the width, 0 … 1 */
  show(border: number): void;
}

/** @param onMove gets the share of the width, 0 … 1 */
export function makeDivider(onMove: (border: number) => void): Divider {
  const handle = make('span', { part: 'handle' }, icon('M9 7L4 12l5 5M15 7l5 5-5 5'));
  const element = make(
    'div',
    {
      part: 'divider',
      role: 'slider',
      tabindex: '0',
      'aria-label': 'Border between the pictures',
      'aria-valuemin': '0',
      'aria-valuemax': '100',
    },
    handle,
  );
  let percent = 50;
  const show = (border: number) => {
    percent = 100 * border;
    element.style.left = `${percent}%`;
    element.ariaValueNow = String(Math.round(percent));
    element.ariaValueText = `${Math.round(percent)} % from the left`;
  };
  const move = (wanted: number) => onMove(clamp(wanted, 0, 100) / 100);

  element.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(percent + step);
  });
  element.addEventListener('pointerdown', ({ button, pointerId }) => {
    if (button === 0) element.setPointerCapture(pointerId);
  });
  element.addEventListener('pointermove', ({ clientX, pointerId }) => {
    if (!element.hasPointerCapture(pointerId)) return;
    const { left, width } = (element.parentElement as Element).getBoundingClientRect();
    move((100 * (clientX - left)) / width);
  });
  return { element, show };
}
