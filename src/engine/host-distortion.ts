/** @file A distortion that the host works out for an engine, between evaluating the field and going backward. */

import type { PictureDistortion, Place } from '../distortion/distortion.ts';
import { planarOf } from '../distortion/planar.ts';
import type { HostDistortion, PyramidProblem, PyramidSession } from './pyramid.ts';

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

/** Of a session whose outputs the distortion has to copy. */
export function hostDistortionOf(
  host: PictureDistortion,
  session: Pick<PyramidSession, 'outputs'>,
  channels: number,
): HostDistortion {
  return {
    of: async (outputs) => host.evaluate(outputs, null),
    localModel: async () => host.localModel(planarOf(await session.outputs(), channels)),
  };
}
