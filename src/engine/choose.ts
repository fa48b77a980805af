/** @file From a name to an engine; nothing is loaded before it is asked for. */

import { LoecError } from '../errors.ts';
import { ENGINE_NAMES, type Engine, type EngineName } from './engine.ts';

export interface EngineOptions {
  /** Threads of the wasm engine. @default the machine's cores */
  readonly threads?: number | undefined;
}

/** What an engine is on this machine, for `loec doctor`. */
export interface EngineStatus {
  readonly name: EngineName;
  readonly available: boolean;
  /** What it runs on, or why it is not available and what adds it. */
  readonly detail: string;
}

/**
 * `auto` is wasm: it needs nothing installed, and on a CPU tfjs is twenty times slower.
 * @throws LoecError E_ENGINE
 */
export async function chooseEngine(name: 'auto' | EngineName, options: EngineOptions = {}): Promise<Engine> {
  switch (name) {
    case 'auto':
    case 'wasm':
      return (await import('./wasm/engine.ts')).createWasmEngine(options);
    case 'webgpu':
      return (await import('./webgpu/engine.ts')).createWebgpuEngine();
    case 'tfjs':
      return (await import('./tfjs/engine.ts')).createTfjsEngine();
    default:
      throw new LoecError(
        'E_USAGE',
        `expected auto, ${ENGINE_NAMES.join(' or ')} for engine, received ${String(name)}`,
      );
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
