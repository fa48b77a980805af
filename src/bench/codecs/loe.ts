/** @file The codec of this package. */

import { MAX_WIDTH } from '../../container/header.ts';
import { decode } from '../../decode.ts';
import { type EncodeOptions, encode } from '../../encode.ts';
import { PRESET_NAMES } from '../../field/presets.ts';
import { integer, number, oneOf } from '../../parsers.ts';
import { version } from '../../version.ts';
import type { BenchCodec } from '../codec.ts';
import { inKind } from '../kind.ts';

export const loe: BenchCodec = {
  id: 'loe',
  parameters: {
    preset: oneOf(PRESET_NAMES),
    effort: integer(1, 9),
    steps: integer(1, 1e9),
    width: integer(1, MAX_WIDTH),
    seed: integer(-(2 ** 31), 2 ** 32 - 1),
    bpp: number(0, 1000),
    quality: number(0, 100),
    psnr: number(1, 200),
  },
  rates: ['bpp', 'quality', 'psnr'],
  sweep: [15, 30, 45, 60, 75].map((quality) => ({ quality })),
  version: async () => `loec ${version()}`,
  async encode(raster, setting, signal) {
    const options = { ...setting, ...(signal && { signal }) } as EncodeOptions;
    // Bare samples for every codec: what a profile costs is not what is measured.
    return (await encode({ ...raster, colour: [], metadata: [] }, options)).file;
  },
  decode: async (file, like) => inKind(await decode(file), like),
  decodeAt: (file, scale) => decode(file, { scale }),
};
