/**
 * @file Learned starts: parameters from which fits of many pictures are not far, so that a file stores differences to them and a
 * fit begins with each plane doing its job. They are part of the format (`formats/starts`; formats/loe.md, section 11) and never
 * change; a better one gets a new number.
 */

import { bytesOfBase64 } from '../bytes.ts';
import { type ContextSpec, contextTensors } from '../field/context.ts';
import type { Model, Plane } from '../field/model.ts';
import type { Parameters } from '../field/parameters.ts';
import { pyramidPlanes } from '../field/pyramid.ts';
import { dequantize } from '../field/quantizer.ts';
import {
  type FieldSpec,
  type LayerSpec,
  type Selector,
  type Tensor,
  tensorsOf,
  valueCount,
} from '../field/spec.ts';
import { finish } from '../time-slices.ts';
import { START_TABLES } from './start-tables.ts';
import { decodeWeights } from './weights.ts';

/** What a table holds: the parameters of such a field of an RGB picture and of such a context model. */
export interface StartModel {
  readonly field: FieldSpec;
  readonly context: ContextSpec;
}

/** The most levels that a start is of. */
const LEVELS = 9;

const ONE: Selector = { kind: 'one' };

/** Of RGB, whatever presets come to have. */
function startModel(width: number, filters: number, context: ContextSpec): StartModel {
  const layers: LayerSpec[] = [
    { width, selector: ONE, activation: { kind: 'snake' } },
    { width: 3, selector: ONE, activation: { kind: 'linear' } },
  ];
  return {
    field: { input: { kind: 'pyramid', planes: pyramidPlanes(LEVELS) }, layers, filters, overlap: 0 },
    context,
  };
}

/** The models of the format's starts, by number. */
export const START_MODELS: Readonly<Record<number, StartModel>> = {
  1: startModel(32, 2, { neighbours: 12, coarser: 3, width: 16 }),
  2: startModel(48, 3, { neighbours: 18, coarser: 6, width: 24 }),
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
  const start = tableOf(id, source);
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

/** Tables that have been decoded. */
const decoded = new Map<number, Parameters>();

function tableOf(id: number, model: StartModel): Parameters {
  const table = decoded.get(id) ?? decodeTable(START_TABLES[id] as string, model);
  decoded.set(id, table);
  return table;
}

/**
 * The steps of a table. What files store is some steps away from a start whatever it is, so finer ones would make files no shorter
 * (docs/experiments.md, "How exact starts are").
 */
export const FIELD_STEP = 2 ** -6;
export const CONTEXT_STEP = 2 ** -5;

/** A table: the integers of all tensors, coded as a file's weights are. */
function decodeTable(base64: string, model: StartModel): Parameters {
  const [ofField, ofContext] = [tensorsOf(model.field), contextTensors(model.context)];
  const integers = finish(decodeWeights(bytesOfBase64(base64), [...ofField, ...ofContext]));
  const valuesOf = (tensors: readonly Tensor[], first: number, step: number): Float32Array => {
    const values = new Float32Array(valueCount(tensors));
    for (const [i, tensor] of tensors.entries())
      dequantize(integers[first + i] as Int32Array, tensor, step, values);
    return values;
  };
  return {
    field: valuesOf(ofField, 0, FIELD_STEP),
    context: valuesOf(ofContext, ofField.length, CONTEXT_STEP),
  };
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
