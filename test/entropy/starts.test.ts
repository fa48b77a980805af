/** @file Learned starts and the recipe that stands in for them. */

import { readdirSync, readFileSync } from 'node:fs';
import { packStart } from '../../scripts/pack-start.ts';
import { START_TABLES } from '../../src/entropy/start-tables.ts';
import {
  CONTEXT_STEP,
  FIELD_STEP,
  isKnownStart,
  newestStart,
  START_MODELS,
  type StartModel,
  startOf,
} from '../../src/entropy/starts.ts';
import { decodeWeights } from '../../src/entropy/weights.ts';
import { contextTensors } from '../../src/field/context.ts';
import { type Model, modelOf } from '../../src/field/model.ts';
import type { Parameters } from '../../src/field/parameters.ts';
import { PYRAMID_CONTEXTS, PYRAMID_PRESETS, presetSpec } from '../../src/field/presets.ts';
import { levelCount } from '../../src/field/pyramid.ts';
import {
  type FieldSpec,
  type LayerSpec,
  type Selector,
  type Tensor,
  tensorsOf,
} from '../../src/field/spec.ts';
import { structuredStart } from '../../src/field/structured-start.ts';
import { finish } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';

const test = suite('starts');
const STARTS = new URL('../../formats/starts/', import.meta.url);

const pyramid = (channels: number, levels: number): FieldSpec => presetSpec('pyramid', { channels, levels });
const model = (spec: FieldSpec, context = PYRAMID_CONTEXTS.small): Model =>
  modelOf(spec, context, { width: 64, height: 64 });
const start = (spec: FieldSpec): Parameters => startOf(1, model(spec)) as Parameters;
const { field: START_FIELD } = START_MODELS[1] as StartModel;

/** The field with hidden layers of other widths. */
function withHidden(spec: FieldSpec, ...widths: readonly number[]): FieldSpec {
  const [hidden, last] = spec.layers as [LayerSpec, LayerSpec];
  return { ...spec, layers: [...widths.map((width) => ({ ...hidden, width })), last] };
}

/** Value [row, column] of a layer's weights or biases. */
function valueAt(spec: FieldSpec, values: Float32Array, layer: number, row: number, column?: number): number {
  const kind = column === undefined ? 'bias' : 'weight';
  const tensor = tensorsOf(spec).find((one) => one.layer === layer && one.kind === kind) as Tensor;
  return values[tensor.offset + row * tensor.columns + (column ?? 0)] as number;
}

test('the module holds the tables of formats/starts', () => {
  const names = readdirSync(STARTS);
  assert.equal(
    names.sort(),
    Object.keys(START_TABLES)
      .map((id) => `${id}.bin`)
      .sort(),
  );
  for (const name of names) {
    const bytes = readFileSync(new URL(name, STARTS));
    assert.is(START_TABLES[Number.parseInt(name, 10)], bytes.toString('base64'), 'run npm run starts');
  }
});

test('a start is its table: integers as weights are coded, times a step', () => {
  for (const [id, { field: spec, context: contextSpec }] of Object.entries(START_MODELS)) {
    const table = readFileSync(new URL(`${id}.bin`, STARTS));
    const whole = model(spec, contextSpec);
    const { field, context } = startOf(Number(id), whole) as Parameters;
    const [ofField, ofContext] = [whole.field.tensors, whole.context.tensors];
    const integers = finish(decodeWeights(table, [...ofField, ...ofContext]));
    for (const [i, { offset, length }] of [...ofField, ...ofContext].entries()) {
      const [values, step] = i < ofField.length ? [field, FIELD_STEP] : [context, CONTEXT_STEP];
      const expected = Array.from(integers[i] as Int32Array, (integer) => integer * step);
      assert.equal([...values.subarray(offset, offset + length)], expected);
    }
  }
});

test('models of starts do not follow the presets', () => {
  const shapes = Object.values(START_MODELS).map(({ field, context }) => [
    field.layers.map(({ width }) => width),
    field.filters,
    context,
  ]);
  assert.equal(shapes, [
    [[32, 3], 2, { neighbours: 12, coarser: 3, width: 16 }],
    [[48, 3], 3, { neighbours: 18, coarser: 6, width: 24 }],
  ]);
});

test('tables are packed to the nearest steps', () => {
  for (const [id, startModel] of Object.entries(START_MODELS)) {
    const parameters = startOf(Number(id), model(startModel.field, startModel.context)) as Parameters;
    const table = readFileSync(new URL(`${id}.bin`, STARTS));
    assert.equal([...packStart(parameters, startModel)], [...table]);
    const near = { ...parameters, field: parameters.field.map((value) => value + 0.49 * FIELD_STEP) };
    assert.equal([...packStart(near, startModel)], [...table]);
  }
});

