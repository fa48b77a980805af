/** @file From the base64 of a built module to WebAssembly. */

export function moduleBytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Exports of the fit modules: every kernel takes a problem's address and the number of the calling thread. */
export const KERNELS = ['evaluate', 'measure', 'accumulate', 'reduce', 'update', 'fold'] as const;
export type KernelName = (typeof KERNELS)[number];

export type FitExports = { readonly heapBase: () => number } & Readonly<
  Record<KernelName, (problem: number, thread: number) => void>
>;

/** Exports of the decoding module. */
export interface PlainExports {
  readonly heapBase: () => number;
  readonly evaluate: (problem: number) => void;
}
