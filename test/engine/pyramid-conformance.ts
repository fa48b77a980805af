/** @file What every engine must do with pyramid fields, against the float64 reference. */

import { planarOf } from '../../src/distortion/planar.ts';
import type { Engine } from '../../src/engine/engine.ts';
import {
  type HostDistortion,
  LATENT_ADAM,
  type LatentNoise,
  type PyramidLoss,
  type PyramidSession,
  type PyramidState,
  type PyramidStep,
  type TrainedTensors,
} from '../../src/engine/pyramid.ts';
import { Soap } from '../../src/engine/soap.ts';
import type { Parameters } from '../../src/field/parameters.ts';
import type { Latents } from '../../src/field/pyramid.ts';
import { type Random, seededRandom } from '../../src/field/random.ts';
import { pairs, type Tensor } from '../../src/field/spec.ts';
import { assert, suite } from '../harness.ts';
import { relativeError } from './problems.ts';
import {
  type NamedPyramidProblem,
  PYRAMID_PROBLEMS,
  tuplesOf,
  UNFUSED_PROBLEMS,
} from './pyramid-problems.ts';
import {
  type ReferencePoint,
  ROUNDED,
  referenceGradient,
  referenceLoss,
  referenceOutputs,
  referencePoint,
} from './pyramid-reference.ts';
import { ReferenceAdam } from './reference.ts';

/**
 * float32 against float64, relative in the L2 norm. Masses are differences of exponentials, and gradients of weights sums over
 * all pixels whose terms may cancel to a tenth. Both optimizers divide by small root mean squares, which magnifies rounding.
 */
const TOLERANCE = {
  outputs: 3e-6,
  loss: 3e-6,
  gradient: 2e-5,
  trainingLoss: 1e-4,
  latents: 2e-3,
  weights: 1e-2,
};

const LAMBDA = 0.05;
const NOISY: LatentNoise = { temperature: 0.3, sigma: 0.2, seed: 5 };

export function pyramidConformance(
  name: string,
  createEngine: () => Promise<Engine>,
  filter: (problem: NamedPyramidProblem) => boolean = () => true,
): void {
  const problems = PYRAMID_PROBLEMS.filter(filter);
  const unfused = UNFUSED_PROBLEMS.filter(filter);
  const test = suite<{ engine: Engine }>(`conformance of ${name} with pyramid fields`);
  test.before(async (context) => {
    context.engine = await createEngine();
  });
  test.after(async ({ engine }) => engine.dispose());
  for (const problem of [...problems, ...unfused]) {
    test(`outputs and loss: ${problem.name}`, ({ engine }) => checkLoss(engine, problem));
    test(`gradient: ${problem.name}`, ({ engine }) => checkGradient(engine, problem));
    test(`training: ${problem.name}`, ({ engine }) => checkTraining(engine, problem));
  }
  for (const problem of unfused) {
    test(`what the host measures: ${problem.name}`, ({ engine }) => checkHost(engine, problem));
  }
  const problem = problems.find(({ tuples }) => tuples) as NamedPyramidProblem;
  const other = unfused.find(({ tuples }) => tuples) as NamedPyramidProblem;
  test('the latents’ gradient at other integers', async ({ engine }) => {
    for (const one of [problem, other]) await checkIntegers(engine, one);
  });
  test('a rate of 0 leaves what it is for, and its optimizer', async ({ engine }) => {
    for (const one of [problem, other]) await checkRates(engine, one);
  });
  test('what is not trained stays, and the rest moves as it does among all', async ({ engine }) => {
    for (const one of [problem, other]) await checkTrained(engine, one);
  });
  test('state reads back as written; what was given stays as it was', ({ engine }) =>
    checkState(engine, problem));
  test('latents are rounded half up', ({ engine }) => checkLatents(engine, problem));
  test('classes can be replaced', ({ engine }) => checkTuples(engine, problem));
  test('sessions do not see each other', ({ engine }) => checkSessions(engine, [...problems, ...unfused]));
  test.run();
}

async function withSession(
  engine: Engine,
  problem: NamedPyramidProblem,
  check: (session: PyramidSession) => Promise<void>,
): Promise<void> {
  const session = await engine.fitPyramid(problem);
  await check(session);
  session.dispose();
}

function isNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.is(actual.length, expected.length, what);
  const error = relativeError(actual, expected);
  assert.ok(error < tolerance, `${what}: relative error ${error}`);
}

function isNearLoss(actual: PyramidLoss, expected: PyramidLoss): void {
  isNear([actual.distortion], [expected.distortion], TOLERANCE.loss, 'distortion');
  isNear([actual.bits], [expected.bits], TOLERANCE.loss, 'bits');
}

function checkLoss(engine: Engine, problem: NamedPyramidProblem): Promise<void> {
  const point = referencePoint(problem.start);
  const expected = referenceLoss(problem, point, ROUNDED);
  return withSession(engine, problem, async (session) => {
    isNear(await session.outputs(), referenceOutputs(problem, point), TOLERANCE.outputs, 'outputs');
    isNearLoss(await session.loss(), expected);
    assert.is(session.host === null, problem.distortion.fused !== null);
    isNearLoss(await session.loss('distortion'), { ...expected, bits: 0 });
    isNearLoss(await session.loss('bits'), { ...expected, distortion: 0 });
    isNearLoss(await session.loss('both'), expected);
  });
}

/** Against the distortion of the picture by itself, at the session's outputs and at others. */
function checkHost(engine: Engine, problem: NamedPyramidProblem): Promise<void> {
  return withSession(engine, problem, async (session) => {
    const host = session.host as HostDistortion;
    const measured = await problem.distortion.of(problem.raster);
    const loss = await session.loss();
    const outputs = planarOf(await session.outputs(), problem.raster.channels);
    const others = outputs.map((value, i) => 0.9 * value + 0.05 * Math.sin(i));
    const given = others.slice();
    isNear([await host.of(given)], [await measured.evaluate(others, null)], TOLERANCE.loss, 'D of others');
    assert.equal(given, others);
    const { weights, targets } = await host.localModel();
    const expected = measured.localModel(outputs);
    isNear(weights, expected.weights, TOLERANCE.gradient, 'weights');
    isNear(targets, expected.targets, TOLERANCE.gradient, 'targets');
    assert.equal(await session.loss(), loss);
    await measured.dispose();
  });
}

/** Grid by grid and layer by layer; a layer's W and b together: b is the weight of a constant input. */
function isNearState(
  problem: NamedPyramidProblem,
  actual: PyramidState | ReferencePoint,
  expected: ReferencePoint,
  tolerance: { latents: number; weights: number },
): void {
  for (const [level, grid] of actual.latents.entries()) {
    isNear(grid, expected.latents[level] as Float64Array, tolerance.latents, `grid ${level}`);
  }
  for (const { part, layer, start, end } of layersOf(problem)) {
    assert.is(actual[part].length, expected[part].length);
    const what = `${part} layer ${layer}`;
    isNear(actual[part].subarray(start, end), expected[part].subarray(start, end), tolerance.weights, what);
  }
}

/** Where the weights and biases of each layer lie among the parameters. */
function layersOf({ model }: NamedPyramidProblem): {
  part: 'field' | 'context';
  layer: number;
  start: number;
  end: number;
}[] {
  const placed = (part: 'field' | 'context', tensors: readonly Tensor[]) =>
    pairs(tensors).map(([weight, bias]) => ({
      part,
      layer: weight.layer,
      start: weight.offset,
      end: bias.offset + bias.length,
    }));
  return [...placed('field', model.field.tensors), ...placed('context', model.context.tensors)];
}

async function gradientOf(session: PyramidSession, noise: LatentNoise): Promise<PyramidState> {
  const latents = await latentGradient(session, noise);
  return { latents, ...(await session.weightGradient(LAMBDA, noise)) };
}

/** Grid by grid. */
async function latentGradient(session: PyramidSession, at: LatentNoise | Latents): Promise<Float32Array[]> {
  const rows: number[][] = [];
  await session.latentGradient(LAMBDA, at, (level, row, gradient) => {
    rows[level] ??= [];
    assert.is(rows[level].length, row * gradient.length);
    rows[level].push(...gradient);
  });
  return rows.map((values) => Float32Array.from(values));
}

