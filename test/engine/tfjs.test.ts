import * as tf from '@tensorflow/tfjs';
import { createTfjsEngine } from '../../src/engine/tfjs/engine.ts';
import { createWasmEngine } from '../../src/engine/wasm/engine.ts';
import { assert, suite } from '../harness.ts';
import { type NamedProblem, PROBLEMS, relativeError } from './problems.ts';
import { type NamedPyramidProblem, PYRAMID_PROBLEMS, UNFUSED_PROBLEMS } from './pyramid-problems.ts';

const test = suite('tfjs engine');
const problem = PROBLEMS[5] as NamedProblem;
const steps = Array.from({ length: 20 }, (_, batch) => ({ learningRate: 1e-3, batch }));

test('the tensor count is constant from step to step and back where it was after dispose', async () => {
  const engine = await createTfjsEngine();
  const before = tf.memory().numTensors;
  const session = await engine.fitCoordinates(problem);
  await session.train(steps.slice(0, 1));
  const during = tf.memory().numTensors;
  await session.train(steps.slice(0, 5));
  await session.loss();
  await session.gradient();
  assert.is(tf.memory().numTensors, during);
  session.dispose();
  await engine.evaluate(problem, problem.samples);
  assert.is(tf.memory().numTensors, before);
});

for (const pyramid of [PYRAMID_PROBLEMS[4], UNFUSED_PROBLEMS[2]] as NamedPyramidProblem[]) {
  test(`the tensor count of pyramid sessions, likewise: ${pyramid.distortion.name}`, async () => {
    const engine = await createTfjsEngine();
    const noise = { temperature: 0.3, sigma: 0.2, seed: 1 };
    const step = { ...noise, lambda: 0.01, latentRate: 0.1, weightRate: 0.01 };
    const before = tf.memory().numTensors;
    const session = await engine.fitPyramid(pyramid);
    const during = tf.memory().numTensors;
    await session.train([step, { ...step, temperature: 0, latentRate: 0 }]);
    await session.loss();
    await session.weightGradient(0.01, noise);
    await session.latentGradient(0.01, noise, () => {});
    await session.latentGradient(0.01, await session.readLatents(), () => {});
    await session.outputs();
    await session.readLatents();
    session.writeTuples(pyramid.tuples as Uint32Array);
    assert.is(tf.memory().numTensors, during);
    session.dispose();
    assert.is(tf.memory().numTensors, before);
  });
}

test('tfjs and wasm agree over twenty steps', async () => {
  const engines = [await createTfjsEngine(), await createWasmEngine({ threads: 2 })];
  const fitted: Float32Array[] = [];
  for (const engine of engines) {
    const session = await engine.fitCoordinates(problem);
    await session.train(steps);
    fitted.push((await session.readParameters()).slice());
    session.dispose();
    await engine.dispose();
  }
  const [tfjs, wasm] = fitted as [Float32Array, Float32Array];
  assert.ok(relativeError(wasm, tfjs) < 1e-4);
});

test.run();
