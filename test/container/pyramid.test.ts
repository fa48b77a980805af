/** @file Files with a pyramid: what comes back, what the weights mean, what is refused. */

import { readdirSync, readFileSync } from 'node:fs';
import {
  type FieldContents,
  type PyramidContents,
  parametersOf,
  type QuantizedWeights,
} from '../../src/container/contents.ts';
import { type FieldHeader, type PyramidCodes, unpackHeader } from '../../src/container/header.ts';
import { packHeader } from '../../src/container/pack.ts';
import { joinSections, type SectionName, sectionName, splitSections } from '../../src/container/sections.ts';
import { writeContents } from '../../src/container/write.ts';
import { startOf } from '../../src/entropy/starts.ts';
import { type ErrorCode, LoecError } from '../../src/errors.ts';
import { presetSpec } from '../../src/field/presets.ts';
import { stepOf } from '../../src/field/quantizer.ts';
import { seededRandom } from '../../src/field/random.ts';
import { inspect } from '../../src/inspect.ts';
import { finish } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';
import { pyramidContents } from './pyramids.ts';
import { contentsOf, fieldContentsOf } from './read-file.ts';

const test = suite('pyramid files');

const contents = pyramidContents();
const pyramid = contents.pyramid as PyramidContents;
const { model } = pyramid;
const weights = contents.weights as QuantizedWeights;
const file = await writeContents(contents);

/** The file with other sections: null drops one. */
function withSections(change: Partial<Record<SectionName, Uint8Array | null>>): Uint8Array {
  const sections = finish(splitSections(file)).sections.flatMap(({ tag, payload }) => {
    const name = sectionName(tag) as SectionName;
    const changed = change[name];
    return changed === null ? [] : [{ name, payload: changed ?? payload }];
  });
  return joinSections(sections);
}

const headerPayload = finish(splitSections(file)).sections[0]?.payload ?? new Uint8Array(0);
const header = unpackHeader(headerPayload) as FieldHeader;
const withHeader = (change: Partial<FieldHeader>): Uint8Array =>
  withSections({ header: packHeader({ ...header, ...change }) });

/** Places in the header's pyramid. */
const CODES = { grids: 0, filters: 1, neighbours: 2, coarser: 3, contextWidth: 4, start: 5, fromStart: 6 };

/** The file with another value there. */
function withCode(name: keyof typeof CODES, value: number): Uint8Array {
  return withHeader({ pyramid: (header.pyramid as PyramidCodes).with(CODES[name], value) as never });
}

async function refuses(code: ErrorCode, message: RegExp, bytes: Uint8Array, limits = {}): Promise<void> {
  const reading = contentsOf(bytes, limits);
  const error = await reading.then(() => null).catch((reason: unknown) => reason);
  assert.ok(error instanceof LoecError, String(error));
  assert.is(error.code, code, error.message);
  assert.match(error.message, message);
}

test('contents come back, for pictures of any shape and number of channels', async () => {
  const tiled = contents.spec.layers.map((layer) => ({
    ...layer,
    selector: { kind: 'tile', frequency: 2 } as const,
  }));
  const pictures: FieldContents[] = [
    contents,
    pyramidContents(1, 1),
    pyramidContents(200, 1, presetSpec('pyramid', { channels: 4, levels: 9 })),
    pyramidContents(3, 50, presetSpec('pyramid', { channels: 1, levels: 1 })),
    {
      ...pyramidContents(9, 9, { ...contents.spec, layers: tiled, filters: 0 }),
      metadata: [{ type: 'tEXt', data: Uint8Array.of(65, 0, 66) }],
    },
  ];
  for (const picture of pictures) {
    assert.equal(await contentsOf(await writeContents(picture)), picture);
  }
});

test('tiles of a pyramid can’t overlap', async () => {
  const spec = { ...presetSpec('pyramid-loe', { channels: 3, levels: 7 }), overlap: 1 / 16 };
  await refuses('E_FORMAT', /overlap/, await writeContents(pyramidContents(9, 9, spec)));
});

const segmented = presetSpec('pyramid-seg', { channels: 3, levels: 7 });
const THRESHOLDS = [40, 90, 90] as const;

test('classes are derived where there is no map, and a map is read where there is one', async () => {
  const derived: FieldContents = {
    ...pyramidContents(9, 7, segmented),
    segmentation: { kind: 'derived', thresholds: THRESHOLDS },
  };
  const labels = Uint8Array.from({ length: 63 }, (_, i) => (i >> 2) % 4);
  const map = { kind: 'raster', width: 9, height: 7, thresholds: THRESHOLDS, labels } as const;
  const drawn: FieldContents = { ...derived, segmentation: map };
  const [first, second] = [await writeContents(derived), await writeContents(drawn)];
  assert.equal(await contentsOf(first), derived);
  assert.equal(await contentsOf(second), drawn);
  const names = (bytes: Uint8Array) =>
    finish(splitSections(bytes)).sections.map(({ tag }) => sectionName(tag));
  assert.equal(names(first), ['header', 'weights', 'latents']);
  assert.equal(names(second), ['header', 'weights', 'labels', 'latents']);
  const selectors = inspect(first).layers.map((layer) => layer.split(', ')[1]);
  assert.equal(selectors, ['one', 'segment']);
  assert.is(inspect(first).macPerPixel - inspect(second).macPerPixel, 7 * 32 + 32 * 3);
});

test('derived classes need thresholds', async () => {
  const whole: FieldContents = { ...pyramidContents(9, 7, segmented), segmentation: null };
  await refuses('E_FORMAT', /a segmented field without thresholds/, await writeContents(whole));
});

