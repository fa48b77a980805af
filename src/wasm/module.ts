/** @file The built modules as WebAssembly: the one place that compiles and instantiates them. */

import { inflateSync } from 'fflate';
import { LoecError } from '../errors.ts';

/** @param base64 the default export of a file in a folder `kernels/built` */
export function moduleBytes(base64: string): Uint8Array<ArrayBuffer> {
  return inflateSync(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

/** Compiled once: what the machine has learned about the kernels serves every picture. */
const compiled = new Map<string, WebAssembly.Module>();

/** @throws LoecError E_ENGINE where WebAssembly can't be used */
export async function compileModule(base64: string): Promise<WebAssembly.Module> {
  const known = compiled.get(base64);
  if (known) return known;
  const module = await orUnavailable(() => WebAssembly.compile(moduleBytes(base64)));
  compiled.set(base64, module);
  return module;
}

/** What a module exports, on a memory. @throws LoecError E_ENGINE where WebAssembly can't be used */
export async function instantiate(base64: string, memory: WebAssembly.Memory): Promise<WebAssembly.Exports> {
  const module = await compileModule(base64);
  // At once: a program that waits for nothing but V8's own tasks may wait for ever (https://github.com/nodejs/node/issues/54918).
  return (await orUnavailable(async () => new WebAssembly.Instance(module, { env: { memory } }))).exports;
}

/** Pages forbid WebAssembly, and programs run where there is none or one without vectors. */
async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const remedy = "a page needs 'wasm-unsafe-eval' in the script-src of its Content-Security-Policy";
    throw new LoecError('E_ENGINE', `WebAssembly with SIMD can't be used here: ${remedy}`, { cause });
  }
}
