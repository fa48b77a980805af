import { crc32 } from '../../src/crc32.ts';
import { slopeOf } from '../../src/entropy/latents/bands.ts';
import { FRACTIONS, MAX_LOGIT, MAX_SCALE } from '../../src/entropy/latents/constants.ts';
import { encodeLatents } from '../../src/entropy/latents/latents.ts';
import { CodedLatents } from '../../src/entropy/latents/reading.ts';
import { latentTables } from '../../src/entropy/latents/tables.ts';
import { RangeDecoder, RangeEncoder } from '../../src/entropy/range-coder.ts';
import { LoecError } from '../../src/errors.ts';
import { type ContextSpec, contextInputs, contextTensors } from '../../src/field/context.ts';
import { type Model, modelOf } from '../../src/field/model.ts';
import { type Latents, MAX_LATENT, type PlaneSpec, pyramidPlanes } from '../../src/field/pyramid.ts';
import { seededRandom } from '../../src/field/random.ts';
import { type Tensor, valueCount } from '../../src/field/spec.ts';
import { TimeSlices } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';
import { ReferenceCoder, ReferenceNetwork, referenceSlices } from './latents-reference.ts';

const test = suite('latents');

type Random = () => number;
type Size = Readonly<{ width: number; height: number }>;

const CONTEXT: ContextSpec = { neighbours: 12, coarser: 3, width: 16 };

function laplace(random: Random, scale: number): number {
  const u = random() - 0.5;
  return Math.sign(u) * -scale * Math.log(1 - 2 * Math.abs(u));
}

/** Parameters of a context model: uniform in ±spread, biases too. */
function randomParameters(context: ContextSpec, random: Random, spread: number): Float32Array {
  return Float32Array.from(
    { length: valueCount(contextTensors(context)) },
    () => spread * (2 * random() - 1),
  );
}

/** A model that predicts the same mean and log scale everywhere. */
function constantParameters(context: ContextSpec, mean: number, logScale: number): Float32Array {
  const parameters = new Float32Array(valueCount(contextTensors(context)));
  const { offset } = contextTensors(context)[5] as Tensor;
  parameters.set([mean, logScale + 2], offset);
  return parameters;
}

/** Of such a context model and of planes of a picture; the field does not matter. */
function modelOfPlanes(size: Size, planes: readonly PlaneSpec[], context = CONTEXT): Model {
  const layers = [{ width: 1, selector: { kind: 'one' }, activation: { kind: 'linear' } }] as const;
  return modelOf({ input: { kind: 'pyramid', planes }, layers, filters: 0, overlap: 0 }, context, size);
}

function makeLatents({ planes }: Model, latent: (level: number) => number): Latents {
  return planes.map(({ width, height, level }) =>
    Int16Array.from({ length: width * height }, () => latent(level)),
  );
}

async function decodeLatents(bytes: Uint8Array, model: Model, parameters: Float32Array): Promise<Latents> {
  return new CodedLatents(bytes, model, parameters, {}).readAll(new TimeSlices());
}

async function checkRoundTrip(latents: Latents, model: Model, parameters: Float32Array): Promise<Uint8Array> {
  const bytes = await encodeLatents(latents, model, parameters);
  assert.equal(await decodeLatents(bytes, model, parameters), latents);
  return bytes;
}

/** The specified bytes. */
function referenceBytes(
  latents: Latents,
  model: Model,
  parameters: Float32Array,
): { bytes: Uint8Array; plainBits: number } {
  const present = latents.map((plane) => plane.some((latent) => latent !== 0));
  const copies = latents.map((plane) => plane.slice());
  let plainBits = 0;
  const coded = referenceSlices(model, present).map((slice) => {
    const encoder = new RangeEncoder();
    const coder = new ReferenceCoder(encoder, model, parameters);
    coder.code(copies, slice);
    plainBits += coder.plainBits;
    return encoder.finish();
  });
  const presence = new Uint8Array(Math.ceil(present.length / 8));
  for (const [i, is] of present.entries())
    presence[i >> 3] = (presence[i >> 3] as number) | (is ? 1 << (i % 8) : 0);
  const lengths = coded.slice(0, -1).flatMap(({ length }) => leb128(length));
  return { bytes: Uint8Array.from([presence, lengths, ...coded].flatMap((part) => [...part])), plainBits };
}

