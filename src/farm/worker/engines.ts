/** @file Which lanes a machine can serve. */

import { chooseEngine, hasGpu } from '../../engine/choose.ts';
import type { EngineName } from '../../engine/names.ts';
import type { Need } from '../lane.ts';

/** What a worker's machine can compute with. */
export interface MachineEngines {
  /** Of lanes that it serves. */
  readonly needs: readonly Need[];
  /** Whether pictures that leave the engine to the machine would take turns with a device. */
  readonly isOneDevice: boolean;
}

/**
 * @param asked what the user wants this worker to compute with
 * @throws LoecError E_ENGINE for one that this machine does not have
 */
export async function findEngines(asked: 'auto' | EngineName): Promise<MachineEngines> {
  if (asked === 'wasm') return { needs: ['any'], isOneDevice: false };
  if (asked !== 'auto') {
    await tryEngine(asked);
    return { needs: ['any', asked], isOneDevice: true };
  }
  const needs: Need[] = ['any'];
  for (const name of ['webgpu', 'tfjs'] as const) if (await canStart(name)) needs.push(name);
  return { needs, isOneDevice: await hasGpu() };
}

async function tryEngine(name: EngineName): Promise<void> {
  await (await chooseEngine(name)).dispose();
}

function canStart(name: EngineName): Promise<boolean> {
  return tryEngine(name).then(
    () => true,
    () => false,
  );
}
