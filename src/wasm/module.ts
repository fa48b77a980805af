/** @file The built modules as WebAssembly: the one place that compiles and instantiates them. */

import { builtBytes } from '../built-bytes.ts';
import { LoecError } from '../errors.ts';

/** Compiled once: what the machine has learned about the kernels serves every picture. */
const compiled = new Map<string, WebAssembly.Module>();

/**
 * At once, which takes 0.3 ms: to hand it to other threads and wait for them took ten times as long. Pages of Chrome before 115 refuse modules
 * and instances of more than 4 kB at once.
 * @param built the default export of a file in a folder `kernels/built`
 * @param changed of the module, always the same
 * @throws LoecError E_ENGINE where WebAssembly can't be used
 */
export function compileModule(built: string, changed: typeof asItIs = asItIs): WebAssembly.Module {
  const known = compiled.get(built);
  if (known) return known;
  const module = orUnavailable(() => new WebAssembly.Module(changed(builtBytes(built))));
  compiled.set(built, module);
  return module;
}

function asItIs(module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return module;
}

/** What a module exports, on a memory. @throws LoecError E_ENGINE where WebAssembly can't be used */
export function instantiate(built: string, memory: WebAssembly.Memory): WebAssembly.Exports {
  const module = compileModule(built);
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
