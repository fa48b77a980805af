/** @file From a name to an engine that pages have, too; nothing is loaded before it is asked for. */

import { LoecError } from '../errors.ts';
import type { FoundAdapter } from '../webgpu/adapter.ts';
import type { Engine } from './engine.ts';
import { ENGINE_NAMES, type EngineName, type EngineNotice } from './names.ts';

export interface EngineOptions {
  /** Of the wasm engine, and of distortions that the host works out for others. @default the machine's cores */
  readonly threads?: number | undefined;
  readonly onNotice?: ((notice: EngineNotice) => void) | undefined;
}

/** From a name to an engine. @throws LoecError E_ENGINE */
export type ChooseEngine = (name: 'auto' | EngineName, options?: EngineOptions) => Promise<Engine>;

/**
 * `auto` is webgpu where there is a GPU in hardware, and else wasm, which needs nothing installed; on a CPU tfjs is twenty times
 * slower. The fallback of webgpu is wasm, for the case that the GPU fails.
 * @throws LoecError E_ENGINE
 */
export const chooseInPage: ChooseEngine = async (name, options = {}) => {
  switch (name) {
    case 'auto':
      return chooseByMachine(options);
    case 'wasm':
      return openWasm(options);
    case 'webgpu':
      return openWebgpu(await (await import('../webgpu/adapter.ts')).findAdapter(), options);
    case 'tfjs':
      throw new LoecError('E_ENGINE', 'pages have no engine tfjs: wasm and webgpu are faster');
    default:
      throw new LoecError(
        'E_USAGE',
        `expected auto, ${ENGINE_NAMES.join(' or ')} for engine, received ${String(name)}`,
      );
  }
};

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