function leb128(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...leb128(Math.floor(value / 128))];
}

/** Planes of these levels, read as it happens. */
function planesOf(levels: readonly number[]): PlaneSpec[] {
  return levels.map((level) => ({ level, reading: 'spline' }));
}

const CASES: readonly (readonly [
  Size,
  levels: number | readonly number[],
  ContextSpec,
  spread: number,
  scale: number,
])[] = [
  [{ width: 1, height: 1 }, 1, CONTEXT, 0.3, 3],
  [{ width: 1, height: 1 }, 12, CONTEXT, 0.3, 3],
  [{ width: 2, height: 70 }, 5, CONTEXT, 0.3, 2],
  [{ width: 300, height: 3 }, 9, CONTEXT, 0.2, 1],
  [{ width: 67, height: 41 }, 7, CONTEXT, 0.3, 1],
  [{ width: 33, height: 97 }, 5, { neighbours: 1, coarser: 0, width: 8 }, 0.5, 2],
  [{ width: 40, height: 65 }, 6, { neighbours: 24, coarser: 6, width: 24 }, 0.2, 2],
  [{ width: 37, height: 34 }, 3, { neighbours: 17, coarser: 2, width: 64 }, 0.1, 1],
  // Saturation, sums beyond 32 bits, means and scales at their limits, escapes.
  [{ width: 35, height: 33 }, 4, { neighbours: 13, coarser: 1, width: 16 }, 20, 300],
  [{ width: 21, height: 33 }, 3, CONTEXT, 1e5, 1000],
  // Levels that are left out, twice there, or coarser before finer.
  [{ width: 67, height: 41 }, [0, 0, 2, 3], { neighbours: 24, coarser: 6, width: 24 }, 0.2, 1],
  [{ width: 50, height: 70 }, [2, 4, 5, 1, 3], { neighbours: 12, coarser: 6, width: 8 }, 0.3, 2],
];

for (const [size, levels, context, spread, scale] of CASES) {
  const { width, height } = size;
  const { neighbours, coarser } = context;
  const planes = typeof levels === 'number' ? pyramidPlanes(levels) : planesOf(levels);
  const what = typeof levels === 'number' ? `${levels} levels` : `levels ${levels}`;
  test(`the specified bytes: ${width}×${height}, ${what}, ${neighbours} + ${coarser} inputs, scale ${scale}`, async () => {
    const random = seededRandom(width * 1000 + height);
    const model = modelOfPlanes(size, planes, context);
    const parameters = randomParameters(context, random, spread);
    const latents = makeLatents(model, () =>
      Math.max(-MAX_LATENT, Math.min(MAX_LATENT, Math.round(laplace(random, scale)))),
    );
    const bytes = await checkRoundTrip(latents, model, parameters);
    assert.equal(bytes, referenceBytes(latents, model, parameters).bytes);
  });
}

test('the example of the specification', async () => {
  const model = modelOfPlanes({ width: 3, height: 2 }, pyramidPlanes(2));
  const parameters = new Float32Array(model.context.parameters);
  const latents = [Int16Array.of(1, 0, -1, 20, 0, 0), Int16Array.of(0, 1)];
  const bytes = await checkRoundTrip(latents, model, parameters);
  assert.is(Buffer.from(bytes).toString('hex'), '0306604232c82c0000000140');
});

test('a reference decoder reads them too', async () => {
  const model = modelOfPlanes({ width: 50, height: 40 }, pyramidPlanes(3));
  const random = seededRandom(4);
  const parameters = randomParameters(CONTEXT, random, 0.3);
  const latents = makeLatents(model, () => Math.round(laplace(random, 1)));
  const bytes = await encodeLatents(latents, model, parameters);
  const decoded = latents.map((plane) => new Int16Array(plane.length));
  const decoder = new RangeDecoder(bytes.subarray(1));
  const [slice] = referenceSlices(model, [true, true, true]);
  new ReferenceCoder(decoder, model, parameters).code(decoded, slice ?? []);
  assert.equal(decoded, latents);
});

