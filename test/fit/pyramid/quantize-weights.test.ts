/** @file The search for the steps of a pyramid's weights, on a short fit of a small picture. */

import { parametersOf, type QuantizedWeights } from '../../../src/container/contents.ts';
import { SQUARED_ERROR } from '../../../src/distortion/squared-error.ts';
import type { PyramidSession, PyramidWeights } from '../../../src/engine/pyramid.ts';
import { createWasmEngine } from '../../../src/engine/wasm/engine.ts';
import { encodeWeights } from '../../../src/entropy/weights.ts';
import { modelOf } from '../../../src/field/model.ts';
import { PYRAMID_CONTEXTS, presetSpec } from '../../../src/field/presets.ts';
import { levelCount } from '../../../src/field/pyramid.ts';
import { quantize, stepOf } from '../../../src/field/quantizer.ts';
import { NO_JOURNAL } from '../../../src/fit/journal/journal.ts';
import type { PyramidEffort } from '../../../src/fit/pyramid/calibration/efforts.ts';
import { sampleGradients } from '../../../src/fit/pyramid/curvature.ts';
import { Previews } from '../../../src/fit/pyramid/previews.ts';
import type { PyramidJob } from '../../../src/fit/pyramid/pyramid-job.ts';
import { quantizeWeights, weightParts } from '../../../src/fit/pyramid/quantize-weights.ts';
import { mainSchedule, scheduledStep } from '../../../src/fit/pyramid/schedule.ts';
import { chooseStart, type PyramidStart } from '../../../src/fit/pyramid/start.ts';
import { tensorsOfPart } from '../../../src/fit/pyramid/trained-part.ts';
import { WeightIntegers } from '../../../src/fit/weights/weight-integers.ts';
import { mapPicture } from '../../../src/samples/to-outputs.ts';
import { assert, suite } from '../../harness.ts';
import { rasterOf } from '../../image/rasters.ts';

const test = suite('the steps of a pyramid’s weights');
const LAMBDA = 0.002;

/** The course of a picture of two bits per pixel, with weights that are slow enough to come to rest in a few steps. */
const SCHEDULE = { ...mainSchedule(1000, true, 2, LAMBDA), weightRate: 0.02 };
const STEPS = 30;

/** 2⁻⁹. */
const FIRST_INDEX = -144;

const raster = rasterOf(20, 14, 3, 8, (x, y, c) => 0.5 + 0.4 * Math.sin(x / 4 + c) * Math.cos(y / 3));
const spec = presetSpec('pyramid', { channels: 3, levels: levelCount(20, 14) });
const model = modelOf(spec, PYRAMID_CONTEXTS.small, raster);
const learned = chooseStart(model, 1);

function jobFrom(start: PyramidStart): PyramidJob {
  return {
    mapped: mapPicture(raster),
    raster,
    tune: 'psnr',
    distortion: SQUARED_ERROR,
    ssimulacra2: null,
    preset: 'pyramid',
    model,
    segmentation: null,
    start,
    trained: 'all',
    target: { kind: 'lambda', lambda: LAMBDA, pixels: raster.width * raster.height },
    effort: { steps: STEPS, samples: 16, sweeps: 1, patience: 2, refinements: 0, trials: 0, size: 'small' },
    lambda: LAMBDA,
    bitsPerPixel: 0.3,
    seed: 1,
    threads: 1,
    journal: NO_JOURNAL,
    previews: new Previews(undefined),
  };
}

/** Hands a session that has been trained for a while to `use`. @returns what that returns */
async function withFit<T>(job: PyramidJob, use: (session: PyramidSession) => Promise<T>): Promise<T> {
  const engine = await createWasmEngine({ threads: 1 });
  const start = { field: job.start.field, context: job.start.context, latents: null };
  const session = await engine.fitPyramid({
    model,
    raster,
    distortion: SQUARED_ERROR,
    tuples: null,
    start,
    trained: tensorsOfPart(model, job.trained),
  });
  const { steps } = job.effort;
  await session.train(Array.from({ length: steps }, (_, i) => scheduledStep(SCHEDULE, i, steps, LAMBDA, i)));
  const result = await use(session);
  session.dispose();
  await engine.dispose();
  return result;
}

