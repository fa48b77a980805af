/** @file The verb of `decode.ts` in Node: large pictures on several threads. */

import { availableParallelism } from 'node:os';
import type { FileBytes } from './file-bytes.ts';
import type { BandedPicture, Raster } from './image/raster.ts';
import { checkOptions, inRanges, type OptionRule } from './options.ts';
import { integers } from './ranges.ts';
import { decodeBandsOn, decodeOn } from './render/open-picture.ts';
import { type Crop, DECODE_RULES, type DecodeEngine, type DecodeOptions } from './render/options.ts';
import { startDecodeThreads } from './render/threads/pool.ts';
import type { Threads } from './render/threads/threads.ts';

export type { BandedPicture, Crop, DecodeEngine, FileBytes, Raster };

export interface ThreadedDecodeOptions extends DecodeOptions {
  /**
   * Threads for pictures and outputs from a megapixel on, 1 … 256. Pixels do not depend on them. 1 is the calling thread, which otherwise
   * waits for the others.
   * @default the processor's
   */
  readonly threads?: number;
}

export const DECODE_RANGES = { threads: integers(1, 256) };

const RULES: Readonly<Record<keyof ThreadedDecodeOptions, OptionRule>> = {
  ...DECODE_RULES,
  ...inRanges(DECODE_RANGES),
};

/**
 * Reads a file and evaluates it band by band, so that the memory does not grow with the height of the output.
 * @throws LoecError E_USAGE, E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ENGINE or E_ABORTED, and so do the bands
 */
export async function decodeBands(
  file: FileBytes,
  options: ThreadedDecodeOptions = {},
): Promise<BandedPicture> {
  const { threads, ...others } = checked(options);
  return decodeBandsOn(threads, file, others);
}

/**
 * Decodes a file at any resolution.
 * @throws LoecError E_USAGE, E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ENGINE or E_ABORTED
 */
export async function decode(file: FileBytes, options: ThreadedDecodeOptions = {}): Promise<Raster> {
  const { threads, ...others } = checked(options);
  return decodeOn(threads, file, others);
}

function checked(options: ThreadedDecodeOptions): DecodeOptions & { threads: Threads } {
  checkOptions('decode', options, RULES);
  const { threads = availableParallelism(), ...others } = options;
  return { ...others, threads: { start: startDecodeThreads, count: threads } };
}
