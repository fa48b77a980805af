/**
 * @file What Node and pages give under different names. All that encodes asks here, so that the same code runs in both; Deno and Bun are Node.
 */

import { starterInNode } from './node-thread.ts';
import { starterInPage } from './page-thread.ts';
import type { Starter } from './thread.ts';

/** Whether modules of Node can be had: `process.getBuiltinModule`. */
export const isNode = globalThis.process?.getBuiltinModule !== undefined;

/** Threads that can work at a time. Workers of a page share memory only where it is isolated from other origins. */
export function coreCount(): number {
  if (isNode) return process.getBuiltinModule('node:os').availableParallelism();
  return globalThis.crossOriginIsolated ? navigator.hardwareConcurrency : 1;
}

/** The one that has started this thread. */
export function starter(): Starter {
  return isNode ? starterInNode() : starterInPage();
}

/** Memory that threads share, where there may be several. */
export function sharedBuffer(bytes: number): ArrayBufferLike {
  return typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes);
}

/** Of two that are the same, sums have the same bits: the compiler of WebAssembly and the processor. */
export function machine(): readonly string[] {
  return isNode ? [process.versions.v8, process.arch] : [navigator.userAgent];
}

/** A timer that does not keep the process alive. */
export function idleTimer(work: () => void, milliseconds: number): ReturnType<typeof setTimeout> {
  const timer = setTimeout(work, milliseconds);
  if (isNode) timer.unref();
  return timer;
}
