/** @file From a picture and checked options to a file, on the thread that it is called on and on those of its engine. */

import type { Tune } from '../distortion/by-tune.ts';
import { chooseEngine } from '../engine/choose.ts';
import type { EngineName } from '../engine/engine.ts';
import { isPyramid, type PresetName } from '../field/presets.ts';
import { encodeCoordinates } from '../fit/coordinates/encode-coordinates.ts';
import type { CheckedOptions } from '../fit/options.ts';
import { encodePyramid } from '../fit/pyramid/encode-pyramid.ts';
import type { Raster, Size } from '../image/raster.ts';
import { mapPicture } from '../samples/to-outputs.ts';

export interface EncodeResult extends Size {
  /** The .loe file. */
  readonly file: Uint8Array;
  readonly bpp: number;
  /** PSNR in dB of the decoded file against the input, with alpha of what is seen of both; Infinity where they are equal. */
  readonly psnr: number;
  /** SSIMULACRA2 of the decoded file, where the options ask for one. */
  readonly ssimulacra2?: number;
  /** What the fit has lowered. */
  readonly tune: Tune;
  readonly preset: PresetName;
  /** The one that ended the fit. */
  readonly engine: EngineName;
  /** Training steps taken. */
  readonly steps: number;
  readonly seconds: number;
}

/** @throws LoecError E_LIMIT, E_TARGET or E_ENGINE */
export async function encodePicture(
  raster: Raster,
  options: CheckedOptions,
): Promise<Omit<EncodeResult, 'seconds'>> {
  const { preset, tune, engine: name = 'auto', threads, onNotice } = options;
  const mapped = mapPicture(raster);
  const engine = await chooseEngine(name, { threads, onNotice });
  try {
    const { file, steps, ...scores } = isPyramid(preset)
      ? await encodePyramid(engine, mapped, preset, options)
      : await encodeCoordinates(engine, mapped, preset, options);
    const { width, height } = raster;
    return {
      file,
      width,
      height,
      bpp: (8 * file.length) / (width * height),
      ...scores,
      tune,
      preset,
      engine: engine.name,
      steps,
    };
  } finally {
    await engine.dispose();
  }
}
