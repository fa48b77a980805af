/** @file Which encodes a checkpoint is good for. */

import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import type { Raster } from '../../image/raster.ts';
import { version } from '../../version.ts';
import type { CheckedOptions } from '../options.ts';

/** Options that change no file. */
const WITHOUT_EFFECT: readonly string[] = [
  'signal',
  'onProgress',
  'onNotice',
  'onCheckpoint',
  'resume',
  'bestSoFar',
  'checkpointInterval',
  'threads',
  'engine',
];

/** The same for all encodes that come to the same file; engines apart, whose files are alike. */
export function fingerprintOf(raster: Raster, options: CheckedOptions): string {
  const { width, height, channels, depth, data, colour, metadata } = raster;
  const picture = [width, height, channels, depth, colour, metadata];
  const plain = Object.entries(options).filter(
    ([name, value]) => value !== undefined && !WITHOUT_EFFECT.includes(name),
  );
  const hash = createHash('sha256');
  // Another version of V8, or another processor, may add in another order.
  hash.update(serialize([version, process.versions.v8, process.arch, picture, plain.sort()]));
  hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex');
}
