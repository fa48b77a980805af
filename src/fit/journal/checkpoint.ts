/** @file Where a fit stood, as bytes: magic, SHA-256 of what follows, then the values in V8's own serialization. */

import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import type { CoordinateState } from '../../engine/coordinates.ts';
import type { PyramidOptimizers, PyramidState } from '../../engine/pyramid.ts';
import type { Raster } from '../../image/raster.ts';
import { version } from '../../version.ts';
import type { CheckedOptions } from '../options.ts';

/** An answer, or those of training steps, one for each. A slot has one value: those before it are null. */
export type Entry = { readonly value: unknown; readonly slot?: string } | { readonly steps: unknown[] };

/** Of a fit's session. */
export type SessionState =
  | {
      readonly kind: 'pyramid';
      readonly state: PyramidState;
      readonly tuples: Uint32Array | null;
      readonly optimizers: PyramidOptimizers | null;
    }
  | {
      readonly kind: 'coordinates';
      readonly state: CoordinateState;
      readonly quantization: Float32Array | null;
    };

export interface Checkpoint {
  /** Of the fit: its picture, its options, and who fits. */
  readonly fingerprint: string;
  readonly entries: readonly Entry[];
  /** Numbers and states of the sessions that were open. */
  readonly sessions: readonly (readonly [number, SessionState])[];
}

const MAGIC = Buffer.from('loec checkpoint\n');
const HASH_BYTES = 32;

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
  const { data, ...picture } = raster;
  const plain = Object.entries(options).filter(
    ([name, value]) => value !== undefined && !WITHOUT_EFFECT.includes(name),
  );
  const hash = createHash('sha256');
  hash.update(serialize([version, picture, plain.sort()]));
  hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex');
}

export function packCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  const payload = serialize(checkpoint);
  const bytes = new Uint8Array(MAGIC.length + HASH_BYTES + payload.length);
  bytes.set(MAGIC);
  bytes.set(hashOf(payload), MAGIC.length);
  bytes.set(payload, MAGIC.length + HASH_BYTES);
  return bytes;
}

/** Whether a file begins as checkpoints do. */
export function isCheckpoint(bytes: Uint8Array): boolean {
  return MAGIC.equals(bytes.subarray(0, MAGIC.length));
}

/** The checkpoint of the fit with this fingerprint, or null where the bytes are of another one, or damaged. */
export function unpackCheckpoint(bytes: Uint8Array, fingerprint: string): Checkpoint | null {
  const payload = bytes.subarray(MAGIC.length + HASH_BYTES);
  if (!isCheckpoint(bytes)) return null;
  if (!hashOf(payload).equals(bytes.subarray(MAGIC.length, MAGIC.length + HASH_BYTES))) return null;
  try {
    const checkpoint = deserialize(payload) as Checkpoint;
    return checkpoint.fingerprint === fingerprint ? checkpoint : null;
  } catch {
    // What is whole and can't be read is of another Node.
    return null;
  }
}

function hashOf(payload: Uint8Array): Buffer {
  return createHash('sha256').update(payload).digest();
}