test('golden files are written as they were', async () => {
  const vectors = new URL('../../formats/vectors/', import.meta.url);
  for (const name of readdirSync(vectors).filter((entry) => entry.endsWith('.loe'))) {
    const golden = Uint8Array.from(readFileSync(new URL(name, vectors)));
    const again = await writeContents(await contentsOf(golden));
    assert.equal(again, golden, name);
  }
});

test('parameters are multiples of steps, or differences to the start', () => {
  const { field, context } = parametersOf({ ...contents, pyramid });
  const start = startOf(1, model);
  const ofField = model.field.tensors;
  let differences = 0;
  for (const [i, tensor] of model.tensors.entries()) {
    const part = i < ofField.length ? 'field' : 'context';
    const values = part === 'field' ? field : context;
    const step = stepOf(weights.stepIndices[i] as number);
    for (const [k, integer] of (weights.integers[i] as Int32Array).entries()) {
      const multiple = Math.fround(integer * step);
      const origin = weights.fromStart?.[i] ? (start?.[part][tensor.offset + k] as number) : 0;
      assert.is(values[tensor.offset + k], Math.fround(origin + multiple));
      if (origin !== 0) differences++;
    }
  }
  assert.ok(differences > 200, `${differences}`);
  assert.is(field.length, model.field.parameters);
  assert.is(context.length, 592);
});

test('values of the header that are out of range are refused', async () => {
  const wrong: readonly [keyof typeof CODES, readonly number[]][] = [
    ['grids', [0, 13, 2.5]],
    ['filters', [-1, 5]],
    ['neighbours', [0, 25]],
    ['coarser', [-1, 7]],
    ['contextWidth', [0, 12, 72]],
    ['start', [-1, 65536]],
    ['fromStart', [-1, 2 ** 46]],
  ];
  for (const [name, values] of wrong) {
    for (const value of values) await refuses('E_FORMAT', /field pyramid is not: /, withCode(name, value));
  }
  const codes = header.pyramid as unknown as number[];
  for (const pyramid of [codes.slice(1), [...codes, 0], 7]) {
    await refuses('E_FORMAT', /field pyramid is not: /, withHeader({ pyramid: pyramid as never }));
  }
});

test('starts: an unknown one needs a newer decoder, one of another field is damage', async () => {
  await refuses('E_UNSUPPORTED', /newer decoder: start 77/, withCode('start', 77));
  await refuses('E_FORMAT', /start 1 is not one of its field/, withCode('contextWidth', 24));
  await refuses('E_FORMAT', /a start that there is not/, withCode('start', 0));
  const count = weights.integers.length;
  await refuses('E_FORMAT', /a start that there is not/, withCode('fromStart', 2 ** count));
  const [last, none] = [2 ** (count - 1), 0];
  for (const bits of [last, none]) {
    const read = (await fieldContentsOf(withCode('fromStart', bits))).weights as QuantizedWeights;
    assert.equal(
      read.fromStart,
      weights.integers.map((_, i) => bits === last && i === count - 1),
    );
  }
});

test('layers and weights that a pyramid does not have are refused, and snakes without one', async () => {
  const layers = (activation: number): number[] => [32, 0, activation, 3, 0, 0];
  await refuses('E_FORMAT', /a sine in a field of pyramid/, withHeader({ layers: layers(30) }));
  await refuses('E_FORMAT', /a snake in a field of coordinates/, withHeader({ pyramid: null }));
  await refuses('E_FORMAT', /a pyramid with float32 weights/, withHeader({ steps: null }));
  const steps = header.steps as number[];
  await refuses('E_FORMAT', /13 steps for 14 tensors/, withHeader({ steps: steps.slice(1) }));
});

test('a pyramid without latents is refused', async () => {
  await refuses('E_FORMAT', /no latents section/, withSections({ latents: null }));
});

test('limits come before the latents', async () => {
  const huge = withHeader({ width: 2 ** 20, height: 2 ** 20 });
  await refuses('E_LIMIT', /pixels/, huge);
});

test('info counts field and context model, and the multiply-adds of a decode', () => {
  const info = inspect(file);
  assert.equal(info.layers, ['32 snake, one', '3 linear, one']);
  assert.is(info.parameters, 32 * 8 + 3 * 33 + 2 * 84 + 592);
  // Study, section 7: context model 744, field 320, filters 162, interpolation 28.
  assert.is(info.macPerPixel, 744 + 320 + 162 + 28);
  assert.equal(info.pyramid, {
    grids: 7,
    filters: 2,
    neighbours: 12,
    coarser: 3,
    contextWidth: 16,
    start: 1,
  });
  assert.equal(
    info.sections.map(({ type }) => type),
    ['header', 'weights', 'latents'],
  );
});

test('forged sections give contents or a LoecError', async () => {
  const random = seededRandom(12);
  const { sections } = finish(splitSections(file));
  let read = 0;
  for (let trial = 0; trial < 300; trial++) {
    const { tag, payload } = sections[trial % sections.length] as (typeof sections)[number];
    const forged = payload.slice();
    forged[Math.floor(random() * forged.length)] = Math.floor(256 * random());
    try {
      const limits = { pixels: 20_000 };
      const { pyramid } = await fieldContentsOf(withSections({ [sectionName(tag)]: forged }), limits);
      if (pyramid) read++;
    } catch (error) {
      assert.ok(error instanceof LoecError, (error as Error).stack);
    }
  }
  assert.ok(read > 20, `${read}`);
});

test.run();