function checkGradient(engine: Engine, problem: NamedPyramidProblem): Promise<void> {
  const point = referencePoint(problem.start);
  const tolerance = { latents: TOLERANCE.gradient, weights: TOLERANCE.gradient };
  return withSession(engine, problem, async (session) => {
    for (const noise of [ROUNDED, NOISY]) {
      const expected = referenceGradient(problem, point, LAMBDA, noise);
      isNearState(problem, await gradientOf(session, noise), expected, tolerance);
    }
  });
}

/** Integers beside those of the session, which stay. */
function checkIntegers(engine: Engine, problem: NamedPyramidProblem): Promise<void> {
  const point = referencePoint(problem.start);
  const integers = problem.start.latents.map((grid) =>
    Int16Array.from(grid, (x, i) => Math.round(x) + (i % 3) - 1),
  );
  const { latents: expected } = referenceGradient(
    problem,
    { ...point, latents: integers.map((grid) => Float64Array.from(grid)) },
    LAMBDA,
    ROUNDED,
  );
  return withSession(engine, problem, async (session) => {
    const [before, loss] = [await session.readState(), await session.loss()];
    for (const [level, gradient] of (await latentGradient(session, integers)).entries())
      isNear(gradient, expected[level] as Float64Array, TOLERANCE.gradient, `grid ${level}`);
    assert.equal(await session.readState(), before);
    assert.equal(await session.loss(), loss);
  });
}

/** The second step is the first that moves weights, so that its gradient is the same whatever else moves. */
async function checkTrained(engine: Engine, problem: NamedPyramidProblem): Promise<void> {
  const { field, context } = problem.model;
  const step = { ...NOISY, lambda: LAMBDA, latentRate: 0, weightRate: 0.01 };
  const trainedBy = async (trained: TrainedTensors): Promise<PyramidState> => {
    const session = await engine.fitPyramid({ ...problem, trained });
    await session.train([step, step]);
    const state = await session.readState();
    session.dispose();
    return state;
  };
  const all = await trainedBy({ field: field.tensors, context: context.tensors });
  const trained = { field: field.tensors.slice(2, 4), context: context.tensors.slice(-2) };
  const some = await trainedBy(trained);
  for (const part of ['field', 'context'] as const) {
    for (const tensor of problem.model[part].tensors) {
      const of = (weights: Parameters): Float32Array =>
        weights[part].slice(tensor.offset, tensor.offset + tensor.length);
      const isTrained = trained[part].includes(tensor);
      assert.equal(of(some), of(isTrained ? all : problem.start), `${part}, tensor at ${tensor.offset}`);
    }
  }
  assert.not.equal(some.field, problem.start.field);
}

/** The optimizers on the reference's gradients. */
class ReferenceFit {
  readonly #problem: NamedPyramidProblem;
  readonly #latents: Float64Array[];
  readonly #field: Float32Array;
  readonly #context: Float32Array;
  readonly #latentOptimizers: ReferenceAdam[];
  readonly #fieldOptimizer: Soap;
  readonly #contextOptimizer: Soap;
  readonly #shake: Random | null;

  /** @param shake where gradients of weights shall err by what those of an engine may */
  constructor(problem: NamedPyramidProblem, shake: Random | null = null) {
    this.#shake = shake;
    const { model, start, weightBeta } = problem;
    this.#problem = problem;
    this.#latents = start.latents.map((grid) => Float64Array.from(grid));
    this.#field = start.field.slice();
    this.#context = start.context.slice();
    this.#latentOptimizers = start.latents.map((grid) => new ReferenceAdam(grid.length, LATENT_ADAM));
    this.#fieldOptimizer = new Soap(model.field.tensors, weightBeta);
    this.#contextOptimizer = new Soap(model.context.tensors, weightBeta);
  }

