/** @file Engines that fail in the middle of a fit, with another one behind. */

import {
  type CoordinateOptimizer,
  type CoordinateSession,
  initialState,
} from '../../src/engine/coordinates.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { FallbackEngine } from '../../src/engine/fallback/engine.ts';
import type { PyramidSession, PyramidStep } from '../../src/engine/pyramid.ts';
import { createWasmEngine } from '../../src/engine/wasm/engine.ts';
import { LoecError } from '../../src/errors.ts';
import { presetSpec } from '../../src/field/presets.ts';
import { assert, suite } from '../harness.ts';
import { problemOf } from './problems.ts';
import { type NamedPyramidProblem, PYRAMID_PROBLEMS, UNFUSED_PROBLEMS } from './pyramid-problems.ts';

const test = suite('fallback engine');

const LOST = new LoecError('E_ENGINE', 'the GPU was lost: pulled out');

/** A wasm engine of which only the first `answers` questions are answered; every other one fails. */
async function failing(answers: number, error: unknown = LOST): Promise<Engine> {
  const engine = await createWasmEngine({ threads: 1 });
  let left = answers;
  const ask = <Answer>(answer: () => Promise<Answer>): Promise<Answer> =>
    left-- > 0 ? answer() : Promise.reject(error);
  const guard = <Session extends object>(session: Session): Session =>
    new Proxy(session, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (name === 'host') return value && guard(value);
        if (typeof value !== 'function') return value;
        const method = value.bind(target);
        const isQuestion =
          ['train', 'loss', 'of', 'localModel', 'retarget'].includes(String(name)) ||
          String(name).startsWith('read');
        return isQuestion ? (...args: unknown[]) => ask(() => method(...args)) : method;
      },
    });
  return {
    name: 'webgpu',
    description: 'a GPU that fails',
    evaluate: (field, samples) => ask(() => engine.evaluate(field, samples)),
    fitCoordinates: (problem) => ask(async () => guard(await engine.fitCoordinates(problem))),
    fitPyramid: (problem) => ask(async () => guard(await engine.fitPyramid(problem))),
    dispose: () => engine.dispose(),
  };
}

/** @returns the engine, and what was said of its failures */
async function withFallback(first: Engine): Promise<{ engine: Engine; causes: string[] }> {
  const causes: string[] = [];
  const engine = new FallbackEngine(first, {
    open: () => createWasmEngine({ threads: 1 }),
    onFailure: ({ message }) => causes.push(message),
  });
  return { engine, causes };
}

const problem = problemOf('', presetSpec('loe-ftc', { width: 8, channels: 3 }), 21, 13, 2);

/** A fit with all that changes one: training past two checkpoints, other parameters, other targets, and for SOAP frozen layers. */
async function course(session: CoordinateSession, optimizer: CoordinateOptimizer): Promise<unknown> {
  const steps = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({ learningRate: 2e-3, batch: from + i }));
  const losses = [await session.train(steps(0, 60))];
  if (optimizer === 'soap') session.trainFrom(1);
  losses.push(await session.train(steps(60, 110)), await session.train(steps(110, 130)));
  await session.retarget(async (outputs) => ({
    targets: outputs.map((value, i) => value / 2 + Math.cos(i)),
    weights: outputs.map((_, i) => i % 3),
  }));
  const moved = await session.readParameters();
  session.writeParameters(moved.map((value) => -value));
  session.writeParameters(moved.map((value) => 0.9 * value));
  losses.push(Float32Array.of(await session.loss()), await session.train(steps(130, 240)));
  if (optimizer === 'soap') session.trainFrom(0);
  losses.push(await session.train(steps(240, 245)));
  return { losses, state: await session.readState() };
}

for (const optimizer of ['adam', 'soap'] as const) {
  test(`a coordinate fit by ${optimizer} ends as if nothing had been, wherever its device fails`, async () => {
    const begun = { ...problem, start: initialState(problem.parameters, optimizer) };
    const whole = await createWasmEngine({ threads: 1 });
    const expected = await course(await whole.fitCoordinates(begun), optimizer);
    await whole.dispose();
    for (let answers = 0; answers < 13; answers++) {
      const { engine, causes } = await withFallback(await failing(answers));
      const session = await engine.fitCoordinates(begun);
      assert.equal(await course(session, optimizer), expected, `after ${answers} answers`);
      const hasFailed = answers < 12;
      assert.equal(causes, hasFailed ? [LOST.message] : []);
      assert.is(engine.name, hasFailed ? 'wasm' : 'webgpu');
      session.dispose();
      await engine.dispose();
    }
  });
}

