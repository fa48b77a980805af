/** @file The verb: what a .loe file holds, without evaluating it. */

import type { BitDepth, ChannelCount } from './image/raster.ts';

export interface SectionInfo {
  /** Name of the section, for example `weights`. */
  readonly type: string;
  /** Bytes in the file with type, length and CRC. */
  readonly bytes: number;
}

export interface Info {
  readonly version: number;
  readonly width: number;
  readonly height: number;
  readonly channels: ChannelCount;
  readonly depth: BitDepth;
  readonly bytes: number;
  readonly bpp: number;
  /** The preset that the encoder was asked for; the field below is what counts. */
  readonly preset: string;
  /** One line per layer: for example `32 sine(30), tile 2`. */
  readonly layers: readonly string[];
  readonly weights: 'quantized' | 'float32';
  readonly parameters: number;
  readonly macPerPixel: number;
  readonly sections: readonly SectionInfo[];
}

/**
 * Reads the header and the section table; every CRC is checked.
 * @throws LoecError E_FORMAT, E_UNSUPPORTED or E_LIMIT
 */
export function inspect(_file: Uint8Array): Info {
  throw new Error('internal: not built yet');
}
