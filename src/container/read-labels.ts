/** @file Reads label maps; loaded when a file has one. */

import { decodeLabels } from '../entropy/label-map.ts';
import type { Size } from '../image/raster.ts';
import type { TimeSlices } from '../time-slices.ts';

/** @returns [height, width] @throws LoecError E_FORMAT, E_LIMIT or E_ABORTED */
export async function readLabels(
  payload: Uint8Array,
  { width, height }: Size,
  slices: TimeSlices,
  classes?: number,
): Promise<Uint8Array> {
  return slices.take(decodeLabels(payload, width, height, classes));
}