test('large pictures of odd sizes come back', async () => {
  const random = seededRandom(5);
  const parameters = randomParameters(CONTEXT, random, 0.3);
  for (const size of [
    { width: 769, height: 511 },
    { width: 3, height: 1000 },
    { width: 2500, height: 33 },
  ]) {
    const scales = [0.2, 0.7, 1.5, 2, 2, 2, 0];
    const model = modelOfPlanes(size, pyramidPlanes(7));
    const latents = makeLatents(model, (level) => Math.round(laplace(random, scales[level] as number)));
    await checkRoundTrip(latents, model, parameters);
  }
});

test('the network’s integers follow its real numbers', () => {
  const random = seededRandom(6);
  for (let trial = 0; trial < 20; trial++) {
    const parameters = randomParameters(CONTEXT, random, 0.6);
    const { context } = modelOfPlanes({ width: 1, height: 1 }, pyramidPlanes(1));
    const network = new ReferenceNetwork(context, parameters);
    const inputs = Array.from({ length: 15 }, () => Math.round(laplace(random, 2)));
    const [mean, logScale] = realOutputs(parameters, inputs);
    const predicted = network.predict(inputs);
    assert.ok(Math.abs(predicted.mean / 256 - mean) < 0.02, `${predicted.mean / 256} for ${mean}`);
    const clamped = Math.min(5, Math.max(-5, logScale));
    assert.ok(
      Math.abs(predicted.scale / 16 - 5 - clamped) < 1 / 32 + 0.02,
      `${predicted.scale} for ${logScale}`,
    );
  }
});

/** The mean and log b of `src/field/context.ts`. */
function realOutputs(parameters: Float32Array, inputs: readonly number[]): [number, number] {
  const [w1, b1, w2, b2, w3, b3] = contextTensors(CONTEXT) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const affine = (w: Tensor, b: Tensor, from: readonly number[]): number[] =>
    Array.from({ length: w.rows }, (_, row) =>
      from.reduce(
        (sum, value, column) => sum + value * (parameters[w.offset + row * w.columns + column] as number),
        parameters[b.offset + row] as number,
      ),
    );
  const first = affine(w1, b1, inputs).map((u) => Math.max(0, u));
  const units = affine(w2, b2, first).map((u, i) => Math.max(0, u + (first[i] as number)));
  const [mean, scale] = affine(w3, b3, [...units, ...inputs]) as [number, number];
  return [mean, scale - 2];
}

test('the tables are the rounded real numbers, and none is near a half', () => {
  const { squash, nonzero, more, sharpness } = latentTables();
  const check = (exact: number, entry: number, least: number, most: number): void => {
    assert.is(entry, Math.min(most, Math.max(least, Math.floor(exact + 0.5))));
    const inside = exact > least - 1 && exact < most + 1;
    if (inside) assert.ok(Math.abs(exact - Math.floor(exact) - 0.5) > 1 / 4096, String(exact));
  };
  for (let logit = -MAX_LOGIT; logit <= MAX_LOGIT; logit++)
    check(65536 / (1 + Math.exp(-logit / 256)), squash[logit + MAX_LOGIT] as number, 1, 65535);
  for (let scale = 0; scale <= MAX_SCALE; scale++) {
    const sharp = Math.exp(5 - scale / 16);
    check(256 * sharp, sharpness[scale] as number, 0, 65535);
    check(256 * (-sharp - Math.log1p(-Math.exp(-sharp))), more[scale] as number, -MAX_LOGIT, MAX_LOGIT);
    for (let i = 0; i < FRACTIONS; i++) {
      const inside = 1 - (Math.exp(sharp * (i / 64 - 0.5)) + Math.exp(sharp * (-i / 64 - 0.5))) / 2;
      const exact = 256 * Math.log((1 - inside) / inside);
      // Where almost nothing is outside, `inside` has lost its digits, and the entry is the limit anyway.
      if (1 - inside > 1e-6) check(exact, nonzero[FRACTIONS * scale + i] as number, -MAX_LOGIT, MAX_LOGIT);
      else assert.is(nonzero[FRACTIONS * scale + i], -MAX_LOGIT);
    }
  }
});

