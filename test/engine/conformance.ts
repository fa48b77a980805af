/** @file What every engine must do, against the float64 reference. */

import { planarOf } from '../../src/distortion/planar.ts';
import { type CoordinateSession, initialState } from '../../src/engine/coordinates.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { type FieldSpec, outputWidth, tensorsOf } from '../../src/field/spec.ts';
import { assert, suite } from '../harness.ts';
import { type NamedProblem, PROBLEMS, relativeError } from './problems.ts';
import { ReferenceAdam, referenceGradient, referenceLoss, referenceOutputs } from './reference.ts';
import { soapConformance } from './soap-conformance.ts';

/**
 * float32 against float64, relative in the L2 norm: a sum of some hundred products of magnitude one is right to about
 * 1e-7 per term. Ten Adam steps divide by small root mean squares, which magnifies rounding.
 */
const TOLERANCE = { outputs: 3e-6, loss: 3e-6, gradient: 5e-6, oneStep: 1e-5, tenSteps: 2e-4 };

const LEARNING_RATE = 1e-3;

export function conformance(name: string, createEngine: () => Promise<Engine>): void {
  const test = suite<{ engine: Engine }>(`conformance of ${name}`);
  test.before(async (context) => {
    context.engine = await createEngine();
  });
  test.after(async ({ engine }) => engine.dispose());
  for (const problem of PROBLEMS) {
    test(`outputs, loss and gradient: ${problem.name}`, ({ engine }) => checkGradient(engine, problem));
    test(`Adam: ${problem.name}`, ({ engine }) => checkAdam(engine, problem));
  }
  test('other targets, with weights', async ({ engine }) => {
    for (const problem of PROBLEMS) await checkTargets(engine, problem);
  });
  soapConformance(test);
  test('batches partition the positions', async ({ engine }) => {
    for (const problem of PROBLEMS) await checkBatches(engine, problem);
  });
  test('parameters read back as written', ({ engine }) => checkParameters(engine));
  test('a session goes on where another one stood', ({ engine }) => checkState(engine));
  test.run();
}

async function checkGradient(engine: Engine, problem: NamedProblem): Promise<void> {
  const { spec, samples, targets, parameters } = problem;
  const theta = Float64Array.from(parameters);
  const outputs = await engine.evaluate({ spec, parameters }, samples);
  assert.ok(relativeError(outputs, referenceOutputs(spec, theta, samples)) < TOLERANCE.outputs);
  const session = await engine.fitCoordinates(problem);
  const loss = referenceLoss(spec, theta, samples, targets);
  assert.ok(Math.abs((await session.loss()) - loss) < TOLERANCE.loss * loss);
  const gradient = await session.gradient();
  const expected = referenceGradient(spec, theta, samples, targets);
  for (const [layer, { start, end }] of layerRanges(spec).entries()) {
    const error = relativeError(gradient.subarray(start, end), expected.subarray(start, end));
    assert.ok(error < TOLERANCE.gradient, `layer ${layer}: ${error}`);
  }
  session.dispose();
}

/** Targets with weights that a session begins with, and is given; and what it makes of its samples. */
async function checkTargets(engine: Engine, problem: NamedProblem): Promise<void> {
  const { spec, samples, parameters, start } = problem;
  const theta = Float64Array.from(parameters);
  const targets = problem.targets.map((_, i) => Math.cos(i));
  const weights = targets.map((_, i) => (i % 5) / 2);
  const soap = initialState(start.parameters, 'soap');
  const given = await engine.fitCoordinates({ ...problem, start: soap });
  const channels = outputWidth(spec);
  const planar = (values: ArrayLike<number>): Float32Array => planarOf(values, channels);
  const made = planar(referenceOutputs(spec, theta, samples));
  assert.ok(relativeError(await given.outputs(), made) < TOLERANCE.outputs);
  const begun = await engine.fitCoordinates({ ...problem, targets, targetWeights: weights, start: soap });
  const check = async (session: CoordinateSession, expected: Float32Array | undefined): Promise<void> => {
    const loss = referenceLoss(spec, theta, samples, targets, expected);
    assert.ok(Math.abs((await session.loss()) - loss) <= TOLERANCE.loss * loss);
    const error = relativeError(
      await session.gradient(),
      referenceGradient(spec, theta, samples, targets, expected),
    );
    assert.ok(error < TOLERANCE.gradient || loss === 0, `${problem.name}: ${error}`);
  };
  await check(begun, weights);
  await given.retarget(async (outputs) => {
    assert.ok(relativeError(outputs, made) < TOLERANCE.outputs);
    return { targets: planar(targets), weights: planar(weights) };
  });
  await check(given, weights);
  for (const session of [begun, given]) session.dispose();
}

