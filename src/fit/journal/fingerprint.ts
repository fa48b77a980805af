/** @file Which encodes a checkpoint is good for. */

import { hexOf } from '../../bytes.ts';
import type { Raster } from '../../image/raster.ts';
import { machine } from '../../runtime/runtime.ts';
import { sha256 } from '../../runtime/sha256.ts';
import { version } from '../../version.ts';
import type { CheckedOptions } from '../options.ts';

/** Options that change no file. */
export const WITHOUT_EFFECT: readonly string[] = [
  'signal',
  'onProgress',
  'onPreview',
  'onNotice',
  'onCheckpoint',
  'resume',
  'bestSoFar',
  'checkpointInterval',
  'threads',
  'engine',
];

/** The same for all encodes that come to the same file; engines apart, whose files are alike. */
export async function fingerprintOf(raster: Raster, options: CheckedOptions): Promise<string> {
  const { width, height, channels, depth, data, colour, metadata } = raster;
  const chunks = [...colour, ...metadata].map((chunk) => [chunk.type, [...chunk.data]]);
  const plain = Object.entries(options).filter(
    ([name, value]) => value !== undefined && !WITHOUT_EFFECT.includes(name),
  );
  const adding = [version, ...machine()];
  const rest = JSON.stringify([adding, width, height, channels, depth, chunks, plain.sort()]);
  const samples = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return hexOf(await sha256([new TextEncoder().encode(rest), samples]));
}
