/** @file New targets for a session that takes them as problems have them, interleaved, [count, channels]. */

import { interleavedOf } from '../distortion/planar.ts';
import type { TargetsNear } from './coordinates.ts';

interface Targeted {
  outputs(): Promise<Float32Array>;
  setTargets(targets: Float32Array, weights: Float32Array): void;
}

/** See `CoordinateSession.retarget`. */
export async function retargetInterleaved(
  session: Targeted,
  channels: number,
  near: TargetsNear,
): Promise<void> {
  const { targets, weights } = await near(await session.outputs());
  session.setTargets(interleavedOf(targets, channels), interleavedOf(weights, channels));
}
