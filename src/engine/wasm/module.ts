/** @file The built modules as WebAssembly, and the types of their exports. */

/** @param base64 the default export of a file in `modules/` */
export function moduleBytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The kernels of the fit modules; each takes a problem's address and the number of the calling thread. */
export const KERNELS = [
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
export type KernelName = (typeof KERNELS)[number];

export type FitExports = Readonly<Record<KernelName, (problem: number, thread: number) => void>>;

export function fitKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): FitExports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as FitExports;
}

/** Exports of the decoding module. */
export interface PlainExports {
  readonly evaluate: (problem: number) => void;
  /** @returns the first byte after what it lays out */
  readonly placeLayers: (address: number, records: number, depth: number) => number;
  readonly evaluateTile: (tile: number) => void;
}