/**
 * The parameters of each layer, W and b together: b is the weight of a constant input, and its gradient alone, a sum
 * over all positions, may cancel to a tenth of its terms, of which rounding then is ten times the share.
 */
function layerRanges(spec: FieldSpec): { start: number; end: number }[] {
  return spec.layers.map((_, index) => {
    const tensors = tensorsOf(spec).filter(({ layer }) => layer === index);
    return {
      start: Math.min(...tensors.map(({ offset }) => offset)),
      end: Math.max(...tensors.map(({ offset, length }) => offset + length)),
    };
  });
}

async function checkAdam(engine: Engine, problem: NamedProblem): Promise<void> {
  const { spec, samples, targets } = problem;
  const session = await engine.fitCoordinates({ ...problem, batches: 1 });
  const theta = Float64Array.from(problem.parameters);
  const adam = new ReferenceAdam(theta.length);
  const step = { learningRate: LEARNING_RATE, batch: 0 };
  const moved = (): Float64Array => theta.map((value, i) => value - (problem.parameters[i] as number));
  for (const [steps, tolerance] of [
    [1, TOLERANCE.oneStep],
    [9, TOLERANCE.tenSteps],
  ] as const) {
    for (let i = 0; i < steps; i++)
      adam.step(theta, referenceGradient(spec, theta, samples, targets), LEARNING_RATE);
    await session.train(Array.from({ length: steps }, () => step));
    const actual = (await session.readParameters()).map(
      (value, i) => value - (problem.parameters[i] as number),
    );
    // Parameters that no position uses have no gradient and must not move; rounding of θ itself is 1e-7.
    const error = relativeError(actual, moved());
    assert.ok(error < tolerance + 1e-4, `after ${steps} more steps: ${error}`);
  }
  session.dispose();
}

async function checkBatches(engine: Engine, problem: NamedProblem): Promise<void> {
  const session = await engine.fitCoordinates(problem);
  assert.ok(session.batches >= 1 && session.batches <= problem.batches);
  const counts = await batchCounts(problem, session.batches);
  const count = problem.samples.tuples.length;
  const gradient = new Float64Array(problem.parameters.length);
  let loss = 0;
  for (const [batch, batchCount] of counts.entries()) {
    const share = batchCount / count;
    loss += share * (await session.loss(batch));
    for (const [i, value] of (await session.gradient(batch)).entries())
      gradient[i] = (gradient[i] as number) + share * value;
  }
  if (session.batches > 1) assert.not.equal(await session.gradient(0), await session.gradient(1));
  const whole = await session.loss();
  assert.ok(Math.abs(loss - whole) < 1e-6 * whole);
  const error = relativeError(gradient, await session.gradient());
  assert.ok(error < TOLERANCE.gradient, `${problem.name}: ${error}`);
  session.dispose();
}

/** Positions per batch, from the deal that all engines share. */
async function batchCounts({ samples }: NamedProblem, batches: number): Promise<number[]> {
  const { dealBlocks } = await import('../../src/field/mini-batches.ts');
  const { blocks, batchStarts } = dealBlocks(samples.tuples, batches);
  return batchStarts
    .slice(1)
    .map((end, batch) => blocks.slice(batchStarts[batch], end).reduce((sum, { count }) => sum + count, 0));
}

async function checkParameters(engine: Engine): Promise<void> {
  const problem = PROBLEMS[0] as NamedProblem;
  const session = await engine.fitCoordinates(problem);
  await session.train([{ learningRate: LEARNING_RATE, batch: 0 }]);
  assert.not.equal(await session.readParameters(), problem.parameters);
  session.writeParameters(problem.parameters);
  assert.equal(await session.readParameters(), problem.parameters);
  session.dispose();
}

async function checkState(engine: Engine): Promise<void> {
  const problem = PROBLEMS[5] as NamedProblem;
  const steps = Array.from({ length: 6 }, () => ({ learningRate: LEARNING_RATE, batch: 0 }));
  const whole = await engine.fitCoordinates(problem);
  await whole.train(steps);
  const first = await engine.fitCoordinates(problem);
  await first.train(steps.slice(0, 4));
  const second = await engine.fitCoordinates({ ...problem, start: await first.readState() });
  await second.train(steps.slice(4));
  assert.equal(await second.readState(), await whole.readState());
  for (const session of [whole, first, second]) session.dispose();
}
