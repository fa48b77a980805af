/** @file Finds a TensorFlow: the CUDA build where it is installed and loads, else tfjs on its own CPU backend. */

import { createRequire } from 'node:module';
import type * as tensorflow from '@tensorflow/tfjs';
import { LoecError } from '../../errors.ts';

export type TensorFlow = typeof tensorflow;

const GPU_PACKAGE = '@tensorflow/tfjs-node-gpu';
const CPU_PACKAGE = '@tensorflow/tfjs';

/** @throws LoecError E_ENGINE where neither package is installed */
export async function loadTensorFlow(): Promise<{ tf: TensorFlow; description: string }> {
  const gpu = await loadGpu();
  if (gpu) return { tf: gpu, description: `tfjs-node-gpu ${gpu.version_core}` };
  try {
    const tf = await importPackage(CPU_PACKAGE);
    await tf.setBackend('cpu');
    return { tf, description: `tfjs ${tf.version_core} on its cpu backend` };
  } catch (cause) {
    throw new LoecError('E_ENGINE', `tfjs is not installed; add it with: npm install ${CPU_PACKAGE}`, {
      cause,
    });
  }
}

/** The package may be absent, half installed or built for another CUDA: each fails in its own way. */
async function loadGpu(): Promise<TensorFlow | null> {
  try {
    restoreIsNullOrUndefined();
    return await importPackage(GPU_PACKAGE);
  } catch {
    return null;
  }
}

/** The packages are CommonJS: what they export is the default of the imported namespace. */
async function importPackage(name: string): Promise<TensorFlow> {
  const namespace = (await import(name)) as { default?: TensorFlow };
  const tf = namespace.default ?? (namespace as unknown as TensorFlow);
  // Development mode prints advice on the console.
  tf.enableProdMode();
  return tf;
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed (tensorflow/tfjs issue 8609). */
function restoreIsNullOrUndefined(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
}
