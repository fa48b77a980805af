/** @file The distortion that each fit lowers. */

import type { Distortion } from './distortion.ts';
import { SQUARED_ERROR } from './squared-error.ts';
import type { Tune } from './tunes.ts';
import { VISUAL, visualOver } from './visual/visual.ts';

/**
 * The squared error of premultiplied colours o and of alpha is nearly that of what is seen on black and on white. With errors of values
 * in [0, 1] and m the base of each colour that is mean(δo²) + mean(1 + m²)/4 · δa², of which the squared error of RGB and alpha is ¾ with
 * ⅓ in place of mean(1 + m²)/4.
 * @param base of premultiplied colours; null for the middle of their range, and where there are none
 */
export function distortionFor(tune: Tune, base: readonly number[] | null): Distortion {
  if (tune === 'psnr') return SQUARED_ERROR;
  return base ? visualOver(base) : VISUAL;
}
