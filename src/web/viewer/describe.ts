/** @file A view in words, for those who hear it. */

import { MAX_SCALE } from '../../render/options.ts';
import { isSame } from './motion.ts';
import { MAX_ZOOM } from './view.ts';

export const INSTRUCTIONS =
  'Arrow keys move, plus and minus zoom, 0 shows the whole picture, 1 its actual pixels.';
export const COMPARE_INSTRUCTIONS = `${INSTRUCTIONS} C shows the other picture.`;

/** @param zoom screen pixels of a picture pixel @param fit the zoom at which the whole picture is seen */
export function describeZoom(zoom: number, fit: number): string {
  const percent = `${Number((100 * zoom).toPrecision(3))} %`;
  if (isSame(zoom, MAX_ZOOM)) return `Zoom ${percent}, the closest there is`;
  if (isSame(zoom, fit)) return `Whole picture, ${percent}`;
  return zoom > MAX_SCALE ? `Zoom ${percent}, without more detail` : `Zoom ${percent}`;
}
