/** @file From a name to an engine in Node; nothing is loaded before it is asked for. */

import { type ChooseEngine, chooseInPage } from './choose-in-page.ts';
import { ENGINE_NAMES, type EngineName } from './names.ts';

/** What an engine is on this machine, for `loec doctor`. */
export interface EngineStatus {
  readonly name: EngineName;
  readonly available: boolean;
  /** What it runs on, or why it is not available and what adds it. */
  readonly detail: string;
}

/** @throws LoecError E_ENGINE */
export const chooseEngine: ChooseEngine = async (name, options = {}) =>
  name === 'tfjs'
    ? (await import('./tfjs/engine.ts')).createTfjsEngine(options)
    : chooseInPage(name, options);

/** Whether `auto` is a GPU. */
export async function hasGpu(): Promise<boolean> {
  try {
    const { findHardware } = await import('../webgpu/adapter.ts');
    await findHardware();
    return true;
  } catch {
    return false;
  }
}

/** Starts and ends every engine. */
export async function describeEngines(): Promise<EngineStatus[]> {
  const statuses: EngineStatus[] = [];
  for (const name of ENGINE_NAMES) statuses.push(await describeEngine(name));
  return statuses;
}

async function describeEngine(name: EngineName): Promise<EngineStatus> {
  try {
    const engine = await chooseEngine(name);
    await engine.dispose();
    return { name, available: true, detail: engine.description };
  } catch (error) {
    return { name, available: false, detail: (error as Error).message };
  }
}
