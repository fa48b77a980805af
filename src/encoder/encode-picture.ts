/** @file From a picture and checked options to a file, on the thread that it is called on and on those of its engine. */

import type { Tune } from '../distortion/by-tune.ts';
import { chooseEngine } from '../engine/choose.ts';
import type { EngineName } from '../engine/engine.ts';
import { DEFAULT_PRESET, type FieldPreset, isPyramid, type PresetName } from '../field/presets.ts';
import { encodeCoordinates } from '../fit/coordinates/encode-coordinates.ts';
import type { CheckedOptions } from '../fit/options.ts';
import { encodePyramid } from '../fit/pyramid/encode-pyramid.ts';
import type { Raster, Size } from '../image/raster.ts';
import { chooseFlat } from './flat/choose-flat.ts';
import { encodeFlat } from './flat/encode-flat.ts';
import { isMixed, MIXED_NOTE } from './mixed-picture.ts';

export interface EncodeResult extends Size {
  /** The .loe file. */
  readonly file: Uint8Array;
  readonly bpp: number;
  /** PSNR in dB of the decoded file against the input, all channels; Infinity where they are equal. */
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
  readonly seconds: number;
}

/** @throws LoecError E_LIMIT, E_TARGET or E_ENGINE */
export async function encodePicture(
  raster: Raster,
  options: CheckedOptions,
): Promise<Omit<EncodeResult, 'seconds'>> {
  const { preset } = options;
  if (preset === 'flat') return flatResult(raster, await encodeFlat(raster, options), options);
  if (preset !== undefined) return fitPicture(raster, preset, options);
  const file = await chooseFlat(raster, options);
  if (file) return flatResult(raster, file, options);
  if (isMixed(raster)) options.onNotice?.({ kind: 'picture', text: MIXED_NOTE });
  return fitPicture(raster, DEFAULT_PRESET, options);
}

function flatResult(
  { width, height }: Raster,
  file: Uint8Array,
  { tune, ssimulacra2, onProgress }: CheckedOptions,
): Omit<EncodeResult, 'seconds'> {
  onProgress?.({ phase: 'write', done: 1 });
  return {
    file,
    width,
    height,
    bpp: (8 * file.length) / (width * height),
    psnr: Number.POSITIVE_INFINITY,
    ...(ssimulacra2 !== undefined && { ssimulacra2: 100 }),
    tune,
    preset: 'flat',
    engine: null,
    steps: 0,
  };
}

async function fitPicture(
  raster: Raster,
  preset: FieldPreset,
  options: CheckedOptions,
): Promise<Omit<EncodeResult, 'seconds'>> {
  const { tune, engine: name = 'auto', threads, onNotice } = options;
  const engine = await chooseEngine(name, { threads, onNotice });
  try {
    const { file, steps, ...scores } = isPyramid(preset)
      ? await encodePyramid(engine, raster, preset, options)
      : await encodeCoordinates(engine, raster, preset, options);
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
