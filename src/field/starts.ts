/**
 * @file Learned starts: parameters from which fits of many pictures are not far, so that a file stores differences to them and a
 * fit begins with each grid doing its job. They are part of the format (`formats/starts`; formats/loe.md, section 11) and never
 * change; a better one gets a new number.
 */

import { type ContextSpec, contextTensors } from './context.ts';
import { PYRAMID_CONTEXTS, type PyramidSize, presetSpec } from './presets.ts';
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

/** What a table holds: the parameters of such a field of an RGB picture and of such a context model. */
export interface StartModel {
  readonly field: FieldSpec;
  readonly context: ContextSpec;
}

/** The most grids that a start is of. */
const GRIDS = 9;

function modelOf(size: PyramidSize): StartModel {
  return {
    field: presetSpec('pyramid', { channels: 3, grids: GRIDS, size }),
    context: PYRAMID_CONTEXTS[size],
  };
}

/** The models of the format's starts, by number. */
export const START_MODELS: Readonly<Record<number, StartModel>> = {
  1: modelOf('small'),
  2: modelOf('large'),
};

export function isKnownStart(id: number): boolean {
  return id in START_MODELS;
}

/** The number of the newest start that a field can have, 0 if there is none. */
export function newestStart(spec: FieldSpec, context: ContextSpec): number {
  const fitting = Object.keys(START_MODELS)
    .map(Number)
    .filter((id) => isStartOf(id, spec, context));
  return Math.max(0, ...fitting);
}

/**
 * A learned start, adapted to the field: fewer grids leave out the coarsest ones' columns, other channels are made from those of
 * RGB, and the experts of a layer are copies of its only one.
 * @returns null for an unknown `id` and for a field that the start is not of
 */
export function startOf(id: number, spec: FieldSpec, context: ContextSpec): Parameters | null {
  if (!isStartOf(id, spec, context)) return null;
  const model = START_MODELS[id] as StartModel;
  const start = unpackStart(START_TABLES[id] as string, model);
  return { field: adaptField(start.field, model.field, spec), context: start.context };
}

/** But for grids, channels and experts the field must be the start's own. */
function isStartOf(id: number, { input, layers, filters }: FieldSpec, context: ContextSpec): boolean {
  const model = START_MODELS[id];
  if (!model) return false;
  const [hidden, last] = layers as [LayerSpec, LayerSpec];
  return (
    input.kind === 'pyramid' &&
    input.grids <= inputWidth(model.field) &&
    layers.length === 2 &&
    hidden.activation.kind === 'snake' &&
    hidden.width === model.field.layers[0]?.width &&
    last.activation.kind === 'linear' &&
    filters === model.field.filters &&
    context.neighbours === model.context.neighbours &&
    context.coarser === model.context.coarser &&
    context.width === model.context.width
  );
}

/** A table: per tensor the index of its step and then its levels, as little-endian int16. */
function unpackStart(base64: string, model: StartModel): Parameters {
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
  return { field: unpack(tensorsOf(model.field)), context: unpack(contextTensors(model.context)) };
}

function adaptField(table: Float32Array, from: FieldSpec, spec: FieldSpec): Float32Array {
  const field = new Float32Array(parameterCount(spec));
  const tensors = tensorsOf(spec);
  for (const [i, source] of tensorsOf(from).entries()) {
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
