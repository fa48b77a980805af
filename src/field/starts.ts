/**
 * @file Learned starts: parameters from which fits of many pictures are not far, so that a file stores differences to them and a
 * fit begins with each plane doing its job. They are part of the format (`formats/starts`; formats/loe.md, section 11) and never
 * change; a better one gets a new number.
 */

import { type ContextSpec, contextTensors } from './context.ts';
import type { Model, Plane } from './model.ts';
import { type PyramidSize, presetSpec } from './presets.ts';
import { pyramidPlanes } from './pyramid.ts';
import { dequantize, stepOf } from './quantizer.ts';
import { type FieldSpec, type LayerSpec, type Tensor, tensorsOf, valueCount } from './spec.ts';
import { START_TABLES } from './start-tables.ts';

/** Parameters of a field and of its context model. */
export interface Parameters {
  /** Flat, in the order of the field's tensors. */
  readonly field: Float32Array;
  /** Flat, in the order of the context model's tensors; empty without a pyramid. */
  readonly context: Float32Array;
}

/** What a table holds: the parameters of such a field of an RGB picture and of such a context model. */
export interface StartModel {
  readonly field: FieldSpec;
  readonly context: ContextSpec;
}

/** The most levels that a start is of. */
const LEVELS = 9;

/** Planes and contexts are those of the format, whatever presets come to have. */
function startModel(size: PyramidSize, context: ContextSpec): StartModel {
  const spec = presetSpec('pyramid', { channels: 3, levels: LEVELS, size });
  return { field: { ...spec, input: { kind: 'pyramid', planes: pyramidPlanes(LEVELS) } }, context };
}

/** The models of the format's starts, by number. */
export const START_MODELS: Readonly<Record<number, StartModel>> = {
  1: startModel('small', { neighbours: 12, coarser: 3, width: 16 }),
  2: startModel('large', { neighbours: 18, coarser: 6, width: 24 }),
};

export function isKnownStart(id: number): boolean {
  return id in START_MODELS;
}

/** The number of the newest start that a model can have, 0 if there is none. */
export function newestStart(model: Model): number {
  const fitting = Object.keys(START_MODELS)
    .map(Number)
    .filter((id) => isStartOf(id, model));
  return Math.max(0, ...fitting);
}

/**
 * A learned start, adapted to the model: planes that there are not leave out their columns, other channels are made from those of
 * RGB, and the experts of a layer are copies of its only one.
 * @returns null for an unknown `id` and for a model that the start is not of
 */
export function startOf(id: number, model: Model): Parameters | null {
  if (!isStartOf(id, model)) return null;
  const source = START_MODELS[id] as StartModel;
  const start = unpackStart(START_TABLES[id] as string, source);
  return { field: adaptField(start.field, source.field, model), context: start.context };
}

/** But for planes, channels and experts the field must be the start's own. */
function isStartOf(id: number, { field, context, planes }: Model): boolean {
  const start = START_MODELS[id];
  if (!start) return false;
  const { layers, filters } = field.spec;
  const [hidden, last] = layers as [LayerSpec, LayerSpec];
  return (
    planes.every(({ level }) => level < LEVELS) &&
    layers.length === 2 &&
    hidden.activation.kind === 'snake' &&
    hidden.width === start.field.layers[0]?.width &&
    last.activation.kind === 'linear' &&
    filters === start.field.filters &&
    JSON.stringify(context.spec) === JSON.stringify(start.context)
  );
}

/** A table: per tensor the index of its quantization step and then its integers, as little-endian int16. */
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

function adaptField(table: Float32Array, from: FieldSpec, model: Model): Float32Array {
  const { field } = model;
  const adapted = new Float32Array(field.parameters);
  for (const [i, source] of tensorsOf(from).entries()) {
    const tensor = field.tensors[i] as Tensor;
    const values = adaptTensor(rowsOf(table, source), tensor, model).flat();
    for (let expert = 0; expert < tensor.experts; expert++) {
      adapted.set(values, tensor.offset + expert * values.length);
    }
  }
  return adapted;
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
  { planes, channels }: Model,
): readonly Row[] {
  if (layer === 0) return kind === 'bias' ? rows : rows.map((row) => adaptColumns(row, planes));
  // Filters mix the colours of RGB; other pictures begin without them.
  if (layer > 1) return channels === 3 ? rows : [];
  const colours = channels < 3 ? [meanOf(rows)] : rows;
  const opaque = Array<number>(columns).fill(kind === 'bias' ? 1 : 0);
  return channels % 2 === 0 ? [...colours, opaque] : colours;
}

/** Column l of a start is the plane's of level l; another plane of a level begins unread. */
function adaptColumns(row: Row, planes: readonly Plane[]): Row {
  return planes.map((plane) => {
    const isFirst = planes.find(({ level }) => level === plane.level) === plane;
    return isFirst ? (row[plane.level] as number) : 0;
  });
}

/** The row of a grey picture, from three rows. */
function meanOf(rows: readonly Row[]): Row {
  const [red, green, blue] = rows as [Row, Row, Row];
  return red.map((value, i) => (value + (green[i] as number) + (blue[i] as number)) / 3);
}
