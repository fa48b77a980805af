/** @file What the fit modules export, and which of them this machine runs fastest. */

import { compileKernels } from '../../wasm/sharing.ts';
import type { Simd } from '../../wasm/simd.ts';
import type { ThreadPool } from '../../wasm/thread-pool.ts';
import plain from './kernels/built/fit-plain.ts';
import relaxed from './kernels/built/fit-relaxed.ts';
import wide from './kernels/built/fit-wide.ts';

/** Each takes a problem's address and the number of the calling thread. */
export const FIT_KERNELS = [
  'evaluate',
  'measure',
  'accumulate',
  'reduce',
  'update',
  'fold',
  'quantizeLatents',
  'accumulateBands',
  'descendLatents',
  'gatherGradients',
] as const;
export type FitKernel = (typeof FIT_KERNELS)[number];
export type FitPool = ThreadPool<FitKernel>;

const MODULES: Readonly<Record<Simd, string>> = { plain, relaxed, wide };

export function fitModule(simd: Simd): WebAssembly.Module {
  return compileKernels(MODULES[simd]);
}
