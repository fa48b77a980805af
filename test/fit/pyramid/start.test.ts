/** @file Where a pyramid fit begins. */

import { createWasmEngine } from '../../../src/engine/wasm/engine.ts';
import { contextTensors } from '../../../src/field/context.ts';
import { PYRAMID_CONTEXTS, presetSpec } from '../../../src/field/presets.ts';
import { type FieldSpec, tensorsOf } from '../../../src/field/spec.ts';
import type { Parameters } from '../../../src/field/starts.ts';
import {
  chooseStart,
  latentGain,
  lessConfident,
  withColour,
  withGain,
} from '../../../src/fit/pyramid/start.ts';
import type { ChannelCount } from '../../../src/image/raster.ts';
import { assert, suite } from '../../harness.ts';
import { rasterOf } from '../../image/rasters.ts';

const test = suite('the start of a pyramid fit');

/** What a field makes of a pyramid of zeros, once it has been given a colour. */
async function outputsOf(
  spec: FieldSpec,
  { field, context }: Parameters,
  colour: readonly number[],
): Promise<Float32Array> {
  const engine = await createWasmEngine({ threads: 1 });
  const session = await engine.fitPyramid({
    spec,
    context: PYRAMID_CONTEXTS.small,
    raster: rasterOf(9, 5, colour.length as ChannelCount, 8, () => 0),
    tuples: null,
    start: { field: withColour(spec, field, colour), context, latents: null },
  });
  const outputs = await session.outputs();
  session.dispose();
  await engine.dispose();
  return outputs;
}

test('a pyramid of zeros has the colour that was asked for', async () => {
  for (const channels of [1, 3, 4] as const) {
    const spec = presetSpec('pyramid', { channels, grids: 7 });
    const colour = [0.3, -0.7, 0.1, 1].slice(0, channels);
    const outputs = await outputsOf(spec, chooseStart(spec, PYRAMID_CONTEXTS.small, 1), colour);
    for (const [i, value] of outputs.entries()) {
      assert.ok(Math.abs(value - (colour[i % channels] as number)) < 1e-5, `${channels} channels: ${value}`);
    }
  }
});

test('also where filters carry colours far', async () => {
  const spec = { ...presetSpec('pyramid', { channels: 3, grids: 7 }), filters: 3 };
  const start = chooseStart(spec, PYRAMID_CONTEXTS.small, 1);
  for (const { layer, kind, offset, length } of tensorsOf(spec)) {
    if (layer < spec.layers.length || kind === 'bias') continue;
    for (let i = 0; i < length; i++) start.field[offset + i] = 0.2 + 0.3 * Math.sin(1.7 * i + layer);
  }
  const colour = [0.3, -0.7, 0.1];
  for (const [i, value] of (await outputsOf(spec, start, colour)).entries()) {
    assert.ok(Math.abs(value - (colour[i % 3] as number)) < 1e-3, `${value}`);
  }
});

test('a gain scales what latents do, and nothing else', () => {
  const spec = presetSpec('pyramid', { channels: 3, grids: 7 });
  const { field } = chooseStart(spec, PYRAMID_CONTEXTS.small, 1);
  const scaled = withGain(spec, field, 0.5);
  const first = tensorsOf(spec)[0]?.length as number;
  assert.equal(
    scaled.subarray(0, first),
    field.subarray(0, first).map((value) => value / 2),
  );
  assert.equal(scaled.subarray(first), field.subarray(first));
  assert.is(latentGain(0.01), 1);
  assert.ok(latentGain(1e-4) < latentGain(1e-3) && latentGain(1e-4) > 0.4);
});

test('doubt raises the predicted scale alone', () => {
  const context = new Float32Array(
    contextTensors(PYRAMID_CONTEXTS.small).reduce((sum, { length }) => sum + length, 0),
  );
  const doubting = lessConfident(context, PYRAMID_CONTEXTS.small);
  assert.equal(
    [...doubting.entries()].filter(([, value]) => value !== 0),
    [[doubting.length - 1, 2]],
  );
});

test.run();
