import * as tf from '@tensorflow/tfjs';
import { createTfjsEngine } from '../../src/engine/tfjs/engine.ts';
import { createWasmEngine } from '../../src/engine/wasm/engine.ts';
import { assert, suite } from '../harness.ts';
import { type NamedProblem, PROBLEMS, relativeError } from './problems.ts';

const test = suite('tfjs engine');
const problem = PROBLEMS[5] as NamedProblem;
const steps = Array.from({ length: 20 }, (_, batch) => ({ learningRate: 1e-3, batch }));

test('the tensor count is constant from step to step and back where it was after dispose', async () => {
  const engine = await createTfjsEngine();
  const before = tf.memory().numTensors;
  const session = await engine.fit(problem);
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

test('tfjs and wasm agree over twenty steps', async () => {
  const engines = [await createTfjsEngine(), await createWasmEngine({ threads: 2 })];
  const fitted: Float32Array[] = [];
  for (const engine of engines) {
    const session = await engine.fit(problem);
    await session.train(steps);
    fitted.push(session.readParameters().slice());
    session.dispose();
    await engine.dispose();
  }
  const [tfjs, wasm] = fitted as [Float32Array, Float32Array];
  assert.ok(relativeError(wasm, tfjs) < 1e-4);
});

test.run();
