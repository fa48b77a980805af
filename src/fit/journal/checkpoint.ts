/** @file Where a fit stood, as bytes: magic, SHA-256 of what follows, then the values (`large-values.ts`). */

import type { CoordinateState } from '../../engine/coordinates.ts';
import type { PyramidOptimizers, PyramidState } from '../../engine/pyramid.ts';
import { sha256 } from '../../runtime/sha256.ts';
import { packValue, unpackValue } from './large-values.ts';

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
      /** Parameters by whose outputs its targets were set (`CoordinateSession.retarget`); null where it has the problem's. */
      readonly targetedAt: Float32Array | null;
    };

/** Where a fit stands. */
export interface FitState {
  readonly entries: readonly Entry[];
  /** Numbers and states of the sessions that were open. */
  readonly sessions: readonly (readonly [number, SessionState])[];
}

export interface Checkpoint extends FitState {
  /** Of the fit: its picture, its options, and who fits. */
  readonly fingerprint: string;
}

const MAGIC = new TextEncoder().encode('loec checkpoint\n');
/** Bytes that tell a checkpoint. */
export const MAGIC_BYTES = MAGIC.length;

const HEADER_BYTES = MAGIC.length + 32;

/** @throws RangeError where there is not the memory */
export async function packCheckpoint(checkpoint: Checkpoint): Promise<Uint8Array<ArrayBuffer>> {
  const payload = packValue(checkpoint, HEADER_BYTES);
  payload.set(MAGIC);
  payload.set(await sha256([payload.subarray(HEADER_BYTES)]), MAGIC.length);
  return payload;
}

/** Whether a file begins as checkpoints do. */
export function isCheckpoint(bytes: Uint8Array): boolean {
  return areEqual(bytes.subarray(0, MAGIC.length), MAGIC);
}

/** The checkpoint of the fit with this fingerprint, or null where the bytes are of another one, or damaged. */
export async function unpackCheckpoint(bytes: Uint8Array, fingerprint: string): Promise<Checkpoint | null> {
  if (!isCheckpoint(bytes)) return null;
  const hash = await sha256([bytes.subarray(HEADER_BYTES)]);
  if (!areEqual(hash, bytes.subarray(MAGIC.length, HEADER_BYTES))) return null;
  try {
    const checkpoint = unpackValue(bytes, HEADER_BYTES) as Checkpoint;
    return checkpoint.fingerprint === fingerprint ? checkpoint : null;
  } catch {
    // What is whole and can't be read is of another version.
    return null;
  }
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
