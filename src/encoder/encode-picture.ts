/** @file From a picture and checked options to a file, on the thread that it is called on and on those of its engine. */

import type { ChooseEngine } from '../engine/choose-in-page.ts';
import { DEFAULT_PRESET, type FieldPreset, isPyramid } from '../field/presets.ts';
import { encodeCoordinates } from '../fit/coordinates/encode-coordinates.ts';
import { JournaledEngine } from '../fit/journal/engine.ts';
import { type Journal, NO_JOURNAL } from '../fit/journal/journal.ts';
import type { CheckedOptions } from '../fit/options.ts';
import { encodePyramid } from '../fit/pyramid/encode-pyramid.ts';
import { reducedChunks } from '../image/icc/reduce-chunks.ts';
import type { Raster } from '../image/raster.ts';
import { type MappedPicture, mapPicture } from '../samples/to-outputs.ts';
import type { EncodeResult } from './encode-result.ts';
import { chooseFlat } from './flat/choose-flat.ts';
import { encodeFlat } from './flat/encode-flat.ts';
import { isMixed, MIXED_NOTE } from './mixed-picture.ts';

/** @param choose of the engines that there are here @throws LoecError E_LIMIT, E_TARGET, E_ENGINE, or E_ABORTED by the journal */
export async function encodePicture(
  given: Raster,
  options: CheckedOptions,
  choose: ChooseEngine,
  journal: Journal = NO_JOURNAL,
): Promise<Omit<EncodeResult, 'seconds'>> {
  const { preset, icc = 'smallest', onNotice } = options;
  const colour = reducedChunks(given.colour, icc, (text) => onNotice?.({ kind: 'picture', text }));
  const raster = { ...given, colour };
  const mapped = mapPicture(raster);
  if (preset === 'flat') return flatResult(raster, await encodeFlat(mapped, options), options);
  if (preset !== undefined) return fitPicture(mapped, preset, options, choose, journal);
  const file = await chooseFlat(mapped, options);
  if (file) return flatResult(raster, file, options);
  if (isMixed(raster)) onNotice?.({ kind: 'picture', text: MIXED_NOTE });
  return fitPicture(mapped, DEFAULT_PRESET, options, choose, journal);
}

function flatResult(
  { width, height }: Raster,
  file: Uint8Array<ArrayBuffer>,
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
    isBestSoFar: false,
  };
}

async function fitPicture(
  mapped: MappedPicture,
  preset: FieldPreset,
  options: CheckedOptions,
  choose: ChooseEngine,
  journal: Journal,
): Promise<Omit<EncodeResult, 'seconds'>> {
  const { tune, engine: name = 'auto', threads, onNotice } = options;
  const engine = new JournaledEngine(await choose(name, { threads, onNotice }), journal);
  try {
    const { file, steps, ...scores } = isPyramid(preset)
      ? await encodePyramid(engine, mapped, preset, options, journal)
      : await encodeCoordinates(engine, mapped, preset, options, journal);
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
      isBestSoFar: journal.isHurried,
    };
  } finally {
    await engine.dispose();
  }
}
