/** @file The verb: a picture in, the bytes of a .loe file out. */

import { chooseEngine } from './engine/choose.ts';
import type { EngineName } from './engine/engine.ts';
import { isPyramid, type PresetName } from './field/presets.ts';
import { encodeCoordinates } from './fit/coordinates/encode-coordinates.ts';
import { checkedOptions, type EncodeOptions } from './fit/options.ts';
import type { EncodeProgress } from './fit/progress.ts';
import { encodePyramid } from './fit/pyramid/encode-pyramid.ts';
import type { Size } from './image/raster.ts';
import { checkedRaster, type RasterInput } from './image/raster-input.ts';

export type { EncodeOptions, EncodeProgress, RasterInput };

export interface EncodeResult extends Size {
  /** The .loe file. */
  readonly file: Uint8Array;
  readonly bpp: number;
  /** PSNR in dB of the decoded file against the input, all channels; Infinity where they are equal. */
  readonly psnr: number;
  readonly preset: PresetName;
  /** The one that ended the fit. */
  readonly engine: EngineName;
  /** Training steps taken. */
  readonly steps: number;
  readonly seconds: number;
}

/**
 * Fits a field to the picture and packs it into a file.
 * @throws LoecError E_USAGE, E_LIMIT, E_TARGET, E_ENGINE or E_ABORTED
 */
export async function encode(input: RasterInput, options: EncodeOptions = {}): Promise<EncodeResult> {
  const started = performance.now();
  const raster = checkedRaster(input);
  const checked = checkedOptions(options);
  const { preset, engine: name = 'auto', threads, onNotice } = checked;
  const engine = await chooseEngine(name, { threads, onNotice });
  try {
    const { file, psnr, steps } = isPyramid(preset)
      ? await encodePyramid(engine, raster, preset, checked)
      : await encodeCoordinates(engine, raster, preset, checked);
    const { width, height } = raster;
    const bpp = (8 * file.length) / (width * height);
    const seconds = (performance.now() - started) / 1000;
    return { file, width, height, bpp, psnr, preset, engine: engine.name, steps, seconds };
  } finally {
    await engine.dispose();
  }
}
