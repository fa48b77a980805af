/** @file Samples of a program, or previews of a fit, as a canvas takes them. */

import { checkedRaster, type RasterInput } from '../../image/raster-input.ts';
import { TimeSlices } from '../../time-slices.ts';
import { toCanvas } from '../colours/canvas-pixels.ts';
import { imageOf } from './bitmap.ts';

/** @throws LoecError E_USAGE, E_LIMIT, E_ENGINE in Node */
export async function imageDataOf(raster: RasterInput): Promise<ImageData> {
  return imageOf(await toCanvas(checkedRaster(raster), undefined, new TimeSlices()));
}