test('the presets of a picture of any size have a start', () => {
  for (const [width, height] of [
    [1, 1],
    [768, 512],
    [1500, 1000],
    [4000, 3000],
  ] as const) {
    for (const channels of [1, 2, 3, 4]) {
      for (const preset of PYRAMID_PRESETS) {
        for (const size of ['small', 'large'] as const) {
          const spec = presetSpec(preset, { channels, levels: levelCount(width, height), size });
          const whole = model(spec, PYRAMID_CONTEXTS[size]);
          const id = newestStart(whole);
          assert.is(id, size === 'small' ? 1 : 2, `${preset}, ${width}x${height}`);
          assert.ok(startOf(id, whole));
        }
      }
    }
  }
});

test('fewer planes leave out columns of the first layer', () => {
  const [few, all] = [pyramid(3, 4), START_FIELD];
  const [fewer, whole] = [start(few), start(all)];
  for (let row = 0; row < 32; row++) {
    for (let column = 0; column < 4; column++) {
      assert.is(valueAt(few, fewer.field, 0, row, column), valueAt(all, whole.field, 0, row, column));
    }
    assert.is(valueAt(few, fewer.field, 0, row), valueAt(all, whole.field, 0, row));
  }
  assert.equal(fewer.context, whole.context);
  assert.equal(fewer.field.subarray(32 * 5), whole.field.subarray(32 * 10));
});

test('planes have the columns of their levels, and the second of a level begins unread', () => {
  const levels = [0, 2, 5, 2];
  const planes = levels.map((level) => ({ level, reading: level === 0 ? 'direct' : 'spline' }) as const);
  const spec: FieldSpec = { ...pyramid(3, 7), input: { kind: 'pyramid', planes } };
  const [some, all] = [start(spec), start(START_FIELD)];
  for (let row = 0; row < 32; row++) {
    for (const [column, level] of levels.entries()) {
      const expected = column === 3 ? 0 : valueAt(START_FIELD, all.field, 0, row, level);
      assert.is(valueAt(spec, some.field, 0, row, column), expected);
    }
  }
});

test('grey is the mean of the colours, alpha is opaque, and both begin without filters', () => {
  const rgb = start(START_FIELD);
  const mean = (column?: number): number => {
    const [r, g, b] = [0, 1, 2].map((row) => valueAt(START_FIELD, rgb.field, 1, row, column));
    return Math.fround(((r as number) + (g as number) + (b as number)) / 3);
  };
  for (const channels of [1, 2, 4]) {
    const spec = pyramid(channels, 9);
    const { field } = start(spec);
    for (const column of [undefined, 0, 5, 31]) {
      const value = (row: number): number => valueAt(spec, field, 1, row, column);
      if (channels < 3) assert.is(value(0), mean(column));
      else
        for (const row of [0, 1, 2]) assert.is(value(row), valueAt(START_FIELD, rgb.field, 1, row, column));
      if (channels > 1) assert.is(value(channels - 1), column === undefined ? 1 : 0);
    }
    const filters = tensorsOf(spec).find(({ layer }) => layer === 2) as Tensor;
    assert.ok(field.subarray(filters.offset).every((value) => value === 0));
  }
});

test('experts begin as copies of the only one', () => {
  const plain = pyramid(2, 5);
  const selectors = [{ kind: 'tile', frequency: 3 }, { kind: 'segment' }] as const;
  const layers = plain.layers.map((layer, i) => ({ ...layer, selector: selectors[i] as Selector }));
  const spec = { ...plain, layers };
  const [single, several] = [start(plain), start(spec)];
  assert.equal(several.context, single.context);
  for (const [i, { offset, length, experts, layer }] of tensorsOf(spec).entries()) {
    const source = tensorsOf(plain)[i] as Tensor;
    assert.is(experts, layer < 2 ? 4 : 1);
    for (let k = 0; k < length; k++) {
      assert.is(several.field[offset + k], single.field[source.offset + (k % source.length)]);
    }
  }
});

