/** @file Whether threads can share memory, and kernels for either case: in some browsers pages that are not isolated from other origins can not. */

import { isNode } from '../runtime/runtime.ts';
import { compileModule } from './module.ts';
import { unshared } from './unshared.ts';

let answer: boolean | undefined;

export function sharesMemory(): boolean {
  answer ??= isNode || grantsSharedMemory();
  return answer;
}

function grantsSharedMemory(): boolean {
  try {
    return new WebAssembly.Memory({ initial: 0, maximum: 0, shared: true }).buffer !== undefined;
  } catch {
    return false;
  }
}

/** A module whose memory is `sharedMemory()`. @param base64 as of `compileModule` @throws LoecError E_ENGINE */
export function compileKernels(base64: string): WebAssembly.Module {
  return sharesMemory() ? compileModule(base64) : compileModule(base64, unshared);
}
