/** @file What a fit draws so far, for a canvas. */

import type { EncodeOptions } from 'loec/web';

type Preview = Parameters<NonNullable<EncodeOptions['onPreview']>>[0];

/** Of a picture that came as RGBA of 8 bits. */
export function previewImage({ width, height, data }: Preview): ImageData {
  return new ImageData(new Uint8ClampedArray(data), width, height);
}
