/** @file What an encode comes to. */

import type { Tune } from '../distortion/tunes.ts';
import type { EngineName } from '../engine/names.ts';
import type { PresetName } from '../field/presets.ts';
import type { Size } from '../image/raster.ts';

export interface EncodeResult extends Size {
  /** The .loe file. */
  readonly file: Uint8Array<ArrayBuffer>;
  readonly bpp: number;
  /** PSNR in dB of the decoded file against the input, with alpha of what is seen of both; Infinity where they are equal. */
  readonly psnr: number;
  /** SSIMULACRA2 of the decoded file, where the options ask for one. */
  readonly ssimulacra2?: number;
  /** What the fit has lowered. */
  readonly tune: Tune;
  readonly preset: PresetName;
  /** The one that ended the fit; null for preset `flat`, which has none. */
  readonly engine: EngineName | null;
  /** Training steps taken; 0 for preset `flat`. */
  readonly steps: number;
  /** Whether the fit was stopped, and this is what there was (`bestSoFar`). */
  readonly isBestSoFar: boolean;
  readonly seconds: number;
}
