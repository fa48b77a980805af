/** @file Which encodes a checkpoint is good for. */

import { createHash } from 'node:crypto';
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
  const chunks = [...colour, ...metadata].map((chunk) => [
    chunk.type,
    Buffer.from(chunk.data).toString('base64'),
  ]);
  const plain = Object.entries(options).filter(
    ([name, value]) => value !== undefined && !WITHOUT_EFFECT.includes(name),
  );
  // Another version of V8, or another processor, may add in another order.
  const machine = [version, process.versions.v8, process.arch];
  const hash = createHash('sha256');
  hash.update(JSON.stringify([machine, width, height, channels, depth, chunks, plain.sort()]));
  hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex');
}