  get point(): ReferencePoint {
    return {
      latents: this.#latents,
      field: Float64Array.from(this.#field),
      context: Float64Array.from(this.#context),
    };
  }

  /** @returns the loss before */
  step(step: PyramidStep): PyramidLoss {
    const gradient = referenceGradient(this.#problem, this.point, step.lambda, step);
    if (step.weightRate > 0) {
      this.#fieldOptimizer.step(this.#field, this.#shaken(gradient.field), step.weightRate);
      this.#contextOptimizer.step(this.#context, this.#shaken(gradient.context), step.weightRate);
    }
    if (step.latentRate > 0) {
      for (const [level, optimizer] of this.#latentOptimizers.entries()) {
        optimizer.step(
          this.#latents[level] as Float64Array,
          gradient.latents[level] as Float64Array,
          step.latentRate,
        );
      }
    }
    return gradient.loss;
  }

  #shaken(gradient: Float64Array): Float64Array {
    const shake = this.#shake;
    return shake ? gradient.map((value) => value * (1 + TOLERANCE.gradient * (2 * shake() - 1))) : gradient;
  }
}

/**
 * How far errors of gradients take the weights' movements apart, in the reference itself: where a layer's gradients hardly have a direction, SOAP
 * divides what they have there by its own size.
 */
function sensitivity(problem: NamedPyramidProblem, fit: ReferenceFit, shaken: ReferenceFit): number {
  const [moved, other] = [movementOf(problem, fit.point), movementOf(problem, shaken.point)];
  const errors = layersOf(problem).map(({ part, start, end }) =>
    relativeError(other[part].subarray(start, end), moved[part].subarray(start, end)),
  );
  return Math.max(...errors);
}

interface ReferenceFits {
  readonly fit: ReferenceFit;
  readonly shaken: ReferenceFit;
}

function referenceFits(problem: NamedPyramidProblem): ReferenceFits {
  return { fit: new ReferenceFit(problem), shaken: new ReferenceFit(problem, seededRandom(1)) };
}

/** Steps whose noise grows calmer. */
function stepsOf(count: number): PyramidStep[] {
  return Array.from({ length: count }, (_, i) => ({
    temperature: 0.3 - 0.02 * i,
    sigma: 0.2 - 0.02 * i,
    seed: i - 1,
    lambda: LAMBDA / (i + 1),
    latentRate: 0.1,
    weightRate: 0.01,
  }));
}

/** What training changed, which is much smaller than what it changed it to. */
function movementOf(
  { start }: NamedPyramidProblem,
  { latents, field, context }: PyramidState | ReferencePoint,
): ReferencePoint {
  const difference = (after: ArrayLike<number>, before: Float32Array): Float64Array =>
    Float64Array.from(before, (value, i) => (after[i] as number) - value);
  return {
    latents: latents.map((grid, level) => difference(grid, start.latents[level] as Float32Array)),
    field: difference(field, start.field),
    context: difference(context, start.context),
  };
}

/** One step and two more: Adam and SOAP beyond their first steps, of which SOAP's leaves the weights. */
function checkTraining(engine: Engine, problem: NamedPyramidProblem): Promise<void> {
  const fits = referenceFits(problem);
  const steps = stepsOf(3);
  return withSession(engine, problem, async (session) => {
    await trainBoth(problem, session, fits, steps.slice(0, 1));
    await trainBoth(problem, session, fits, steps.slice(1));
  });
}

/**
 * Trains the session and the reference and compares losses and movements. A picture of one pixel has gradients of rank 1: SOAP divides what
 * they have elsewhere by its own size, and that is all rounding.
 */
async function trainBoth(
  problem: NamedPyramidProblem,
  session: PyramidSession,
  { fit, shaken }: ReferenceFits,
  steps: readonly PyramidStep[],
): Promise<void> {
  const losses = await session.train(steps);
  assert.is(losses.length, steps.length);
  for (const [i, step] of steps.entries()) {
    const expected = fit.step(step);
    shaken.step(step);
    isNear([losses[i]?.distortion as number], [expected.distortion], TOLERANCE.trainingLoss, 'distortion');
    isNear([losses[i]?.bits as number], [expected.bits], TOLERANCE.trainingLoss, 'bits');
  }
  const { width, height } = problem.raster;
  if (width * height === 1) return;
  const moved = movementOf(problem, await session.readState());
  const weights = Math.max(TOLERANCE.weights, 3 * sensitivity(problem, fit, shaken));
  isNearState(problem, moved, movementOf(problem, fit.point), { ...TOLERANCE, weights });
}

function checkRates(engine: Engine, problem: NamedPyramidProblem): Promise<void> {
  const fits = referenceFits(problem);
  const [first, second, third, fourth] = stepsOf(4) as [PyramidStep, PyramidStep, PyramidStep, PyramidStep];
  const steps = [first, { ...second, latentRate: 0 }, { ...third, weightRate: 0 }, fourth];
  return withSession(engine, problem, async (session) => {
    for (const step of steps) {
      const before = await session.readState();
      await trainBoth(problem, session, fits, [step]);
      const after = await session.readState();
      if (step.latentRate === 0) assert.equal(after.latents, before.latents);
      if (step.weightRate === 0) assert.equal(after.field, before.field);
      if (step.weightRate === 0) assert.equal(after.context, before.context);
    }
  });
}

function checkState(engine: Engine, problem: NamedPyramidProblem): Promise<void> {
  const given = structuredClone(problem.start);
  const written = {
    field: given.field.map((value) => value / 2),
    context: given.context.map((value) => value + 0.01),
  };
  return withSession(engine, problem, async (session) => {
    assert.equal(await session.readState(), given);
    const { latents } = given;
    session.writeWeights(written);
    assert.equal(await session.readState(), { latents, ...written });
    const point = referencePoint({ latents, ...written });
    isNearLoss(await session.loss(), referenceLoss(problem, point, ROUNDED));
    const moved = latents.map((grid) => grid.map((value) => 1 - value));
    const kept = structuredClone({ written, moved });
    session.writeLatents(moved);
    assert.equal(await session.readState(), { latents: moved, ...written });
    const there = referencePoint({ latents: moved, ...written });
    isNearLoss(await session.loss(), referenceLoss(problem, there, ROUNDED));
    await session.train(stepsOf(3));
    assert.equal(problem.start, given);
    assert.equal({ written, moved }, kept);
  });
}

function checkLatents(engine: Engine, problem: NamedPyramidProblem): Promise<void> {
  const latents = problem.start.latents.map((grid, level) => {
    const changed = grid.slice();
    changed.set([0.5, -0.5, -1.5, 2.49, -2.51].slice(0, changed.length));
    changed[changed.length - 1] = level === 0 ? -300.5 : 7;
    return changed;
  });
  const expected = latents.map((grid) => Int16Array.from(grid, (x) => Math.floor(x + 0.5)));
  assert.equal([...(expected[0] as Int16Array).subarray(0, 5)], [1, 0, -1, 2, -3]);
  return withSession(engine, { ...problem, start: { ...problem.start, latents } }, async (session) => {
    assert.equal(await session.readLatents(), expected);
  });
}

function checkTuples(engine: Engine, problem: NamedPyramidProblem): Promise<void> {
  const { width, height } = problem.raster;
  const tuples = tuplesOf(problem.model.field.spec, width, height, 1);
  const changed = { ...problem, tuples };
  const point = referencePoint(problem.start);
  return withSession(engine, problem, async (session) => {
    await session.loss();
    session.writeTuples(tuples);
    isNear(await session.outputs(), referenceOutputs(changed, point), TOLERANCE.outputs, 'outputs');
    const expected = referenceGradient(changed, point, LAMBDA, ROUNDED);
    const tolerance = { latents: TOLERANCE.gradient, weights: TOLERANCE.gradient };
    isNearState(changed, await gradientOf(session, ROUNDED), expected, tolerance);
  });
}

/** Trains them in turn, one of them closed half way, and each alone. */
async function checkSessions(engine: Engine, problems: readonly NamedPyramidProblem[]): Promise<void> {
  const chosen = problems.filter(({ raster }) => raster.width * raster.height < 300);
  const steps = stepsOf(4);
  const alone: PyramidState[] = [];
  for (const problem of chosen) {
    await withSession(engine, problem, async (session) => {
      await session.train(steps);
      alone.push(await session.readState());
    });
  }
  const first = await engine.fitPyramid(chosen[0] as NamedPyramidProblem);
  const sessions: PyramidSession[] = [];
  for (const problem of chosen) sessions.push(await engine.fitPyramid(problem));
  for (const step of steps) {
    for (const session of sessions) await session.train([step]);
    if (step === steps[1]) first.dispose();
  }
  for (const [i, session] of sessions.entries()) {
    assert.equal(await session.readState(), alone[i]);
    session.dispose();
  }
}
