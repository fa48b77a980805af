/** @file What fits of coordinate fields by SOAP must do in every engine, against SOAP on gradients of the float64 reference. */

import { type CoordinateSession, initialState } from '../../src/engine/coordinates.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { Soap } from '../../src/engine/soap.ts';
import { MAX_INTEGER } from '../../src/field/quantizer.ts';
import { pairs, type Tensor, tensorsOf } from '../../src/field/spec.ts';
import { assert, type suite } from '../harness.ts';
import { type NamedProblem, PROBLEMS, relativeError } from './problems.ts';
import { referenceGradient, referenceLoss } from './reference.ts';

/** float32 against float64, relative in the L2 norm; SOAP divides by small root mean squares, which magnifies rounding. */
const TOLERANCE = { loss: 3e-6, moved: 2e-4 };

const STEP = { learningRate: 1e-3, batch: 0 };

/** Gradients of the others are tested without SOAP, which is the same for all engines: sessions take long to open on a GPU of software. */
const STEPPED = [PROBLEMS[0], PROBLEMS[4], PROBLEMS[9]] as NamedProblem[];
const SEGMENTED = PROBLEMS[7] as NamedProblem;

type Test = ReturnType<typeof suite<{ engine: Engine }>>;

export function soapConformance(test: Test): void {
  for (const problem of STEPPED) test(`SOAP: ${problem.name}`, ({ engine }) => checkSteps(engine, problem));
  test('SOAP of quantized weights', ({ engine }) => checkQuantized(engine, SEGMENTED, false));
  test('SOAP of quantized differences', ({ engine }) => checkQuantized(engine, SEGMENTED, true));
  test('SOAP of some layers', ({ engine }) => checkTrained(engine, SEGMENTED));
  test('SOAP goes on where it stood', ({ engine }) => checkState(engine, SEGMENTED));
  test('Adam quantizes and freezes nothing', async ({ engine }) => {
    const session = await engine.fitCoordinates(PROBLEMS[1] as NamedProblem);
    assert.throws(() => session.setQuantization(null), /SOAP/);
    assert.throws(() => session.setTrained(null), /SOAP/);
    session.dispose();
  });
}

/** Quantization as the format says it, in float64 and with every float32 rounding spelled out. */
interface Seen {
  readonly steps: Float32Array;
  readonly origin: Float32Array | null;
}

class ReferenceFit {
  readonly parameters: Float32Array;
  readonly #problem: NamedProblem;
  readonly #layers: { weight: Tensor; soap: Soap }[];

  constructor(problem: NamedProblem) {
    this.#problem = problem;
    this.parameters = problem.parameters.slice();
    this.#layers = pairs(tensorsOf(problem.spec)).map((pair) => ({ weight: pair[0], soap: new Soap(pair) }));
  }

  seen({ steps, origin }: Seen): Float64Array {
    const seen = Float64Array.from(this.parameters);
    for (const [t, { offset, length }] of tensorsOf(this.#problem.spec).entries()) {
      const step = steps[t] as number;
      if (step === 0) continue;
      for (let i = offset; i < offset + length; i++) {
        const from = origin?.[i] ?? 0;
        const nearest = Math.floor(Math.fround((seen[i] as number) - from) / step + 0.5);
        const integer = Math.min(MAX_INTEGER, Math.max(-MAX_INTEGER, nearest));
        seen[i] = Math.fround(Math.fround(integer * step) + from);
      }
    }
    return seen;
  }

  loss(quantization: Seen): number {
    const { spec, samples, targets } = this.#problem;
    return referenceLoss(spec, this.seen(quantization), samples, targets);
  }

  /** @returns the loss before */
  step(quantization: Seen, trained: readonly Tensor[]): number {
    const { spec, samples, targets } = this.#problem;
    const gradient = referenceGradient(spec, this.seen(quantization), samples, targets);
    const loss = this.loss(quantization);
    for (const { weight, soap } of this.#layers) {
      const isTrained = trained.some(({ layer }) => layer === weight.layer);
      if (isTrained) soap.step(this.parameters, gradient, STEP.learningRate);
    }
    return loss;
  }
}

/** A session beside the reference. */
class Pair {
  readonly #problem: NamedProblem;
  readonly #session: CoordinateSession;
  readonly #fit: ReferenceFit;
  #quantization: Seen;
  #trained: readonly Tensor[];
  /** Parameters that movements count from. */
  #from: Float32Array;

