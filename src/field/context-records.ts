/** @file What the context model sees of latents, as records of `kernels/context-input.ts`. */

import type { RecordValues } from '../wasm/records.ts';
import type { CONTEXT_INPUT } from './kernels/built/records.ts';
import type { ContextPart, Plane } from './model.ts';

export function inputRecords({ inputs }: ContextPart): RecordValues<typeof CONTEXT_INPUT>[] {
  return inputs.map(({ towardsY, towardsX, ...input }) => ({
    ...input,
    towardsY: Number(towardsY),
    towardsX: Number(towardsX),
  }));
}

/** [plane][input]: the index of the plane that an input is read from, or −1. */
export function sourceIndices(planes: readonly Plane[]): Int32Array {
  return Int32Array.from(planes.flatMap(({ sources }) => sources.map((source) => source ?? -1)));
}
