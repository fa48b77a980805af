/** @file From a picture and checked options to a file, on the thread that it is called on and on those of its engine. */

import type { Tune } from '../distortion/tunes.ts';
import { chooseEngine } from '../engine/choose.ts';
import type { EngineName } from '../engine/names.ts';
import { DEFAULT_PRESET, type FieldPreset, isPyramid, type PresetName } from '../field/presets.ts';
import { encodeCoordinates } from '../fit/coordinates/encode-coordinates.ts';
import type { CheckedOptions } from '../fit/options.ts';
import { encodePyramid } from '../fit/pyramid/encode-pyramid.ts';
import { reducedChunks } from '../image/icc/reduce-chunks.ts';
import type { Raster, Size } from '../image/raster.ts';
import { type MappedPicture, mapPicture } from '../samples/to-outputs.ts';
import { chooseFlat } from './flat/choose-flat.ts';
import { encodeFlat } from './flat/encode-flat.ts';
import { isMixed, MIXED_NOTE } from './mixed-picture.ts';

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
  /** The one that ended the fit; null for preset `flat`, which has none. */
  readonly engine: EngineName | null;
  /** Training steps taken; 0 for preset `flat`. */
  readonly steps: number;
  readonly seconds: number;
}

/** @throws LoecError E_LIMIT, E_TARGET or E_ENGINE */
export async function encodePicture(
  given: Raster,
  options: CheckedOptions,
): Promise<Omit<EncodeResult, 'seconds'>> {
  const { preset, icc = 'smallest', onNotice } = options;
  const colour = reducedChunks(given.colour, icc, (text) => onNotice?.({ kind: 'picture', text }));
  const raster = { ...given, colour };
  const mapped = mapPicture(raster);
  if (preset === 'flat') return flatResult(raster, await encodeFlat(mapped, options), options);
  if (preset !== undefined) return fitPicture(mapped, preset, options);
  const file = await chooseFlat(mapped, options);
  if (file) return flatResult(raster, file, options);
  if (isMixed(raster)) onNotice?.({ kind: 'picture', text: MIXED_NOTE });
  return fitPicture(mapped, DEFAULT_PRESET, options);
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
  mapped: MappedPicture,
  preset: FieldPreset,
  options: CheckedOptions,
): Promise<Omit<EncodeResult, 'seconds'>> {
  const { tune, engine: name = 'auto', threads, onNotice } = options;
  const engine = await chooseEngine(name, { threads, onNotice });
  try {
    const { file, steps, ...scores } = isPyramid(preset)
      ? await encodePyramid(engine, mapped, preset, options)
      : await encodeCoordinates(engine, mapped, preset, options);
    const { width, height } = mapped.picture;
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