function quantizeBy(
  session: PyramidSession,
  job: PyramidJob,
  effort: Partial<PyramidEffort> = {},
  lambda = LAMBDA,
): Promise<QuantizedWeights> {
  return quantizeWeights(session, { ...job, effort: { ...job.effort, ...effort } }, lambda);
}

/** What a decoder makes of the weights. */
function decoded(weights: QuantizedWeights, { start: { id } }: PyramidJob) {
  return parametersOf({ spec, weights, pyramid: { model, start: id } });
}

/** Distortion and bits of a file with these weights. */
async function costOf(session: PyramidSession, weights: QuantizedWeights, job: PyramidJob): Promise<number> {
  session.writeWeights(decoded(weights, job));
  const { distortion, bits } = await session.loss();
  const { tensors } = model;
  const weightBits = 8 * (encodeWeights(tensors, weights.integers).length + tensors.length);
  return distortion + (LAMBDA * (bits + weightBits)) / (raster.width * raster.height);
}

/** Each weight rounded by itself, at these steps. */
function roundedAlone(
  fitted: PyramidWeights,
  stepIndices: readonly number[],
  { start }: PyramidJob,
): QuantizedWeights {
  const tensors = [
    ...model.field.tensors.map((tensor) => ({ tensor, part: 'field' as const })),
    ...model.context.tensors.map((tensor) => ({ tensor, part: 'context' as const })),
  ];
  const integers = tensors.map(({ tensor, part }, i) => {
    const origin = start.id > 0 ? start[part] : new Float32Array(fitted[part].length);
    const difference = fitted[part].map((value, k) => value - (origin[k] as number));
    return quantize(difference, tensor, stepOf(stepIndices[i] as number));
  });
  return { kind: 'quantized', stepIndices, fromStart: integers.map(() => start.id > 0), integers };
}

/** What rounding the weights adds to the loss of a fit, by errors that are fed back and one by one. */
function roundingCosts(steps: number): Promise<{ fedBack: number; alone: number }> {
  const job = { ...jobFrom(learned), effort: { ...jobFrom(learned).effort, steps } };
  return withFit(job, async (session) => {
    const fitted = await session.readWeights();
    const { distortion, bits } = await session.loss();
    const gradients = await sampleGradients(session, job, LAMBDA);
    const integers = new WeightIntegers(weightParts(job, fitted, gradients));
    const fedBack = integers.contents();
    const stepIndices = model.tensors.map((_, i) => integers.choiceOf(i).stepIndex);
    const alone = roundedAlone(fitted, stepIndices, job);
    const pixels = raster.width * raster.height;
    const more = async (weights: QuantizedWeights) => {
      session.writeWeights(decoded(weights, job));
      const rounded = await session.loss();
      return rounded.distortion - distortion + (LAMBDA * (rounded.bits - bits)) / pixels;
    };
    return { fedBack: await more(fedBack), alone: await more(alone) };
  });
}

test('feeding errors back makes rounding cost less than half', async () => {
  // Of eight fits, as that of one is a matter of luck; and at their ends, where the gradient is small and curvature decides.
  let [fedBack, alone] = [0, 0];
  for (let steps = 150; steps <= 500; steps += 50) {
    const costs = await roundingCosts(steps);
    fedBack += costs.fedBack;
    alone += costs.alone;
  }
  assert.ok(fedBack < alone / 2, `${fedBack} against ${alone}`);
});

