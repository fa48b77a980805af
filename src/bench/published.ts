/**
 * @file Rate-distortion curves of other codecs on the Kodak set, as their authors or others measured them. They are means
 * over the 24 pictures, rounded copies of what their sources state, and stand beside curves that the bench measures; no point
 * of theirs ever enters a measured curve or a mean of one. `mozjpeg` alone was measured by this project, once, with the
 * version that its entry names.
 */

import curves from './published.json' with { type: 'json' };

interface PublishedCurve {
  /** Short and unique. */
  readonly id: string;
  /** For legends. */
  readonly label: string;
  /** Designed transforms, network weights in the file, or latents fitted to the picture. */
  readonly kind: 'classic' | 'inr' | 'overfitted latents';
  /** Where the numbers were read: a repository and the file in it. */
  readonly source: string;
  /** The paper, repository or program that the curve belongs to. */
  readonly reference: string;
  /** [points]: mean bits per pixel over the 24 pictures, rising. */
  readonly bpp: readonly number[];
  /** [points]: the mean of the pictures' PSNR over red, green and blue, 8 bits, in dB; not the PSNR of the mean error. */
  readonly psnr: readonly number[];
}

/** Published means over the 24 Kodak pictures, copied from their sources and never mixed with measured curves. */
export const PUBLISHED = curves as readonly PublishedCurve[];
