/** @file How many pixels of a picture are seen. */

import type { Size } from '../../image/raster.ts';
import { MAX_SCALE, MIN_SCALE } from '../../render/options.ts';

/** Of one canvas: a screen of 4k has 8 megapixels. */
const MOST_PIXELS = 2 ** 24;

/**
 * @param box in pixels of the screen
 * @param picture its own size
 * @param fit a computed `object-fit`
 * @param density pixels of the screen in one of CSS
 */
export function wantedSize(box: Size, picture: Size, fit: string, density: number): Size {
  const scale = scaleToFit(box.width / picture.width, box.height / picture.height, fit, density);
  const most = Math.sqrt(MOST_PIXELS / (picture.width * picture.height * scale.x * scale.y));
  const pixels = (own: number, factor: number): number =>
    Math.min(
      Math.max(Math.round(own * factor * Math.min(1, most)), Math.ceil(own * MIN_SCALE)),
      own * MAX_SCALE,
    );
  return { width: pixels(picture.width, scale.x), height: pixels(picture.height, scale.y) };
}

function scaleToFit(x: number, y: number, fit: string, density: number): { x: number; y: number } {
  const alike = (scale: number) => ({ x: scale, y: scale });
  switch (fit) {
    case 'contain':
      return alike(Math.min(x, y));
    case 'cover':
      return alike(Math.max(x, y));
    case 'none':
      return alike(density);
    case 'scale-down':
      return alike(Math.min(x, y, density));
    default:
      return { x, y };
  }
}

/** Whether pixels must be made anew: not for a box that shrinks a little. */
export function isFarFrom(wanted: Size, shown: Size): boolean {
  return wanted.width > shown.width || wanted.height > shown.height || 2 * wanted.width < shown.width;
}
