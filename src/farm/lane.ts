/** @file The queues of a farm: workers take jobs of their own version, and of engines that they have. */

import type { EngineName } from '../engine/names.ts';

/** What a job needs: `any` engine, or one that not every machine has. */
export type Need = 'any' | 'webgpu' | 'tfjs';

/** @param engine that was asked for */
export function needOf(engine: 'auto' | EngineName = 'auto'): Need {
  return engine === 'auto' || engine === 'wasm' ? 'any' : engine;
}

/** The name of the queue. @param version of loec: another one may make other files */
export function laneOf(version: string, need: Need): string {
  return `${version}-${need}`;
}
