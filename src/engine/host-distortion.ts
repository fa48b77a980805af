/** @file A distortion that the host works out for an engine, between evaluating the field and going backward. */

import type { PictureDistortion, Place } from '../distortion/distortion.ts';
import type { PyramidProblem } from './pyramid.ts';

/**
 * Opens a session with the distortion of its picture; where that fails, neither stays.
 * @param place where the distortion works
 * @param open what disposes of the distortion with itself
 */
export async function openWithHost<Session>(
  { distortion, raster }: PyramidProblem,
  place: Place,
  open: (host: PictureDistortion) => Session,
): Promise<Session> {
  const host = await distortion.of(raster, place);
  try {
    return open(host);
  } catch (error) {
    await host.dispose();
    throw error;
  }
}