for (const [name, start] of [
  ['a learned start', learned],
  ['a start of its own', { ...learned, id: 0 }],
] as const) {
  test(`${name}: the session is left with what a decoder has, at no higher cost than at first`, async () => {
    const job = jobFrom(start);
    await withFit(job, async (session) => {
      const stepIndices = model.tensors.map(() => FIRST_INDEX);
      const first = roundedAlone(await session.readWeights(), stepIndices, job);
      const weights = await quantizeBy(session, job);
      const { field, context } = await session.readWeights();
      assert.equal({ field, context }, decoded(weights, job));
      const cost = await costOf(session, weights, job);
      assert.ok(cost < (await costOf(session, first, job)));
      assert.is(
        weights.fromStart?.some((flag) => flag),
        start.id > 0,
      );
    });
  });
}

test('a second round costs no more than the first', async () => {
  const job = jobFrom(learned);
  await withFit(job, async (session) => {
    const fitted = await session.readWeights();
    const one = await quantizeBy(session, job);
    session.writeWeights(fitted);
    const two = await quantizeBy(session, job, { sweeps: 2 });
    assert.ok((await costOf(session, two, job)) <= (await costOf(session, one, job)));
  });
});

test('neighbouring integers are taken only where they pay, and no more than one away', async () => {
  const job = jobFrom(learned);
  await withFit(job, async (session) => {
    const fitted = await session.readWeights();
    const plain = await quantizeBy(session, job);
    session.writeWeights(fitted);
    const refined = await quantizeBy(session, job, { refinements: 1 });
    const { field, context } = await session.readWeights();
    assert.equal({ field, context }, decoded(refined, job));
    assert.ok((await costOf(session, refined, job)) < (await costOf(session, plain, job)));
    for (const [i, integers] of plain.integers.entries()) {
      // Zeros have the step of another tensor.
      if (integers.some((integer) => integer !== 0) && refined.integers[i]?.some((integer) => integer !== 0))
        assert.is(refined.stepIndices[i], plain.stepIndices[i]);
    }
    const moves = refined.integers.flatMap((integers, i) =>
      Array.from(integers, (integer, k) => Math.abs(integer - (plain.integers[i]?.[k] as number))),
    );
    assert.is(Math.max(...moves), 1);
  });
});

test('single weights are tried only on the side that the gradient is for, or does not mind much', async () => {
  const job = jobFrom(learned);
  await withFit(job, async (session) => {
    const fitted = await session.readWeights();
    const loss = session.loss.bind(session);
    let losses = 0;
    session.loss = (part) => {
      losses++;
      return loss(part);
    };
    const plain = await quantizeBy(session, job);
    const before = losses;
    session.writeWeights(fitted);
    await quantizeBy(session, job, { refinements: 1 });
    const weights = plain.integers.reduce((sum, { length }) => sum + length, 0);
    const tried = losses - 2 * before;
    assert.ok(tried > 0.5 * weights && tried < 1.5 * weights, `${tried} losses for ${weights} weights`);
  });
});

test('tensors that were not trained are differences of 0, at the step of the tensor before', async () => {
  const job = { ...jobFrom(learned), trained: 'colours' as const };
  await withFit(job, async (session) => {
    const { stepIndices, fromStart, integers } = await quantizeBy(session, job);
    const trained = integers.map((values) => values.some((value) => value !== 0));
    assert.equal(
      trained,
      model.tensors.map((_, i) => i === 2 || i === 3),
    );
    assert.ok(fromStart?.every((flag, i) => flag || trained[i]));
    assert.equal(stepIndices.slice(0, 2), [0, 0]);
    assert.ok(stepIndices.slice(4).every((index) => index === stepIndices[3]));
    assert.ok(encodeWeights(model.tensors, integers).length < 80);
  });
});

test('where bits are dear, weights take fewer', async () => {
  const job = jobFrom(learned);
  await withFit(job, async (session) => {
    const fitted = await session.readWeights();
    const bytes: number[] = [];
    for (const lambda of [1e-5, 1e-3, 0.1]) {
      session.writeWeights(fitted);
      const { integers } = await quantizeBy(session, job, {}, lambda);
      bytes.push(encodeWeights(model.tensors, integers).length);
    }
    const [cheap, middle, dear] = bytes as [number, number, number];
    assert.ok(cheap > middle && middle > dear, bytes.join(', '));
  });
});

test.run();
