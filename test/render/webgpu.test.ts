/** @file What a GPU decodes is that of the exact decoder, but for a level. */

import { readFileSync } from 'node:fs';
import { PNG } from 'pngjs';
import vectors from '../../formats/vectors/vectors.json' with { type: 'json' };
import { dequantized, type FieldContents } from '../../src/container/contents.ts';
import { decode } from '../../src/decode.ts';
import { LoecError } from '../../src/errors.ts';
import type { Cells } from '../../src/field/grid.ts';
import { presetSpec } from '../../src/field/presets.ts';
import { pyramidPlanes } from '../../src/field/pyramid.ts';
import type { FieldSpec, Selector } from '../../src/field/spec.ts';
import { peakOf, type Raster } from '../../src/image/raster.ts';
import { inspect } from '../../src/inspect.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { outputGeometry } from '../../src/render/geometry.ts';
import type { Crop } from '../../src/render/options.ts';
import { createPyramidEvaluator } from '../../src/render/pyramid/evaluator.ts';
import { pyramidExperts } from '../../src/render/pyramid/experts.ts';
import { fieldScene } from '../../src/render/scene.ts';
import { type FieldGpu, openFieldGpu } from '../../src/render/webgpu/open.ts';
import { finish, TimeSlices } from '../../src/time-slices.ts';
import { findAdapter } from '../../src/webgpu/adapter.ts';
import { createFolder, loec } from '../cli/world.ts';
import { pyramidContents } from '../container/pyramids.ts';
import { assert, skipped, suite } from '../harness.ts';

const test = suite('webgpu decoding');

const fileOf = (name: string): Uint8Array =>
  readFileSync(new URL(`../../formats/vectors/${name}`, import.meta.url));

/** All cells of an axis, so many to a pixel. */
function wholeAxis(pixels: number, multiple: number): Cells {
  return { start: 0, length: multiple * pixels, count: multiple * pixels };
}

/** Half of them, from one in a pixel on. */
function middleOf(pixels: number, multiple: number): Cells {
  const count = multiple * pixels;
  return { start: Math.floor(count / 3), length: Math.ceil(count / 2), count };
}

const TILE: Selector = { kind: 'tile', frequency: 3 };

/** A field of random numbers. */
function specOf(widths: readonly number[], levels: number, filters: number): FieldSpec {
  return {
    input: { kind: 'pyramid', planes: pyramidPlanes(levels) },
    layers: widths.map((width, i) => ({
      width,
      selector: i === 1 ? TILE : { kind: 'one' },
      activation: { kind: i < widths.length - 1 ? 'snake' : 'linear' },
    })),
    filters,
    overlap: 0,
  };
}

const FIELDS: readonly [string, number, number, FieldSpec][] = [
  ['colour', 71, 5, presetSpec('pyramid', { channels: 3, levels: 7 })],
  ['a pixel', 1, 1, presetSpec('pyramid', { channels: 1, levels: 7 })],
  ['a line of several tiles', 1, 1100, specOf([4, 1], 11, 2)],
  ['three layers, experts, no filter', 17, 9, specOf([7, 12, 5, 2], 3, 0)],
  ['four channels and filters', 9, 12, specOf([6, 4], 1, 4)],
];

/** The evaluators of a pyramid's field. */
async function evaluatorsOf(contents: FieldContents, gpu: FieldGpu) {
  const slices = new TimeSlices();
  const pyramid = contents.pyramid as NonNullable<typeof contents.pyramid>;
  const { model, latents } = pyramid;
  const { field: parameters } = finish(dequantized({ ...contents, pyramid }));
  const tuplesAt = await pyramidExperts(model, parameters, latents, null, slices);
  const exact = await createPyramidEvaluator(model, parameters, latents, tuplesAt);
  return { exact, near: gpu.evaluatorOf({ model, parameters, latents, tuplesAt }, exact, slices) };
}

for (const [name, width, height, spec] of FIELDS) {
  test(`${name}: the field of the exact decoder at lattices`, async () => {
    const gpu = await openFieldGpu();
    const { exact, near } = await evaluatorsOf(pyramidContents(width, height, spec), gpu);
    for (const [across, down] of [
      [1, 1],
      [3, 1],
      [2, 5],
    ] as const) {
      for (const [columns, rows] of [
        [wholeAxis(width, across), wholeAxis(height, down)],
        [middleOf(width, across), middleOf(height, down)],
      ] as const) {
        const expected = finish(exact.evaluate(columns, rows)).slice();
        const values = await near.evaluate(columns, rows);
        const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        assert.is(values.length, expected.length);
        const isNear = (value: number, i: number) =>
          Math.abs(value - (expected[i] as number)) < 1e-5 * largest;
        const wrong = values.findIndex((value, i) => !isNear(value, i));
        assert.is(wrong, -1, `${across}x${down}: ${values[wrong]}, not ${expected[wrong]}`);
      }
    }
    gpu.dispose();
  });
}

