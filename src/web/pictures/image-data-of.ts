/** @file Samples of a program, or previews of a fit, as a canvas takes them. */

import { checkedRaster, type RasterInput } from '../../image/raster-input.ts';
import { TimeSlices } from '../../time-slices.ts';
import { toCanvas } from './canvas-pixels.ts';
import { imageOf } from './render.ts';

/**
 * @param input of 1 to 4 channels and 8 or 16 bits
 * @returns in the smaller of a canvas' colour spaces that holds its colours
 * @throws LoecError E_USAGE, E_LIMIT, E_ENGINE in Node
 */
export async function imageDataOf(input: RasterInput): Promise<ImageData> {
  return imageOf(await toCanvas(checkedRaster(input), undefined, new TimeSlices()));
}