test('the tables never change', () => {
  const sums = Object.entries(latentTables()).map(([name, { buffer }]) => [
    name,
    crc32(new Uint8Array(buffer)).toString(16),
  ]);
  assert.equal(Object.fromEntries(sums), {
    squash: 'be97e4a5',
    nonzero: '6af828de',
    more: '1345d4cc',
    sharpness: 'd84a3941',
    rates: '6fd75eb9',
  });
});

test('latents as predicted cost what the Laplace distribution says, from tiny to large scales', async () => {
  const model = modelOfPlanes({ width: 200, height: 150 }, pyramidPlanes(2));
  for (const logScale of [-2, -1, 0, 1, 2, 3, 4, 4.75]) {
    const random = seededRandom(100 + logScale);
    const b = Math.exp(logScale);
    const mass = (q: number): number =>
      q === 0
        ? 1 - Math.exp(-0.5 / b)
        : (Math.exp(-(Math.abs(q) - 0.5) / b) - Math.exp(-(Math.abs(q) + 0.5) / b)) / 2;
    const latents = makeLatents(model, () => Math.round(laplace(random, b)));
    const ideal = latents.reduce(
      (sum, plane) => plane.reduce((bits, q) => bits - Math.log2(mass(q)), sum),
      0,
    );
    const bytes = await checkRoundTrip(latents, model, constantParameters(CONTEXT, 0, logScale));
    // Beyond ESCAPE − 1 the code is Golomb's, which follows a scale only roughly.
    const allowed = b < 5 ? 1.012 : 1.04;
    assert.ok(
      8 * bytes.length < allowed * ideal + 64,
      `${(8 * bytes.length) / ideal} at log b = ${logScale}`,
    );
  }
});

test('what the model gets wrong is learned', async () => {
  const size = { width: 200, height: 150 };
  const model = modelOfPlanes(size, pyramidPlanes(1));
  const random = seededRandom(7);
  for (const [mean, logScale, shift, b] of [
    [0, 0, 0, 0.4],
    [0, 0, 0, 2.5],
    [0.5, -1, 0, 0.4],
  ] as const) {
    const latents = makeLatents(model, () => Math.round(shift + laplace(random, b)));
    const counts = new Map<number, number>();
    for (const q of latents[0] as Int16Array) counts.set(q, (counts.get(q) ?? 0) + 1);
    const total = size.width * size.height;
    const entropy = [...counts.values()].reduce((bits, n) => bits - n * Math.log2(n / total), 0);
    const parameters = constantParameters(CONTEXT, mean, logScale);
    const bits = 8 * (await checkRoundTrip(latents, model, parameters)).length;
    assert.ok(bits < 1.02 * entropy, `${bits / entropy} of the entropy`);
  }
});

test('learning costs a small picture nothing', async () => {
  const random = seededRandom(8);
  for (const side of [1, 4, 8, 16, 32, 64]) {
    const model = modelOfPlanes({ width: side, height: side }, pyramidPlanes(3));
    const latents = makeLatents(model, () => Math.round(laplace(random, 0.5)));
    const parameters = constantParameters(CONTEXT, 0, Math.log(0.5));
    const { plainBits } = referenceBytes(latents, model, parameters);
    const bytes = await checkRoundTrip(latents, model, parameters);
    assert.ok(bytes.length <= 3 + (1.01 * plainBits) / 8, `${bytes.length} of ${plainBits / 8} at ${side}`);
  }
});

