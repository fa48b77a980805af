/** @file What a picture may be fitted for. */

/** For the eye, or for the PSNR. */
export const TUNES = ['visual', 'psnr'] as const;
export type Tune = (typeof TUNES)[number];