test('other fields have no start, and there is no start 0', () => {
  const spec = pyramid(3, 7);
  assert.is(startOf(0, model(spec)), null);
  assert.is(startOf(999, model(spec)), null);
  assert.not(isKnownStart(999));
  assert.is(newestStart(model(pyramid(3, 10))), 0);
  assert.is(newestStart(model(spec, PYRAMID_CONTEXTS.large)), 0);
  const others: FieldSpec[] = [
    pyramid(3, 10),
    withHidden(spec, 16),
    withHidden(spec, 32, 32),
    { ...spec, filters: 1 },
  ];
  for (const other of others) assert.is(startOf(1, model(other)), null);
  for (const change of [{ neighbours: 8 }, { coarser: 2 }, { width: 24 }]) {
    assert.is(startOf(1, model(spec, { ...PYRAMID_CONTEXTS.small, ...change })), null);
  }
});

/** The outputs of a field without experts at features, in float64. */
function outputsAt(spec: FieldSpec, values: Float32Array, features: readonly number[]): number[] {
  let z = [...features];
  for (const [layer, { width, activation }] of spec.layers.entries()) {
    const before = z;
    z = Array.from({ length: width }, (_, row) => {
      const products = before.map((value, column) => value * valueAt(spec, values, layer, row, column));
      const u = products.reduce((sum, product) => sum + product, valueAt(spec, values, layer, row));
      return activation.kind === 'snake' ? u + Math.sin(u) ** 2 : u;
    });
  }
  return z;
}

test('a structured start moves the colours along each plane’s direction', () => {
  for (const widths of [[32], [32, 32]]) {
    const spec = withHidden(START_FIELD, ...widths);
    const { field } = structuredStart(model(spec), 1);
    const directions = [
      [1, 1, 1],
      [1.402, -0.714, 0],
      [0, -0.344, 1.772],
    ];
    const at = (grid: number, step: number): number[] =>
      outputsAt(
        spec,
        field,
        Array.from({ length: 9 }, (_, i) => (i === grid ? step : 0)),
      );
    for (const [grid, direction] of [0, 1, 2, 0, 1, 2, 0, 0, 0].entries()) {
      const [up, down] = [at(grid, 2), at(grid, -2)];
      const moved = up.map((value, i) => (value - (down[i] as number)) / 4);
      const wanted = (directions[direction] as number[]).map((value) => 0.2 * value);
      // Other units are random and small.
      const along = moved.reduce((sum, value, i) => sum + value * (wanted[i] as number), 0);
      const cosine = along / Math.hypot(...moved) / Math.hypot(...wanted);
      const gain = along / Math.hypot(...wanted) ** 2;
      assert.ok(cosine > 0.9 && gain > 0.6 && gain < 2, `${widths}, grid ${grid}: ${moved} for ${wanted}`);
    }
  }
});

test('a structured start: the seed decides, alpha is opaque, experts and filters begin alike', () => {
  const grey = { kind: 'segment' } as const;
  const plain = pyramid(2, 5);
  const spec = { ...plain, layers: plain.layers.map((layer) => ({ ...layer, selector: grey })) };
  const { field, context } = structuredStart(model(spec), 3);
  assert.equal(structuredStart(model(spec), 3), { field, context });
  assert.not.equal(structuredStart(model(spec), 4).field, field);
  for (const { offset, length, experts, layer } of tensorsOf(spec)) {
    const one = length / experts;
    for (let expert = 1; expert < experts; expert++) {
      const at = offset + expert * one;
      assert.equal(field.slice(at, at + one), field.slice(offset, offset + one));
    }
    if (layer === 2) assert.ok(field.subarray(offset).every((value) => value === 0));
  }
  assert.equal(
    [valueAt(spec, field, 1, 0), valueAt(spec, field, 1, 1), valueAt(spec, field, 1, 1, 3)],
    [0, 1, 0],
  );
});

test('a structured context model predicts latents near 0', () => {
  const spec = pyramid(3, 7);
  const { context } = structuredStart(model(spec), 1);
  const [w1, b1, w2, b2, w3, b3] = contextTensors(PYRAMID_CONTEXTS.small) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const largest = ({ offset, length }: Tensor): number =>
    Math.max(...context.subarray(offset, offset + length).map(Math.abs));
  const bounds = [
    [w1, 0.7 * Math.sqrt(3 / 15)],
    [b1, 0.3],
    [w3, 0.1 * Math.sqrt(3 / 16)],
  ] as const;
  for (const [tensor, bound] of bounds) assert.ok(largest(tensor) <= bound && largest(tensor) > 0.8 * bound);
  for (const tensor of [w2, b2, b3]) assert.is(largest(tensor), 0);
  const skip = [0, 1].map((row) => context.subarray(w3.offset + row * 31 + 16, w3.offset + (row + 1) * 31));
  assert.ok(skip.every((columns) => columns.every((value) => value === 0)));
});

test.run();
