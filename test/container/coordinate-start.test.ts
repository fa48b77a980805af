/** @file Files of coordinate fields whose tensors are differences from a start: what comes back, what it means, what is refused. */

import type { QuantizedWeights } from '../../src/container/contents.ts';
import { coordinateParameters } from '../../src/container/coordinate-parameters.ts';
import { type FieldHeader, unpackHeader } from '../../src/container/header.ts';
import { packHeader } from '../../src/container/pack.ts';
import { joinSections, type SectionName, sectionName, splitSections } from '../../src/container/sections.ts';
import { writeContents } from '../../src/container/write.ts';
import { decode } from '../../src/decode.ts';
import { type ErrorCode, LoecError } from '../../src/errors.ts';
import { initialParameters, OF_FILES } from '../../src/field/init.ts';
import { presetSpec } from '../../src/field/presets.ts';
import { stepOf } from '../../src/field/quantizer.ts';
import { seededRandom } from '../../src/field/random.ts';
import { type FieldSpec, type LayerSpec, parameterCount, tensorsOf } from '../../src/field/spec.ts';
import { inspect } from '../../src/inspect.ts';
import type { Limits } from '../../src/limits.ts';
import { finish } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';
import { startedContents } from './coordinates.ts';
import { contentsOf, fieldContentsOf } from './read-file.ts';

const test = suite('starts of coordinate fields');

const SEED = 0xfedcba98;
const contents = startedContents(SEED);
const { spec, weights } = contents;
const tensors = tensorsOf(spec);
const file = await writeContents(contents);
const { sections } = finish(splitSections(file));
const header = unpackHeader(sections[0]?.payload as Uint8Array) as FieldHeader;

function withHeader(change: Partial<FieldHeader>): Uint8Array {
  return joinSections(
    sections.map(({ tag, payload }) => {
      const name = sectionName(tag) as SectionName;
      return { name, payload: name === 'header' ? packHeader({ ...header, ...change }) : payload };
    }),
  );
}

/** The file with other values after its quantization steps. */
const withStart = (...codes: number[]): Uint8Array =>
  withHeader({ steps: [...(header.steps as number[]).slice(0, tensors.length), ...codes] });

const BITS = weights.fromStart.reduce((sum, isDifference, i) => sum + Number(isDifference) * 2 ** i, 0);

async function refuses(code: ErrorCode, message: RegExp, bytes: Uint8Array): Promise<void> {
  const error = await contentsOf(bytes)
    .then(() => null)
    .catch((reason: unknown) => reason);
  assert.ok(error instanceof LoecError, String(error));
  assert.is(error.code, code, error.message);
  assert.match(error.message, message);
}

/** Number k of a start as section 11 of formats/loe.md has it, in integers as far as there are some. */
function numberOfStart(seed: number, k: number, bound: number): number {
  const mask = 0xffffffffn;
  let h = (BigInt(seed) + BigInt(k + 1) * 0x9e3779b9n) & mask;
  h = ((h ^ (h >> 16n)) * 0x85ebca6bn) & mask;
  h = ((h ^ (h >> 13n)) * 0xc2b2ae35n) & mask;
  h ^= h >> 16n;
  return Math.fround(((2 * Number(h)) / 4294967296 - 1) * bound);
}

/** The parameters of a field that is nothing but differences of 0, layer by layer. */
function startBySpecification(seed: number, { layers }: FieldSpec): number[] {
  const values: number[] = [];
  let [inputs, omega] = [2, 1];
  for (const [i, { width, selector, activation }] of layers.entries()) {
    if (activation.kind === 'sine') omega = activation.omega;
    const weightBound = i === 0 ? 1 / inputs : (0.5 * Math.sqrt(6 / inputs)) / omega;
    for (const [t, columns, bound] of [
      [2 * i, inputs, weightBound],
      [2 * i + 1, 1, 0.2],
    ] as const) {
      for (let e = 0; e < (selector.kind === 'one' ? 1 : 4); e++) {
        for (let r = 0; r < width; r++) {
          const first = ((4 * t + e) * 2 ** 10 + r) * 2 ** 10;
          for (let c = 0; c < columns; c++) values.push(numberOfStart(seed, first + c, bound));
        }
      }
    }
    inputs = width;
  }
  return values;
}

test('contents come back, with any seed and any of the tensors', async () => {
  for (const seed of [0, 1, SEED, 2 ** 32 - 1]) {
    const written = { ...contents, start: { seed } };
    assert.equal(await contentsOf(await writeContents(written)), written);
  }
  for (const one of tensors.keys()) {
    const fromStart = tensors.map((_, i) => i === one);
    const written = { ...contents, weights: { ...weights, fromStart } };
    assert.equal(await contentsOf(await writeContents(written)), written);
  }
});

test('a file without differences has no start', async () => {
  const { fromStart, ...plain } = weights;
  const none = await writeContents({
    ...contents,
    weights: { ...weights, fromStart: tensors.map(() => false) },
  });
  assert.equal(none, await writeContents({ ...contents, start: null, weights: plain }));
  assert.equal(await contentsOf(none), { ...contents, start: null, weights: plain });
  assert.is(inspect(none).start, null);
  assert.ok(file.length - none.length <= 10, `${file.length - none.length} bytes of start`);
});

test('parameters are multiples of steps, or such differences from the specified start', () => {
  const start = startBySpecification(SEED, spec);
  const parameters = finish(coordinateParameters(contents));
  assert.is(parameters.length, parameterCount(spec));
  assert.is(start.length, parameterCount(spec));
  for (const [i, { offset }] of tensors.entries()) {
    const step = stepOf(weights.stepIndices[i] as number);
    for (const [k, integer] of (weights.integers[i] as Int32Array).entries()) {
      const origin = weights.fromStart[i] ? (start[offset + k] as number) : 0;
      assert.is(parameters[offset + k], Math.fround(origin + Math.fround(integer * step)));
    }
  }
});

