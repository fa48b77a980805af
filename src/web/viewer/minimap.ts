/** @file The whole picture, small, with the part that is seen: where it is dragged, the view goes. */

import { make } from './dom.ts';
import type { Layer } from './layer.ts';
import type { Point, Rectangle, Size } from './view.ts';

/** The longer side, in CSS pixels. */
const SIDE = 112;

export interface Minimap {
  readonly element: HTMLElement;
  showPicture(layer: Layer): void;
  /** @param seen in pixels of the picture */
  showSeen(seen: Rectangle, picture: Size): void;
}

/** @param onMove gets the point that the middle of the view should show, in shares of width and height */
export function makeMinimap(onMove: (at: Point) => void): Minimap {
  const canvas = make('canvas');
  const frame = make('div', { part: 'minimap-view' });
  // Everything that it does can be done by keys.
  const element = make('div', { part: 'minimap', 'aria-hidden': 'true', hidden: '' }, canvas, frame);
  const follow = ({ clientX, clientY }: PointerEvent) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    onMove({ x: (clientX - left) / width, y: (clientY - top) / height });
  };
  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    follow(event);
  });
  element.addEventListener('pointermove', (event) => {
    if (element.hasPointerCapture(event.pointerId)) follow(event);
  });
  return {
    element,
    showPicture(layer) {
      const perPixel = SIDE / Math.max(layer.width, layer.height);
      const [width, height] = [layer.width, layer.height].map((side) => Math.max(1, side * perPixel));
      element.style.width = `${width}px`;
      element.style.height = `${height}px`;
      drawWhole(canvas, layer.overview, { width: width as number, height: height as number });
    },
    showSeen({ x, y, width, height }, picture) {
      element.hidden = width >= picture.width && height >= picture.height;
      if (element.hidden) return;
      const { style } = frame;
      style.left = `${(100 * x) / picture.width}%`;
      style.top = `${(100 * y) / picture.height}%`;
      style.width = `${(100 * width) / picture.width}%`;
      style.height = `${(100 * height) / picture.height}%`;
    },
  };
}

function drawWhole(canvas: HTMLCanvasElement, whole: CanvasImageSource, size: Size): void {
  canvas.width = Math.ceil(size.width * devicePixelRatio);
  canvas.height = Math.ceil(size.height * devicePixelRatio);
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.imageSmoothingQuality = 'high';
  context.drawImage(whole, 0, 0, canvas.width, canvas.height);
}
