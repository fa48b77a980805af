/** @file What fits of coordinate fields by SOAP must do in every engine, against SOAP on gradients of the float64 reference. */

import { type CoordinateSession, initialState } from '../../src/engine/coordinates.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { Soap } from '../../src/engine/soap.ts';
import { pairs, tensorsOf } from '../../src/field/spec.ts';
import { assert, type suite } from '../harness.ts';
import { type NamedProblem, PROBLEMS, relativeError } from './problems.ts';
import { referenceGradient, referenceLoss } from './reference.ts';

/** float32 against float64, relative in the L2 norm; SOAP divides by small root mean squares, which magnifies rounding. */
const TOLERANCE = { loss: 3e-6, gradient: 5e-6, moved: 2e-4 };

const STEP = { learningRate: 1e-3, batch: 0 };

/** Gradients of the others are tested without SOAP, which is the same for all engines: sessions take long to open on a GPU of software. */
const STEPPED = [PROBLEMS[0], PROBLEMS[4], PROBLEMS[9]] as NamedProblem[];
const SEGMENTED = PROBLEMS[7] as NamedProblem;

type Test = ReturnType<typeof suite<{ engine: Engine }>>;

export function soapConformance(test: Test): void {
  for (const problem of STEPPED) test(`SOAP: ${problem.name}`, ({ engine }) => checkSteps(engine, problem));
  test('SOAP from a layer on', ({ engine }) => checkTrained(engine, SEGMENTED));
  test('SOAP goes on where it stood', ({ engine }) => checkState(engine, SEGMENTED));
  test('Adam freezes nothing', async ({ engine }) => {
    const session = await engine.fitCoordinates(PROBLEMS[1] as NamedProblem);
    assert.throws(() => session.trainFrom(0), /SOAP/);
    session.dispose();
  });
}

class ReferenceFit {
  readonly parameters: Float32Array;
  readonly #problem: NamedProblem;
  /** One per layer. */
  readonly #layers: readonly Soap[];

  constructor(problem: NamedProblem) {
    this.#problem = problem;
    this.parameters = problem.parameters.slice();
    this.#layers = pairs(tensorsOf(problem.spec)).map((pair) => new Soap(pair));
  }

  /** @returns the loss before */
  step(trainedFrom: number): number {
    const { spec, samples, targets } = this.#problem;
    const theta = Float64Array.from(this.parameters);
    const gradient = referenceGradient(spec, theta, samples, targets);
    for (const [layer, soap] of this.#layers.entries()) {
      if (layer >= trainedFrom) soap.step(this.parameters, gradient, STEP.learningRate);
    }
    return referenceLoss(spec, theta, samples, targets);
  }
}

/** A session beside the reference. */
class Pair {
  readonly #problem: NamedProblem;
  readonly #session: CoordinateSession;
  readonly #fit: ReferenceFit;
  #trainedFrom = 0;
  /** Parameters that movements count from. */
  #from: Float32Array;

  constructor(problem: NamedProblem, session: CoordinateSession) {
    this.#problem = problem;
    this.#session = session;
    this.#fit = new ReferenceFit(problem);
    this.#from = problem.parameters;
  }

  trainFrom(layer: number): void {
    this.#trainedFrom = layer;
    this.#session.trainFrom(layer);
  }

  /**
   * The step in which SOAP finds its bases, and then other parameters: at the same ones the next gradient would have no
   * direction in the new bases but those of rounding.
   */
  async begin(): Promise<void> {
    await this.train(1);
    assert.equal(await this.#session.readParameters(), this.#problem.parameters);
    this.#from = this.#problem.parameters.map((value, i) => value * (1 + 0.3 * Math.sin(3 * i)));
    this.#fit.parameters.set(this.#from);
    this.#session.writeParameters(this.#from);
  }

  async train(count: number): Promise<void> {
    const losses = await this.#session.train(Array(count).fill(STEP));
    assert.is(losses.length, count);
    for (const loss of losses) {
      const expected = this.#fit.step(this.#trainedFrom);
      assert.ok(Math.abs(loss - expected) < TOLERANCE.loss * expected, `${loss} for ${expected}`);
    }
    const error = relativeError(
      this.#moved(await this.#session.readParameters()),
      this.#moved(this.#fit.parameters),
    );
    // One position has gradients of rank 1: SOAP divides what they have elsewhere, all of it rounding, by its own size.
    if (this.#problem.samples.tuples.length > 1) assert.ok(error < TOLERANCE.moved, `${error}`);
  }

  #moved(parameters: Float32Array): Float64Array {
    return Float64Array.from(parameters, (value, i) => value - (this.#from[i] as number));
  }
}

function openSoap(engine: Engine, problem: NamedProblem): Promise<CoordinateSession> {
  return engine.fitCoordinates({ ...problem, batches: 1, start: initialState(problem.parameters, 'soap') });
}

async function withPair(
  engine: Engine,
  problem: NamedProblem,
  work: (pair: Pair, session: CoordinateSession) => Promise<void>,
): Promise<void> {
  const session = await openSoap(engine, problem);
  await work(new Pair(problem, session), session);
  session.dispose();
}

function checkSteps(engine: Engine, problem: NamedProblem): Promise<void> {
  return withPair(engine, problem, async (pair, session) => {
    await pair.begin();
    await pair.train(3);
    assert.is((await session.readState()).optimizer, 'soap');
  });
}

function checkTrained(engine: Engine, problem: NamedProblem): Promise<void> {
  const { spec, samples, targets } = problem;
  const last = spec.layers.length - 1;
  return withPair(engine, problem, async (pair, session) => {
    await pair.begin();
    await pair.train(1);
    for (const first of [1, last]) {
      const before = await session.readParameters();
      pair.trainFrom(first);
      await pair.train(2);
      const after = await session.readParameters();
      for (const { layer, offset, length } of tensorsOf(spec)) {
        const [was, is] = [before, after].map((all) => all.slice(offset, offset + length));
        if (layer < first) assert.equal(is, was);
        else assert.not.equal(is, was);
      }
      const theta = Float64Array.from(after);
      const error = relativeError(await session.gradient(), referenceGradient(spec, theta, samples, targets));
      assert.ok(error < TOLERANCE.gradient, `of all layers: ${error}`);
    }
    // Had the states of the others been lost, this step would leave them.
    pair.trainFrom(0);
    await pair.train(1);
  });
}

/** Past the step at which bases turn. */
async function checkState(engine: Engine, problem: NamedProblem): Promise<void> {
  const begin = async (): Promise<CoordinateSession> => {
    const session = await openSoap(engine, problem);
    await session.train([STEP, STEP]);
    session.trainFrom(1);
    return session;
  };
  const whole = await begin();
  await whole.train(Array(14).fill(STEP));
  const first = await begin();
  await first.train(Array(5).fill(STEP));
  const start = await first.readState();
  // What a state is told of is a copy.
  first.trainFrom(0);
  await first.train([STEP]);
  const second = await engine.fitCoordinates({ ...problem, batches: 1, start });
  await second.train(Array(9).fill(STEP));
  assert.equal(await second.readState(), await whole.readState());
  assert.is(await second.loss(), await whole.loss());
  for (const session of [whole, first, second]) session.dispose();
}