/** The largest difference of samples, in levels that the specification allows. */
function largestDifference(picture: Raster, expected: Raster): number {
  const { channels, depth } = expected;
  const hasAlpha = channels % 2 === 0;
  const peak = peakOf(depth);
  let largest = 0;
  for (const [i, sample] of expected.data.entries()) {
    const isAlpha = hasAlpha && i % channels === channels - 1;
    const alpha = hasAlpha ? (expected.data[i - (i % channels) + channels - 1] as number) : peak;
    // The colour of what may be transparent is not told.
    if (!isAlpha && alpha === 0) continue;
    const allowed = isAlpha ? 1 : Math.ceil(peak / alpha);
    largest = Math.max(largest, Math.abs((picture.data[i] as number) - sample) / allowed);
  }
  return largest;
}

/** All of a small picture, else its two corners. */
function cropsOf(width: number, height: number): Crop[] {
  if (width * height < 5000) return [{ x: 0, y: 0, width, height }];
  const size = { width: Math.min(width, 67), height: 11 };
  return [
    { x: 0, y: 0, ...size },
    { x: width - size.width, y: height - size.height, ...size },
  ];
}

for (const { name } of vectors) {
  const file = fileOf(name);
  const { width, height, pyramid } = inspect(file);
  if (!pyramid) continue;
  test(`${name}: samples within ±1`, async () => {
    for (const scale of [1, 1.3]) {
      for (const crop of cropsOf(Math.round(scale * width), Math.round(scale * height))) {
        const expected = await decode(file, { scale, crop });
        const picture = await decode(file, { scale, crop, engine: 'webgpu' });
        assert.is(picture.data.length, expected.data.length);
        const difference = largestDifference(picture, expected);
        assert.ok(difference <= 1, `${scale}, ${JSON.stringify(crop)}: ${difference}`);
      }
    }
  });
}

test('what is no pyramid is exact', async () => {
  for (const name of ['flat.loe', 'tiny.loe']) {
    const file = fileOf(name);
    assert.equal((await decode(file, { engine: 'webgpu' })).data, (await decode(file)).data);
  }
});

test('the command line has it', async () => {
  const folder = createFolder({ 'a.loe': Buffer.from(fileOf('pyramid-rgba.loe')) });
  const { code } = await loec(['decode', folder('a.loe'), '--engine', 'webgpu', '--scale', '2']);
  assert.is(code, 0);
  const { width, height } = PNG.sync.read(readFileSync(folder('a.png')));
  assert.equal([width, height], [40, 40]);
});

test('a GPU that is lost is an error of the engine', async () => {
  const contents = pyramidContents();
  const gpu = await openFieldGpu();
  const { near } = await evaluatorsOf(contents, gpu);
  gpu.dispose();
  const columns = wholeAxis(contents.width, 1);
  const error = await near.evaluate(columns, wholeAxis(contents.height, 1)).catch((reason) => reason);
  assert.ok(error instanceof LoecError && error.code === 'E_ENGINE', String(error));
});

const why = await findAdapter().then(
  () => null,
  (error: Error) => error.message,
);
if (why === null) test.run();
else skipped('webgpu decoding', why);

const without = suite('webgpu decoding where there is no GPU');

without('says so, and asks for none where nobody asked', async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  let asked = 0;
  const requestAdapter = async (): Promise<null> => {
    asked++;
    return null;
  };
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: { requestAdapter } }, configurable: true });
  try {
    const file = fileOf('pyramid-rgba.loe');
    await decode(file);
    await decode(file, { engine: 'wasm' });
    assert.is(asked, 0);
    const error = await decode(file, { engine: 'webgpu' }).catch((reason) => reason);
    assert.ok(error instanceof LoecError && error.code === 'E_ENGINE', String(error));
    assert.match(error.message, /finds no GPU: a driver .* is needed/);
    assert.is(asked, 1);
  } finally {
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else Reflect.deleteProperty(globalThis, 'navigator');
  }
});

without('has pieces of more work, but none of what it does not evaluate', async () => {
  const gpu = { evaluatorOf: () => null, dispose: () => {} } as unknown as FieldGpu;
  const contents = pyramidContents(64, 48);
  const workOf = async (scale: number, on: FieldGpu | null): Promise<number> => {
    const geometry = outputGeometry(contents, { scale }, DEFAULT_LIMITS, true);
    const { cost } = await fieldScene(contents, geometry, new TimeSlices(), on);
    return cost(geometry.width, geometry.height).multiplyAdds;
  };
  assert.ok((await workOf(2, gpu)) < (await workOf(2, null)));
  assert.is(await workOf(0.1, gpu), await workOf(0.1, null));
});

without.run();
