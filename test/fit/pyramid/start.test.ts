/** @file Where a pyramid fit begins. */

import { SQUARED_ERROR } from '../../../src/distortion/squared-error.ts';
import { createWasmEngine } from '../../../src/engine/wasm/engine.ts';
import { type Model, modelOf } from '../../../src/field/model.ts';
import type { Parameters } from '../../../src/field/parameters.ts';
import { PYRAMID_CONTEXTS, presetSpec } from '../../../src/field/presets.ts';
import type { FieldSpec } from '../../../src/field/spec.ts';
import { chooseStart, latentGain, lessConfident, withGain } from '../../../src/fit/pyramid/start.ts';
import { withColour } from '../../../src/fit/pyramid/start-colour.ts';
import type { ChannelCount } from '../../../src/image/raster.ts';
import { assert, suite } from '../../harness.ts';
import { rasterOf } from '../../image/rasters.ts';

const test = suite('the start of a pyramid fit');

const SIZE = { width: 9, height: 5 };

const smallModel = (spec: FieldSpec): Model => modelOf(spec, PYRAMID_CONTEXTS.small, SIZE);

/** What a field makes of a pyramid of zeros, once it has been given a colour. */
async function outputsOf(
  model: Model,
  { field, context }: Parameters,
  colour: readonly number[],
): Promise<Float32Array> {
  const engine = await createWasmEngine({ threads: 1 });
  const session = await engine.fitPyramid({
    model,
    raster: rasterOf(SIZE.width, SIZE.height, colour.length as ChannelCount, 8, () => 0),
    distortion: SQUARED_ERROR,
    tuples: null,
    start: { field: withColour(model, field, colour), context, latents: null },
  });
  const outputs = await session.outputs();
  session.dispose();
  await engine.dispose();
  return outputs;
}

test('a pyramid of zeros has the colour that was asked for', async () => {
  for (const channels of [1, 3, 4] as const) {
    const model = smallModel(presetSpec('pyramid', { channels, levels: 7 }));
    const colour = [0.3, -0.7, 0.1, 1].slice(0, channels);
    const outputs = await outputsOf(model, chooseStart(model, 1), colour);
    for (const [i, value] of outputs.entries()) {
      assert.ok(Math.abs(value - (colour[i % channels] as number)) < 1e-5, `${channels} channels: ${value}`);
    }
  }
});

test('also where filters carry colours far', async () => {
  const model = smallModel({ ...presetSpec('pyramid', { channels: 3, levels: 7 }), filters: 3 });
  const start = chooseStart(model, 1);
  for (const { weight } of model.field.filters) {
    const { layer, offset, length } = weight;
    for (let i = 0; i < length; i++) start.field[offset + i] = 0.2 + 0.3 * Math.sin(1.7 * i + layer);
  }
  const colour = [0.3, -0.7, 0.1];
  for (const [i, value] of (await outputsOf(model, start, colour)).entries()) {
    assert.ok(Math.abs(value - (colour[i % 3] as number)) < 1e-3, `${value}`);
  }
});

test('a gain scales what latents do, and nothing else', () => {
  const model = smallModel(presetSpec('pyramid', { channels: 3, levels: 7 }));
  const { field } = chooseStart(model, 1);
  const scaled = withGain(model, field, 0.5);
  const first = model.field.tensors[0]?.length as number;
  assert.equal(
    scaled.subarray(0, first),
    field.subarray(0, first).map((value) => value / 2),
  );
  assert.equal(scaled.subarray(first), field.subarray(first));
  assert.is(latentGain(0.01), 1);
  assert.ok(latentGain(1e-4) < latentGain(1e-3) && latentGain(1e-4) > 0.4);
});

test('doubt raises the predicted scale alone', () => {
  const model = smallModel(presetSpec('pyramid', { channels: 3, levels: 7 }));
  const doubting = lessConfident(model, new Float32Array(model.context.parameters));
  assert.equal(
    [...doubting.entries()].filter(([, value]) => value !== 0),
    [[doubting.length - 1, 2]],
  );
});

test.run();
