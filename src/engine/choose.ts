/** @file From a name to an engine; nothing is loaded before it is asked for. */

import { LoecError } from '../errors.ts';
import type { FoundAdapter } from '../webgpu/adapter.ts';
import type { Engine } from './engine.ts';
import { ENGINE_NAMES, type EngineName, type EngineNotice } from './names.ts';

interface EngineOptions {
  /** Of the wasm engine, and of distortions that the host works out for others. @default the machine's cores */
  readonly threads?: number | undefined;
  readonly onNotice?: ((notice: EngineNotice) => void) | undefined;
}

/** What an engine is on this machine, for `loec doctor`. */
export interface EngineStatus {
  readonly name: EngineName;
  readonly available: boolean;
  /** What it runs on, or why it is not available and what adds it. */
  readonly detail: string;
}

/**
 * `auto` is webgpu where there is a GPU in hardware, and else wasm, which needs nothing installed; on a CPU tfjs is twenty times
 * slower. The fallback of webgpu is wasm, for the case that the GPU fails.
 * @throws LoecError E_ENGINE
 */
export async function chooseEngine(name: 'auto' | EngineName, options: EngineOptions = {}): Promise<Engine> {
  switch (name) {
    case 'auto':
      return chooseByMachine(options);
    case 'wasm':
      return openWasm(options);
    case 'webgpu':
      return openWebgpu(await (await import('../webgpu/adapter.ts')).findAdapter(), options);
    case 'tfjs':
      return (await import('./tfjs/engine.ts')).createTfjsEngine(options);
    default:
      throw new LoecError(
        'E_USAGE',
        `expected auto, ${ENGINE_NAMES.join(' or ')} for engine, received ${String(name)}`,
      );
  }
}

async function chooseByMachine(options: EngineOptions): Promise<Engine> {
  let engine: Engine;
  let why = '';
  try {
    const { findHardware } = await import('../webgpu/adapter.ts');
    engine = await openWebgpu(await findHardware(), options);
  } catch (error) {
    // Whatever is the matter with a GPU that nobody asked for: the CPU does it.
    engine = await openWasm(options);
    why = `: ${(error as Error).message}`;
  }
  options.onNotice?.({ kind: 'choice', text: `${engine.description}${why}` });
  return engine;
}

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

async function openWasm({ threads }: EngineOptions): Promise<Engine> {
  return (await import('./wasm/engine.ts')).createWasmEngine({ threads });
}

async function openWebgpu(found: FoundAdapter, options: EngineOptions): Promise<Engine> {
  const { createWebgpuEngine } = await import('./webgpu/engine.ts');
  const { FallbackEngine } = await import('./fallback/engine.ts');
  return new FallbackEngine(await createWebgpuEngine(found, { threads: options.threads }), {
    open: () => openWasm(options),
    onFailure: ({ message }) => {
      options.onNotice?.({ kind: 'failure', text: `${message}; the fit goes on on the CPU` });
    },
  });
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
