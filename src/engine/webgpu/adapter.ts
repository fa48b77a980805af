/** @file Finds a GPU: the browser's, or in Node the one that the package `webgpu` (Dawn) reaches. */

import { LoecError } from '../../errors.ts';

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

/** @throws LoecError E_ENGINE with what to do */
export async function findAdapter(): Promise<FoundAdapter> {
  const gpu = await loadGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter) return describeAdapter(adapter);
  throw new LoecError(
    'E_ENGINE',
    'webgpu finds no GPU: a driver with Vulkan, Metal or Direct3D 12 is needed (on Linux libvulkan.so.1 too)',
  );
}

function describeAdapter(adapter: GPUAdapter): FoundAdapter {
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const words = [vendor, architecture, device, description].join(' ');
  return {
    adapter,
    name: description || device || `${vendor} ${architecture}`.trim() || 'a GPU without a name',
    isSoftware: isFallbackAdapter || SOFTWARE.test(words),
  };
}

async function loadGpu(): Promise<GPU> {
  const own = globalThis.navigator?.gpu;
  if (own) return own;
  try {
    return openDawn(await import(PACKAGE));
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