test('the start follows from any layers that a file may have, in the encoder’s words too', () => {
  const layers: LayerSpec[] = [
    { width: 3, selector: { kind: 'one' }, activation: { kind: 'linear' } },
    { width: 4, selector: { kind: 'segment' }, activation: { kind: 'sine', omega: 7.3 } },
    { width: 2, selector: { kind: 'tile', frequency: 3 }, activation: { kind: 'linear' } },
    { width: 3, selector: { kind: 'one' }, activation: { kind: 'linear' } },
  ];
  for (const other of [spec, { ...spec, layers }]) {
    const shapes = tensorsOf(other);
    const zeros: QuantizedWeights = {
      kind: 'quantized',
      stepIndices: shapes.map(() => 0),
      integers: shapes.map(({ length }) => new Int32Array(length)),
      fromStart: shapes.map(() => true),
    };
    const decoded = finish(coordinateParameters({ spec: other, start: { seed: 77 }, weights: zeros }));
    assert.equal(Array.from(decoded), startBySpecification(77, other));
    assert.equal(decoded, initialParameters(other, 77, OF_FILES));
  }
});

test('pictures are drawn from the start, and not without it', async () => {
  const [drawn, other, none] = await Promise.all([
    decode(file),
    decode(withStart(SEED - 1, BITS)),
    decode(withStart()),
  ]);
  assert.not.equal(drawn.data, other.data);
  assert.not.equal(drawn.data, none.data);
  const whole = { kind: 'float32', parameters: finish(coordinateParameters(contents)) } as const;
  const asFloats = await decode(await writeContents({ ...contents, start: null, weights: whole }));
  assert.equal(drawn.data, asFloats.data);
});

test('starts that files can’t have are refused', async () => {
  const count = tensors.length;
  await refuses('E_UNSUPPORTED', /newer decoder: start -1/, withStart(-1, BITS));
  await refuses('E_FORMAT', /a difference to a start that there is not/, withStart(SEED, 2 ** count));
  await refuses('E_FORMAT', /no tensor/, withStart(SEED, 0));
  await refuses('E_FORMAT', /no tensor/, withStart(SEED, -1));
  await refuses('E_FORMAT', /field steps is not: /, withStart(2 ** 32, BITS));
  await refuses('E_FORMAT', /field steps is not: /, withStart(-(2 ** 31) - 1, BITS));
  await refuses('E_FORMAT', /field steps is not: /, withStart(SEED, 2 ** 32));
  await refuses('E_FORMAT', /field steps is not: /, withStart(SEED, 1.5));
  await refuses('E_FORMAT', /field steps is not: /, withStart(SEED, BITS, 1));
  await refuses('E_FORMAT', new RegExp(`${count + 1} steps for ${count} tensors`), withStart(5));
  await refuses('E_FORMAT', new RegExp(`${count + 3} steps for ${count} tensors`), withStart(5, 5, 5));
  const slow = header.layers.map((code) => (code === 30 ? 0.5 : code));
  await refuses('E_FORMAT', /a start of a field with an ω below 1/, withHeader({ layers: slow }));
  assert.ok(await fieldContentsOf(withStart(SEED, 2 ** count - 1)));
});

test('a start can’t be written without what is a difference from it, or the other way round', async () => {
  const lost = await writeContents({ ...contents, start: null }).catch((error: unknown) => error);
  assert.ok(lost instanceof Error);
});

test('a start is drawn in small steps, and under the limits of any decode', async () => {
  const wide = presetSpec('siren', { width: 300, channels: 3 });
  const shapes = tensorsOf(wide);
  const zeros: QuantizedWeights = {
    kind: 'quantized',
    stepIndices: shapes.map(() => 0),
    integers: shapes.map(({ length }) => new Int32Array(length)),
    fromStart: shapes.map(() => true),
  };
  let count = 0;
  for (const _ of {
    [Symbol.iterator]: () => coordinateParameters({ ...contents, spec: wide, weights: zeros }),
  })
    count++;
  const rows = shapes.reduce((sum, tensor) => sum + tensor.rows, 0);
  assert.ok(count >= rows, `${count} steps`);
  const large = await writeContents({ ...contents, spec: wide, weights: zeros });
  const refused = (limits: Partial<Limits>) => decode(large, { limits }).catch((error: unknown) => error);
  for (const limits of [{ memory: 1e6 }, { seconds: 1e-6 }]) {
    const error = await refused(limits);
    assert.ok(error instanceof LoecError && error.code === 'E_LIMIT', JSON.stringify(limits));
  }
});

test('forged headers give contents or a LoecError', async () => {
  const random = seededRandom(3);
  const packed = packHeader(header);
  let read = 0;
  for (let trial = 0; trial < 300; trial++) {
    const forged = packed.slice();
    forged[Math.floor(random() * forged.length)] = Math.floor(256 * random());
    const bytes = joinSections(
      sections.map(({ tag, payload }, i) => ({
        name: sectionName(tag) as SectionName,
        payload: i === 0 ? forged : payload,
      })),
    );
    try {
      const { spec, weights, start } = await fieldContentsOf(bytes, { pixels: 20_000 });
      finish(coordinateParameters({ spec, weights, start }));
      read++;
    } catch (error) {
      assert.ok(error instanceof LoecError, (error as Error).stack);
    }
  }
  assert.ok(read > 5, `${read}`);
});

test('info tells the start', () => {
  assert.is(inspect(file).start, SEED);
});

test.run();
