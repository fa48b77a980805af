/** @file New targets for a session whose outputs and targets are interleaved, [count, channels]. */

import { interleavedOf, planarOf } from '../distortion/planar.ts';
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
  const { targets, weights } = await near(planarOf(await session.outputs(), channels));
  session.setTargets(interleavedOf(targets, channels), interleavedOf(weights, channels));
}
