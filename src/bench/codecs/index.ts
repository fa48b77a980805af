/** @file The codecs that the bench knows. */

import type { BenchCodec } from '../codec.ts';
import { avif } from './avif.ts';
import { jpeg, mozjpeg } from './jpeg.ts';
import { jxl } from './jxl.ts';
import { loe } from './loe.ts';
import { webp } from './webp.ts';

/** By id. Programs of the user's own are made as they are named: `external.ts`. */
export const CODECS: ReadonlyMap<string, BenchCodec> = new Map(
  [loe, jpeg, mozjpeg, webp, avif, jxl].map((codec) => [codec.id, codec]),
);
