import { builtBytes } from '../../src/built-bytes.ts';
import { planarOf } from '../../src/distortion/planar.ts';
import { createWasmEngine } from '../../src/engine/wasm/engine.ts';
import checkedKernels from '../../src/engine/wasm/kernels/built/fit-checked.ts';
import plainKernels from '../../src/engine/wasm/kernels/built/fit-plain.ts';
import { PYRAMID_PROBLEM, THREAD } from '../../src/engine/wasm/kernels/built/records.ts';
import { AFFINE } from '../../src/field/kernels/built/records.ts';
import { presetSpec } from '../../src/field/presets.ts';
import { expertOf } from '../../src/field/selectors.ts';
import { type Field, type LayerSpec, type Tensor, tensorsOf } from '../../src/field/spec.ts';
import { createEvaluator } from '../../src/render/coordinates/evaluator.ts';
import { Arena } from '../../src/wasm/arena.ts';
import { writeRecord } from '../../src/wasm/records.ts';
import { sharedMemory } from '../../src/wasm/shared-memory.ts';
import { assert, suite } from '../harness.ts';
import { PROBLEMS, problemOf } from './problems.ts';
import { specifiedSine } from './specified-sine.ts';

const test = suite('wasm engine');
const f = Math.fround;

/** The field as formats/loe.md says it: ω folded in, the bias first, then the inputs in order, each step in float32. */
function specifiedOutputs({ spec, parameters }: Field, x: number, y: number, tuple: number): number[] {
  const tensors = tensorsOf(spec);
  let z = [f(x), f(y)];
  for (const [layer, { activation }] of spec.layers.entries()) {
    const [weight, bias] = tensors.filter((tensor) => tensor.layer === layer) as [Tensor, Tensor];
    const omega = activation.kind === 'sine' ? f(activation.omega) : 1;
    const expert = expertOf(tuple, layer);
    z = Array.from({ length: weight.rows }, (_, row) => {
      let sum = f(omega * (parameters[bias.offset + expert * weight.rows + row] as number));
      for (const [column, value] of z.entries()) {
        const at = weight.offset + (expert * weight.rows + row) * weight.columns + column;
        sum = f(sum + f(value * f(omega * (parameters[at] as number))));
      }
      return activation.kind === 'sine' ? specifiedSine(sum) : sum;
    });
  }
  return z;
}

test('the decoder’s evaluator gives the specified bits', async () => {
  for (const { spec, parameters, samples } of PROBLEMS) {
    const values = (await createEvaluator({ spec, parameters })).evaluate(samples);
    const channels = (spec.layers.at(-1) as LayerSpec).width;
    for (let i = 0; i < samples.tuples.length; i += 13) {
      const [x, y] = samples.coordinates.subarray(2 * i, 2 * i + 2) as unknown as [number, number];
      const expected = specifiedOutputs({ spec, parameters }, x, y, samples.tuples[i] as number);
      assert.equal(Array.from(values.subarray(channels * i, channels * (i + 1))), expected);
    }
  }
});

test('the specified sine is right to 2e-7 up to 256', () => {
  let worst = 0;
  for (let i = 0; i <= 200_000; i++) {
    const u = f(-256 + (512 * i) / 200_000);
    worst = Math.max(worst, Math.abs(specifiedSine(u) - Math.sin(u)));
  }
  assert.ok(worst < 2e-7, String(worst));
});

test('a position’s value does not depend on the call it is in', async () => {
  const { spec, parameters, samples } = problemOf(
    '',
    presetSpec('loe-ftc', { width: 9, channels: 3 }),
    40,
    30,
  );
  const evaluator = await createEvaluator({ spec, parameters });
  const whole = evaluator.evaluate(samples);
  const from = 401;
  const part = evaluator.evaluate({
    coordinates: samples.coordinates.subarray(2 * from),
    tuples: samples.tuples.subarray(from),
  });
  assert.equal(part, whole.slice(3 * from));
});

