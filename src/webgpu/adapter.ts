/** @file Finds GPUs: the browser's, or in Node those that the package `webgpu` (Dawn) reaches. */

import { LoecError } from '../errors.ts';
import { lacksVulkanDriver } from './vulkan.ts';

const PACKAGE = 'webgpu';

/** How software renderers call themselves: they are slower than the wasm engine. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|warp/i;

export interface FoundAdapter {
  readonly adapter: GPUAdapter;
  /** For people: `NVIDIA H100 (Vulkan driver 550)`. */
  readonly name: string;
  /** Whether it is a program on the CPU. */
  readonly isSoftware: boolean;
}

/** Ways to ask; WebGPU has none that lists adapters. */
const QUESTIONS: readonly GPURequestAdapterOptions[] = [
  { powerPreference: 'high-performance' },
  { powerPreference: 'low-power' },
  { forceFallbackAdapter: true },
];

const NOT_FOUND =
  'webgpu finds no GPU: a driver with Vulkan, Metal or Direct3D 12 is needed (on Linux libvulkan.so.1 too)';

const NO_WEBGPU =
  'there is no WebGPU here (`navigator.gpu`): browsers have it on pages of https and localhost; the engine wasm needs none';

/** The fastest one. @throws LoecError E_ENGINE with what to do */
export async function findAdapter(): Promise<FoundAdapter> {
  const adapter = await loadGpu().requestAdapter(QUESTIONS[0]);
  if (adapter) return describeAdapter(adapter);
  throw new LoecError('E_ENGINE', NOT_FOUND);
}

/** Those that the ways to ask bring up, each once, the fastest first. @throws LoecError E_ENGINE where there is none */
export async function listAdapters(): Promise<FoundAdapter[]> {
  const gpu = loadGpu();
  const found = new Map<string, FoundAdapter>();
  for (const question of QUESTIONS) {
    const adapter = await gpu.requestAdapter(question);
    if (!adapter) continue;
    const described = describeAdapter(adapter);
    if (!found.has(described.name)) found.set(described.name, described);
  }
  if (found.size === 0) throw new LoecError('E_ENGINE', NOT_FOUND);
  return [...found.values()];
}

/** The fastest one in hardware. @throws LoecError E_ENGINE with why there is none, or what to do */
export async function findHardware(): Promise<FoundAdapter> {
  if (lacksVulkanDriver()) throw new LoecError('E_ENGINE', 'there is no GPU driver for Vulkan');
  const found = await findAdapter();
  if (!found.isSoftware) return found;
  throw new LoecError('E_ENGINE', `${found.name} is a GPU in software`);
}

function describeAdapter(adapter: GPUAdapter): FoundAdapter {
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const words = [vendor, architecture, device, description].join(' ');
  return {
    adapter,
    name: nameOf(adapter.info),
    isSoftware: isFallbackAdapter || SOFTWARE.test(words),
  };
}

/** For people, with what sets software apart. */
export function labelOf({ name, isSoftware }: Pick<FoundAdapter, 'name' | 'isSoftware'>): string {
  return `${name}${isSoftware ? ', in software' : ''}`;
}

/** Drivers put the device's name in `device` and their own in `description`. */
function nameOf({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  const name = device || `${vendor} ${architecture}`.trim();
  if (!name) return description || 'a GPU without a name';
  return description ? `${name} (${description})` : name;
}

function loadGpu(): GPU {
  const own = globalThis.navigator?.gpu;
  if (own) return own;
  const here = globalThis.process;
  if (!here?.getBuiltinModule) throw new LoecError('E_ENGINE', NO_WEBGPU);
  try {
    // The decoder is bundled for browsers, and bundlers follow an `import`.
    const { createRequire } = here.getBuiltinModule('node:module');
    return openDawn(createRequire(import.meta.url)(PACKAGE));
  } catch (cause) {
    const why = isMissing(cause)
      ? `webgpu is not installed; add it with: npm install ${PACKAGE}`
      : `webgpu does not load: ${(cause as Error).message.split('\n')[0]}`;
    throw new LoecError('E_ENGINE', why, { cause });
  }
}

/** Dawn ends with the last reference to it, and what it made with it. */
let dawn: GPU | null = null;

function openDawn({ create, globals }: typeof import('webgpu')): GPU {
  dawn ??= create([]);
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  return dawn;
}

function isMissing(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes(PACKAGE);
}