/** @returns D + λR in the end */
async function trained(
  { raster }: NamedPyramidProblem,
  session: PyramidSession,
  calls: number,
): Promise<number> {
  const step: PyramidStep = {
    temperature: 0.3,
    sigma: 0.2,
    seed: 1,
    lambda: 0.01,
    latentRate: 0.1,
    weightRate: 0.01,
  };
  for (let call = 0; call < calls; call++) {
    await session.train(Array.from({ length: 40 }, (_, i) => ({ ...step, seed: 40 * call + i })));
    session.writeWeights(await session.readWeights());
  }
  const { distortion, bits } = await session.loss();
  return distortion + (0.01 * bits) / (raster.width * raster.height);
}

for (const pyramid of [PYRAMID_PROBLEMS[4], UNFUSED_PROBLEMS[2]] as NamedPyramidProblem[]) {
  test(`a pyramid fit goes on from its last checkpoint: ${pyramid.distortion.name}`, async () => {
    const whole = await createWasmEngine({ threads: 1 });
    const begun = await trained(pyramid, await whole.fitPyramid(pyramid), 2);
    const ended = await trained(pyramid, await whole.fitPyramid(pyramid), 5);
    await whole.dispose();
    for (const [answers, calls] of [
      [0, 2],
      [2, 2],
      [3, 2],
      [8, 5],
      [9, 5],
    ] as const) {
      const { engine, causes } = await withFallback(await failing(answers));
      const session = await engine.fitPyramid(pyramid);
      const loss = await trained(pyramid, session, calls);
      if (calls === 2) assert.is(loss, begun);
      else assert.ok(Math.abs(loss / ended - 1) < 0.25 && loss < begun, `${loss}, ${ended}, ${begun}`);
      assert.is(causes.length, 1);
      session.dispose();
      await engine.dispose();
    }
  });
}

test('what the host measures moves over too', async () => {
  const pyramid = UNFUSED_PROBLEMS[2] as NamedPyramidProblem;
  const outputs = Float32Array.from(pyramid.raster.data, (_, i) => Math.sin(i));
  const ask = async ({ host }: PyramidSession): Promise<unknown> => [
    await host?.of(outputs),
    await host?.localModel(),
  ];
  const whole = await createWasmEngine({ threads: 1 });
  const expected = await ask(await whole.fitPyramid(pyramid));
  await whole.dispose();
  for (const answers of [1, 2, 3]) {
    const { engine, causes } = await withFallback(await failing(answers));
    const session = await engine.fitPyramid(pyramid);
    assert.equal(await ask(session), expected, `after ${answers} answers`);
    assert.equal(causes, answers < 3 ? [LOST.message] : []);
    session.dispose();
    await engine.dispose();
  }
});

test('evaluation moves over too', async () => {
  const { engine } = await withFallback(await failing(0));
  const field = { spec: problem.spec, parameters: problem.parameters };
  assert.is((await engine.evaluate(field, problem.samples)).length, problem.targets.length);
  await engine.dispose();
});

test('what is not the fault of a device is thrown', async () => {
  const { engine, causes } = await withFallback(await failing(1, new LoecError('E_ABORTED', 'stopped')));
  const session = await engine.fitCoordinates(problem);
  const error = await session.loss().catch((thrown: LoecError) => thrown);
  assert.is((error as LoecError).code, 'E_ABORTED');
  assert.equal(causes, []);
  await engine.dispose();
});

test('two fits whose device fails at the same time go on on one engine', async () => {
  const first = await failing(2);
  let opened = 0;
  const causes: string[] = [];
  const engine = new FallbackEngine(first, {
    open: async () => {
      opened++;
      // Long enough for the other fit to fail too.
      await new Promise((resolve) => setTimeout(resolve, 5));
      return createWasmEngine({ threads: 1 });
    },
    onFailure: ({ message }) => causes.push(message),
  });
  const sessions = [await engine.fitCoordinates(problem), await engine.fitCoordinates(problem)];
  const losses = await Promise.all(sessions.map((session) => session.loss()));
  assert.is(losses[0], losses[1]);
  assert.equal([opened, causes], [1, [LOST.message]]);
  for (const session of sessions) session.dispose();
  await engine.dispose();
});

test('an engine that cannot take over fails all fits, and the first one is ended', async () => {
  const first = await failing(2);
  let ended = 0;
  const gone = new LoecError('E_ENGINE', 'no threads');
  const engine = new FallbackEngine(
    { ...first, dispose: () => first.dispose().then(() => void ended++) },
    { open: () => Promise.reject(gone), onFailure: () => {} },
  );
  const sessions = [await engine.fitCoordinates(problem), await engine.fitCoordinates(problem)];
  for (const session of sessions) {
    assert.is(await session.loss().catch((thrown: unknown) => thrown), gone);
  }
  await engine.dispose();
  assert.is(ended, 1);
});

test('nothing stands behind the second engine', async () => {
  const engine = new FallbackEngine(await failing(1), { open: () => failing(1), onFailure: () => {} });
  const session = await engine.fitCoordinates(problem);
  const error = await session.loss().catch((thrown: LoecError) => thrown);
  assert.is(error, LOST);
  await engine.dispose();
});

test.run();
