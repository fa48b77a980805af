/** @file The built modules as WebAssembly: the one place that compiles and instantiates them. */

import { inflateSync } from 'fflate';
import { LoecError } from '../errors.ts';

/** @param base64 the default export of a file in a folder `kernels/built` */
export function moduleBytes(base64: string): Uint8Array<ArrayBuffer> {
  return inflateSync(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

/** Compiled once: what the machine has learned about the kernels serves every picture. */
const compiled = new Map<string, WebAssembly.Module>();

/**
 * At once, which takes 0.3 ms: to hand it to other threads and wait for them took ten times as long. Pages of Chrome before 115 refuse modules
 * and instances of more than 4 kB at once.
 * @param changed of the module, always the same
 * @throws LoecError E_ENGINE where WebAssembly can't be used
 */
export function compileModule(base64: string, changed: typeof asItIs = asItIs): WebAssembly.Module {
  const known = compiled.get(base64);
  if (known) return known;
  const module = orUnavailable(() => new WebAssembly.Module(changed(moduleBytes(base64))));
  compiled.set(base64, module);
  return module;
}

function asItIs(module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return module;
}

/** What a module exports, on a memory. @throws LoecError E_ENGINE where WebAssembly can't be used */
export function instantiate(base64: string, memory: WebAssembly.Memory): WebAssembly.Exports {
  const module = compileModule(base64);
  return orUnavailable(() => new WebAssembly.Instance(module, { env: { memory } })).exports;
}

/** Pages forbid WebAssembly, and programs run where there is none or one without vectors. */
function orUnavailable<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const remedy = "a page needs 'wasm-unsafe-eval' in the script-src of its Content-Security-Policy";
    throw new LoecError('E_ENGINE', `WebAssembly with SIMD can't be used here: ${remedy}`, { cause });
  }
}
