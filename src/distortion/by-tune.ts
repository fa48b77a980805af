/** @file What a picture may be fitted for, and the distortion that each fit lowers. */

import type { Distortion } from './distortion.ts';
import { SQUARED_ERROR } from './squared-error.ts';
import { VISUAL } from './visual/visual.ts';

/** For the eye, or for the PSNR. */
export type Tune = 'visual' | 'psnr';

export const DISTORTION_BY_TUNE: Readonly<Record<Tune, Distortion>> = { visual: VISUAL, psnr: SQUARED_ERROR };

export const TUNES = Object.keys(DISTORTION_BY_TUNE) as readonly Tune[];