test('planes of zeros cost a bit, and no time', async () => {
  const model = modelOfPlanes({ width: 4000, height: 3000 }, pyramidPlanes(9));
  const parameters = constantParameters(CONTEXT, 0, -2);
  const flat = makeLatents(model, () => 0);
  assert.equal(await checkRoundTrip(flat, model, parameters), Uint8Array.of(0, 0));
  (flat[8] as Int16Array).fill(3);
  const bytes = await checkRoundTrip(flat, model, parameters);
  assert.equal(Array.from(bytes.subarray(0, 2)), [0, 1]);
  assert.ok(bytes.length < 40, String(bytes.length));
});

test('no latent has a neighbour in its own wave or in a later one', () => {
  for (let neighbours = 1; neighbours <= 24; neighbours++) {
    const inputs = contextInputs({ neighbours, coarser: 6, width: 8 });
    const slope = slopeOf(inputs);
    const own = inputs.filter(({ levels }) => levels === 0);
    assert.ok(own.length === neighbours && own.every(({ dy, dx }) => dx + slope * dy < 0));
    assert.ok(slope >= 2 && slope <= 4);
  }
});

const DAMAGED = modelOfPlanes({ width: 60, height: 50 }, pyramidPlanes(4));

/** Latents, or an E_FORMAT. */
async function survives(bytes: Uint8Array, parameters: Float32Array): Promise<Latents | null> {
  try {
    const latents = await decodeLatents(bytes, DAMAGED, parameters);
    assert.ok(latents.every((plane) => plane.every((latent) => Math.abs(latent) <= MAX_LATENT)));
    return latents;
  } catch (error) {
    assert.ok(error instanceof LoecError && error.code === 'E_FORMAT', String(error));
    return null;
  }
}

test('damaged bytes give latents or E_FORMAT', async () => {
  const random = seededRandom(9);
  const parameters = randomParameters(CONTEXT, random, 0.3);
  const latents = makeLatents(DAMAGED, () => Math.round(laplace(random, 1.5)));
  const bytes = await encodeLatents(latents, DAMAGED, parameters);
  for (let length = 0; length < bytes.length; length += 17)
    await survives(bytes.subarray(0, length), parameters);
  for (let i = 0; i < bytes.length; i += 23) {
    const flipped = bytes.slice();
    flipped[i] = (bytes[i] as number) ^ (1 << Math.floor(8 * random()));
    await survives(flipped, parameters);
  }
  for (let trial = 0; trial < 50; trial++) {
    const garbage = Uint8Array.from({ length: 4 * trial }, () => 256 * random());
    garbage[0] = 15;
    await survives(garbage, randomParameters(CONTEXT, random, 100));
  }
});

test('bytes that end too early are refused where more than eight are missing', async () => {
  const parameters = constantParameters(CONTEXT, 0, 0);
  const random = seededRandom(10);
  const latents = makeLatents(DAMAGED, () => Math.round(laplace(random, 1)));
  const bytes = await encodeLatents(latents, DAMAGED, parameters);
  for (const missing of [bytes.length, bytes.length - 1, bytes.length >> 1])
    assert.is(await survives(bytes.subarray(0, bytes.length - missing), parameters), null);
  assert.is(await survives(Uint8Array.of(16, 1, 2, 3), parameters), null, 'a plane that is not there');
  // A zero at the end is as good as none.
  assert.equal(await survives(Uint8Array.of(...bytes, 0), parameters), latents);
});

test('a latent beyond the limit is refused', async () => {
  const parameters = constantParameters(CONTEXT, MAX_LATENT, 0);
  const beyond = [Int16Array.of(MAX_LATENT + 1)];
  const model = modelOfPlanes({ width: 1, height: 1 }, pyramidPlanes(1));
  const { bytes } = referenceBytes(beyond, model, parameters);
  const decoding = decodeLatents(bytes, model, parameters);
  const error = await decoding.then(() => null).catch((reason: unknown) => reason);
  assert.ok(error instanceof LoecError && error.code === 'E_FORMAT' && /2047/.test(error.message));
});

test.run();
