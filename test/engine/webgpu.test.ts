import { decode } from '../../src/decode.ts';
import { encode } from '../../src/encode.ts';
import { FallbackEngine } from '../../src/engine/fallback/engine.ts';
import { createWasmEngine } from '../../src/engine/wasm/engine.ts';
import { createWebgpuEngine } from '../../src/engine/webgpu/engine.ts';
import { presetSpec } from '../../src/field/presets.ts';
import type { Raster } from '../../src/image/raster.ts';
import { psnr } from '../../src/metrics/psnr.ts';
import { findAdapter } from '../../src/webgpu/adapter.ts';
import { Gpu } from '../../src/webgpu/gpu.ts';
import { assert, skipped, suite } from '../harness.ts';
import { problemOf } from './problems.ts';
import { type NamedPyramidProblem, PYRAMID_PROBLEMS } from './pyramid-problems.ts';

const test = suite('webgpu engine');

/** Waves. */
function picture(width: number, height: number): Raster {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return 128 + 60 * Math.sin(x / 5 + (i % 3)) + 50 * Math.cos(y / 7);
  });
  return { width, height, channels: 3, depth: 8, data, colour: [], metadata: [] };
}

test('a file decodes to the PSNR that its encode tells, which is near to that of wasm', async () => {
  for (const [raster, options] of [
    [picture(8, 8), { effort: 1, steps: 15, quality: 40 }],
    [picture(24, 20), { preset: 'siren', width: 8, steps: 20, bpp: 6 }],
  ] as const) {
    const { file, psnr: told, engine } = await encode(raster, { ...options, engine: 'webgpu' });
    assert.is(engine, 'webgpu');
    assert.is(psnr(raster, await decode(file)), told);
    const other = await encode(raster, { ...options, engine: 'wasm' });
    assert.ok(Math.abs(told - other.psnr) < 0.5, `${told} dB, by wasm ${other.psnr} dB`);
  }
});

test('the same fit gives the same bits', async () => {
  const engine = await createWebgpuEngine(await findAdapter());
  const problem = problemOf('', presetSpec('loe-ftc', { width: 12, channels: 3 }), 64, 48, 2);
  const pyramid = PYRAMID_PROBLEMS[4] as NamedPyramidProblem;
  const steps = Array.from({ length: 3 }, (_, batch) => ({ learningRate: 2e-3, batch }));
  const noise = { temperature: 0.3, sigma: 0.2, seed: 1, lambda: 0.01, latentRate: 0.1, weightRate: 0.01 };
  const results: unknown[] = [];
  for (let run = 0; run < 2; run++) {
    const session = await engine.fitCoordinates(problem);
    const losses = await session.train(steps);
    const other = await engine.fitPyramid(pyramid);
    const pyramidLosses = await other.train([noise, noise]);
    results.push([losses, await session.readState(), pyramidLosses, await other.readState()]);
    session.dispose();
    other.dispose();
  }
  await engine.dispose();
  assert.equal(results[1], results[0]);
});

test('a fit in which bases turn goes as that of wasm', async () => {
  const problem = PYRAMID_PROBLEMS[1] as NamedPyramidProblem;
  const steps = Array.from({ length: 35 }, (_, seed) => {
    return { temperature: 0.3, sigma: 0.2, seed, lambda: 0.01, latentRate: 0.1, weightRate: 0.01 };
  });
  const ends: number[] = [];
  for (const engine of [
    await createWebgpuEngine(await findAdapter()),
    await createWasmEngine({ threads: 1 }),
  ]) {
    const session = await engine.fitPyramid(problem);
    const losses = await session.train(steps);
    const last = losses.slice(-5).map(({ distortion, bits }) => distortion + (0.01 * bits) / (16 * 8));
    ends.push(last.reduce((sum, loss) => sum + loss));
    assert.ok((losses[0]?.distortion as number) > 2 * (losses.at(-1)?.distortion as number));
    session.dispose();
    await engine.dispose();
  }
  const [webgpu, wasm] = ends as [number, number];
  assert.ok(Math.abs(webgpu / wasm - 1) < 0.03, `${webgpu} and ${wasm}`);
});

test('a fit goes on where its device is lost', async () => {
  const first = await createWebgpuEngine(await findAdapter());
  const causes: string[] = [];
  const engine = new FallbackEngine(first, {
    open: () => createWasmEngine({ threads: 1 }),
    onFailure: ({ message }) => causes.push(message),
  });
  const problem = problemOf('', presetSpec('siren', { width: 8, channels: 3 }), 16, 12);
  const steps = Array.from({ length: 20 }, (_, batch) => ({ learningRate: 2e-3, batch }));
  const session = await engine.fitCoordinates(problem);
  const [begun = 0] = await session.train(steps);
  await first.dispose();
  const losses = await session.train(steps);
  assert.is(engine.name, 'wasm');
  assert.match(causes.join(), /^the GPU was lost/);
  assert.ok((losses.at(-1) as number) < begun);
  session.dispose();
  await engine.dispose();
});

test('a buffer beyond what the device allows is an error of its own', async () => {
  const gpu = await Gpu.open(await findAdapter());
  assert.throws(
    () => gpu.zeros(gpu.maxBytes + 4),
    (error: { code?: string }) => error.code === 'E_LIMIT',
  );
  gpu.dispose();
});

const why = await findAdapter().then(
  () => null,
  (error: Error) => error.message,
);
if (why === null) test.run();
else skipped('the webgpu engine', why);