  constructor(problem: NamedProblem, session: CoordinateSession) {
    this.#problem = problem;
    this.#session = session;
    this.#fit = new ReferenceFit(problem);
    this.#trained = tensorsOf(problem.spec);
    this.#quantization = { steps: new Float32Array(this.#trained.length), origin: null };
    this.#from = problem.parameters;
  }

  quantize(steps: Float32Array, origin: Float32Array | null): void {
    this.#quantization = { steps, origin };
    this.#session.setQuantization(steps, origin);
  }

  freezeAllBut(layer: number): void {
    this.#trained = tensorsOf(this.#problem.spec).filter((tensor) => tensor.layer === layer);
    this.#session.setTrained(this.#trained);
  }

  trainAll(): void {
    this.#trained = tensorsOf(this.#problem.spec);
    this.#session.setTrained(null);
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
      const expected = this.#fit.step(this.#quantization, this.#trained);
      assert.ok(Math.abs(loss - expected) < TOLERANCE.loss * expected, `${loss} for ${expected}`);
    }
    const error = relativeError(
      this.#moved(await this.#session.readParameters()),
      this.#moved(this.#fit.parameters),
    );
    // One position has gradients of rank 1: SOAP divides what they have elsewhere, all of it rounding, by its own size.
    if (this.#problem.samples.tuples.length > 1) assert.ok(error < TOLERANCE.moved, `${error}`);
  }

  async checkLoss(): Promise<void> {
    const [loss, expected] = [await this.#session.loss(), this.#fit.loss(this.#quantization)];
    assert.ok(Math.abs(loss - expected) < TOLERANCE.loss * expected, `${loss} for ${expected}`);
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

/** A step for every other tensor. */
function stepsOf({ spec }: NamedProblem): Float32Array {
  return Float32Array.from(tensorsOf(spec), (_, i) => (i % 2 === 0 ? 2 ** -6 : 0));
}

function originOf({ parameters }: NamedProblem): Float32Array {
  return parameters.map((value, i) => 0.9 * value + 0.01 * Math.sin(i));
}

/** Straight-through: the gradient at Q(θ) moves θ. */
function checkQuantized(engine: Engine, problem: NamedProblem, hasOrigin: boolean): Promise<void> {
  const steps = stepsOf(problem);
  return withPair(engine, problem, async (pair, session) => {
    const plain = await session.loss();
    pair.quantize(steps, hasOrigin ? originOf(problem) : null);
    await pair.checkLoss();
    assert.ok(Math.abs((await session.loss()) / plain - 1) > 100 * TOLERANCE.loss);
    await pair.begin();
    await pair.train(2);
    session.writeParameters(problem.parameters);
    session.setQuantization(null);
    assert.is(await session.loss(), plain);
  });
}

function checkTrained(engine: Engine, problem: NamedProblem): Promise<void> {
  return withPair(engine, problem, async (pair, session) => {
    await pair.begin();
    await pair.train(1);
    const before = await session.readParameters();
    pair.freezeAllBut(1);
    await pair.train(2);
    const after = await session.readParameters();
    for (const { layer, offset, length } of tensorsOf(problem.spec)) {
      const [was, is] = [before, after].map((all) => all.slice(offset, offset + length));
      if (layer === 1) assert.not.equal(is, was);
      else assert.equal(is, was);
    }
    // Had the states of the others been lost, this step would leave them.
    pair.trainAll();
    await pair.train(1);
  });
}

/** Past the step at which bases turn. */
async function checkState(engine: Engine, problem: NamedProblem): Promise<void> {
  const begin = async (): Promise<CoordinateSession> => {
    const session = await openSoap(engine, problem);
    session.setQuantization(stepsOf(problem), originOf(problem));
    session.setTrained(tensorsOf(problem.spec).slice(2));
    return session;
  };
  const whole = await begin();
  await whole.train(Array(14).fill(STEP));
  const first = await begin();
  await first.train(Array(5).fill(STEP));
  const start = await first.readState();
  // What a state is told of is a copy.
  await first.train([STEP]);
  const second = await engine.fitCoordinates({ ...problem, batches: 1, start });
  await second.train(Array(9).fill(STEP));
  assert.equal(await second.readState(), await whole.readState());
  assert.is(await second.loss(), await whole.loss());
  for (const session of [whole, first, second]) session.dispose();
}
