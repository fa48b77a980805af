/** @file The weights of fields of coordinates; loaded where there is one, which pages need not. */

import { allocate } from '../allocate.ts';
import { damaged } from '../errors.ts';
import { type FieldSpec, parameterCount, tensorsOf } from '../field/spec.ts';
import type { Steps } from '../time-slices.ts';
import { flagsOf, unknownStart } from './codes.ts';
import type { CoordinateStart, FieldContents, FloatWeights } from './contents.ts';
import type { FieldHeader } from './header.ts';
import { readIntegers } from './read-integers.ts';

/** @throws LoecError E_FORMAT or E_UNSUPPORTED */
export function* readCoordinates(
  header: FieldHeader,
  spec: FieldSpec,
  payload: Uint8Array,
): Steps<Pick<FieldContents, 'weights' | 'start'>> {
  const start = coordinateStartOf(header, spec);
  if (!header.steps) return { weights: yield* readFloats(payload, parameterCount(spec)), start };
  const tensors = tensorsOf(spec);
  if (!start) return { weights: yield* readIntegers(header.steps, tensors, payload), start };
  const fromStart = flagsOf(header.steps.at(-1) as number, tensors.length);
  const weights = yield* readIntegers(header.steps.slice(0, -2), tensors, payload);
  return { weights: { ...weights, fromStart }, start };
}

/**
 * The start that tensors are differences from; null where none is.
 * @throws LoecError E_UNSUPPORTED for an unknown one, E_FORMAT for one that its field can't have
 */
export function coordinateStartOf({ steps }: FieldHeader, spec: FieldSpec): CoordinateStart | null {
  const codes = steps?.slice(2 * spec.layers.length);
  if (codes?.length !== 2) return null;
  const [seed, bits] = codes as [number, number];
  if (seed < 0) throw unknownStart(seed);
  if (bits < 1) throw damaged('a start for no tensor');
  // The bounds of its weights are inverse to ω.
  if (spec.layers.some(({ activation }) => activation.kind === 'sine' && activation.omega < 1)) {
    throw damaged('a start of a field with an ω below 1');
  }
  return { seed };
}

/** Floats of a step. */
const STEP = 65536;

function* readFloats(payload: Uint8Array, count: number): Steps<FloatWeights> {
  if (payload.length !== 4 * count) {
    throw damaged(`${payload.length} bytes of weights, ${4 * count} expected`);
  }
  const view = new DataView(payload.buffer, payload.byteOffset);
  const parameters = allocate(() => new Float32Array(count));
  for (let i = 0; i < count; i++) {
    const value = view.getFloat32(4 * i, true);
    if (!Number.isFinite(value)) throw damaged('a weight is not a finite number');
    parameters[i] = value;
    if (i % STEP === 0) yield;
  }
  return { kind: 'float32', parameters };
}
