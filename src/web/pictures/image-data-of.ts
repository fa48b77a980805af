/** @file Samples of a program, or previews of a fit, as a canvas takes them. */

import { checkedRaster, type RasterInput } from '../../image/raster-input.ts';
import { TimeSlices } from '../../time-slices.ts';
import { imageOf } from './bitmap.ts';
import { toCanvas } from './canvas-pixels.ts';

/**
 * A picture for a canvas: what `onPreview` gives, or `rasterOf`. Of a picture with colours outside of sRGB it is in Display P3.
 * @param raster of 1 to 4 channels and 8 or 16 bits
 * @throws LoecError E_USAGE, E_LIMIT, E_ENGINE in Node
 */
export async function imageDataOf(raster: RasterInput): Promise<ImageData> {
  return imageOf(await toCanvas(checkedRaster(raster), undefined, new TimeSlices()));
}