test('more positions than the evaluator holds at once go through', async () => {
  const spec = presetSpec('siren', { width: 2, channels: 1, depth: 2 });
  const { parameters, samples } = problemOf('', spec, 400, 300);
  const values = (await createEvaluator({ spec, parameters })).evaluate(samples);
  const last = samples.coordinates.length / 2 - 1;
  const [x, y] = samples.coordinates.subarray(2 * last) as unknown as [number, number];
  assert.equal([values[last]], specifiedOutputs({ spec, parameters }, x, y, 0));
});

test('a fit gives the same bits for any number of threads', async () => {
  const problem = problemOf('', presetSpec('loe-ftc', { width: 12, channels: 3 }), 160, 120, 2);
  const steps = Array.from({ length: 30 }, (_, batch) => ({ learningRate: 2e-3, batch }));
  const results: Float32Array[] = [];
  for (const threads of [1, 2, 3]) {
    const engine = await createWasmEngine({ threads });
    const session = await engine.fitCoordinates(problem);
    const losses = await session.train(steps);
    results.push(Float32Array.from([...(await session.readParameters()), ...losses]));
    session.dispose();
    await engine.dispose();
  }
  assert.equal(results[1], results[0]);
  assert.equal(results[2], results[0]);
});

test('two fits can be open at once', async () => {
  const engine = await createWasmEngine({ threads: 2 });
  const [a, b] = [PROBLEMS[0], PROBLEMS[5]] as [(typeof PROBLEMS)[0], (typeof PROBLEMS)[0]];
  const first = await engine.fitCoordinates(a);
  const alone = await first.loss();
  const second = await engine.fitCoordinates(b);
  await second.train([{ learningRate: 1e-2, batch: 0 }]);
  assert.is(await first.loss(), alone);
  first.dispose();
  assert.ok(Number.isFinite(await second.loss()));
  second.dispose();
  await engine.dispose();
});

test('only kernels with assertions look at bounds', () => {
  for (const [kernels, stops] of [
    [plainKernels, false],
    [checkedKernels, true],
  ] as const) {
    const arena = new Arena(sharedMemory());
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(builtBytes(kernels)), {
      env: { memory: arena.memory },
    });
    const affines = arena.take(4 * AFFINE.bytes);
    const problem = arena.take(PYRAMID_PROBLEM.bytes);
    const map = { inputs: 1, outputs: 1, experts: 1, sumsAt: 64 };
    writeRecord(arena.memory, affines, AFFINE, map);
    const records = Array.from({ length: 4 }, () => arena.take(256));
    const [bandField, layers, stretchedPlanes, contextWork] = records as [number, number, number, number];
    const threads = arena.putRecords(THREAD, [{ bandField, layers, stretchedPlanes, contextWork }]);
    // No bytes for the sums of the map.
    writeRecord(arena.memory, problem, PYRAMID_PROBLEM, { affines, depth: 1, threads, sumsBytes: 0 });
    const layOut = () => (exports.layOutThread as (...numbers: number[]) => number)(problem, 0, 0);
    if (stops) assert.throws(layOut, /unreachable/);
    else layOut();
  }
});

test('a fit lowers the loss', async () => {
  const spec = presetSpec('siren', { width: 16, channels: 3 });
  const problem = problemOf('', spec, 32, 32);
  const engine = await createWasmEngine({ threads: 1 });
  const session = await engine.fitCoordinates(problem);
  const before = await session.loss();
  await session.train(Array.from({ length: 400 }, () => ({ learningRate: 2e-3, batch: 0 })));
  assert.ok((await session.loss()) < before / 20);
  session.dispose();
  await engine.dispose();
});

test('a session evaluates many positions in pieces', async () => {
  const engine = await createWasmEngine({ threads: 2 });
  // More than 2^17.
  const problem = problemOf('', presetSpec('loe-ftc', { width: 2, channels: 3 }), 401, 397, 3);
  const session = await engine.fitCoordinates(problem);
  const expected = planarOf(await engine.evaluate(problem, problem.samples), 3);
  assert.equal(await session.outputs(), expected);
  await session.retarget(async (outputs) => {
    assert.equal(outputs, expected);
    return { targets: outputs, weights: outputs.map(() => 1) };
  });
  assert.is(await session.loss(), 0);
  session.dispose();
  await engine.dispose();
});

test.run();
