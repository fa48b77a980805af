/**
 * @file Learned starts: parameters from which fits of many pictures are not far, so that a file stores differences to them and a
 * fit begins with each grid doing its job. They are part of the format (`formats/starts`; formats/loe.md, section 11) and never
 * change; a better one gets a new number.
 */

import { type ContextSpec, contextTensors } from './context.ts';
import { dequantize, stepOf } from './quantizer.ts';
import {
  type FieldSpec,
  inputWidth,
  type LayerSpec,
  outputWidth,
  parameterCount,
  type Tensor,
  tensorsOf,
  valueCount,
} from './spec.ts';
import { START_TABLES } from './start-tables.ts';

/** Parameters of a field and of its context model. */
export interface Parameters {
  /** Flat, in the order of `tensorsOf`. */
  readonly field: Float32Array;
  /** Flat, in the order of `contextTensors`; empty without a pyramid. */
  readonly context: Float32Array;
}

/** What a table of the format holds: the parameters of this field of an RGB picture and of this context model. */
export const START_FIELD: FieldSpec = {
  input: { kind: 'pyramid', grids: 9 },
  layers: [
    { width: 32, selector: { kind: 'one' }, activation: { kind: 'snake' } },
    { width: 3, selector: { kind: 'one' }, activation: { kind: 'linear' } },
  ],
  filters: 2,
};
export const START_CONTEXT: ContextSpec = { neighbours: 12, coarser: 3, width: 16 };

/** The start that new fits use. */
export const LATEST_START = 1;

export function isKnownStart(id: number): boolean {
  return id in START_TABLES;
}

/**
 * A learned start, adapted to the field: fewer grids leave out the coarsest ones' columns, other channels are made from those of
 * RGB, and the experts of a layer are copies of its only one.
 * @returns null for an unknown `id` and for a field that the start is not of
 */
export function startOf(id: number, spec: FieldSpec, context: ContextSpec): Parameters | null {
  const table = START_TABLES[id];
  if (table === undefined || !isStartOf(spec, context)) return null;
  const start = unpackStart(table);
  return { field: adaptField(start.field, spec), context: start.context };
}

/** But for grids, channels and experts the field must be the tables' own. */
function isStartOf({ input, layers, filters }: FieldSpec, context: ContextSpec): boolean {
  const [hidden, last] = layers as [LayerSpec, LayerSpec];
  return (
    input.kind === 'pyramid' &&
    input.grids <= inputWidth(START_FIELD) &&
    layers.length === 2 &&
    hidden.activation.kind === 'snake' &&
    hidden.width === START_FIELD.layers[0]?.width &&
    last.activation.kind === 'linear' &&
    filters === START_FIELD.filters &&
    context.neighbours === START_CONTEXT.neighbours &&
    context.coarser === START_CONTEXT.coarser &&
    context.width === START_CONTEXT.width
  );
}

/** A table: per tensor the index of its step and then its levels, as little-endian int16. */
function unpackStart(base64: string): Parameters {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  const next = (): number => view.getInt16(2 * at++, true);
  const unpack = (tensors: readonly Tensor[]): Float32Array => {
    const values = new Float32Array(valueCount(tensors));
    for (const tensor of tensors) {
      const step = stepOf(next());
      dequantize(Int32Array.from({ length: tensor.length }, next), tensor, step, values);
    }
    return values;
  };
  return { field: unpack(tensorsOf(START_FIELD)), context: unpack(contextTensors(START_CONTEXT)) };
}

function adaptField(table: Float32Array, spec: FieldSpec): Float32Array {
  const field = new Float32Array(parameterCount(spec));
  const tensors = tensorsOf(spec);
  for (const [i, source] of tensorsOf(START_FIELD).entries()) {
    const tensor = tensors[i] as Tensor;
    const values = adaptTensor(rowsOf(table, source), tensor, outputWidth(spec)).flat();
    for (let expert = 0; expert < tensor.experts; expert++) {
      field.set(values, tensor.offset + expert * values.length);
    }
  }
  return field;
}

type Row = readonly number[];

function rowsOf(values: Float32Array, { offset, rows, columns }: Tensor): Row[] {
  const row = (i: number): Row =>
    Array.from(values.subarray(offset + i * columns, offset + (i + 1) * columns));
  return Array.from({ length: rows }, (_, i) => row(i));
}

/** One expert of a tensor; shorter than it, or empty, where the rest is zeros. */
function adaptTensor(
  rows: readonly Row[],
  { layer, kind, columns }: Tensor,
  channels: number,
): readonly Row[] {
  if (layer === 0) return rows.map((row) => row.slice(0, columns));
  // Filters mix the colours of RGB; other pictures begin without them.
  if (layer > 1) return channels === 3 ? rows : [];
  const colours = channels < 3 ? [meanOf(rows)] : rows;
  const opaque = Array<number>(columns).fill(kind === 'bias' ? 1 : 0);
  return channels % 2 === 0 ? [...colours, opaque] : colours;
}

/** The row of a grey picture, from three rows. */
function meanOf(rows: readonly Row[]): Row {
  const [red, green, blue] = rows as [Row, Row, Row];
  return red.map((value, i) => (value + (green[i] as number) + (blue[i] as number)) / 3);
}
