/** @file What an engine is called, and what those who ask for one are told. */

export const ENGINE_NAMES = ['wasm', 'webgpu', 'tfjs'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** Something about engines that someone may want to know. */
export interface EngineNotice {
  /** `choice`: what `auto` took and why; `failure`: a GPU failed, and the fit goes on on the CPU. */
  readonly kind: 'choice' | 'failure';
  /** For people. */
  readonly text: string;
}
