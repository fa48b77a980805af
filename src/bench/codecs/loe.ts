/** @file The codec of this package. */

import { decode } from '../../decode.ts';
import { TUNES } from '../../distortion/tunes.ts';
import { type EncodeOptions, encode } from '../../encode.ts';
import { PRESET_NAMES } from '../../field/presets.ts';
import { RANGES } from '../../fit/options.ts';
import { UNBOUNDED_LIMITS } from '../../limits.ts';
import { inRange, oneOf } from '../../parsers.ts';
import { version } from '../../version.ts';
import type { BenchCodec } from '../codec.ts';
import { inKind } from '../kind.ts';

export const loe: BenchCodec = {
  id: 'loe',
  depth: 16,
  needs: [],
  parameters: {
    preset: oneOf(PRESET_NAMES),
    tune: oneOf(TUNES),
    effort: inRange(RANGES.effort),
    steps: inRange(RANGES.steps),
    width: inRange(RANGES.width),
    seed: inRange(RANGES.seed),
    bpp: inRange(RANGES.bpp),
    quality: inRange(RANGES.quality),
    psnr: inRange(RANGES.psnr),
    ssimulacra2: inRange(RANGES.ssimulacra2),
  },
  rates: ['bpp', 'quality', 'psnr', 'ssimulacra2'],
  sweep: [15, 30, 45, 60, 75].map((quality) => ({ quality })),
  version: async () => `loec ${version}`,
  async encode(raster, setting, signal) {
    const options = { ...setting, ...(signal && { signal }) } as EncodeOptions;
    // Bare samples for every codec: what a profile costs is not what is measured.
    return (await encode({ ...raster, colour: [], metadata: [] }, options)).file;
  },
  decode: async (file, like) => inKind(await decode(file, { limits: UNBOUNDED_LIMITS }), like),
  decodeAt: (file, scale) => decode(file, { scale, limits: UNBOUNDED_LIMITS }),
};
