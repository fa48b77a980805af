/** @file Trials of the latents of a short fit. */

import type { Distortion } from '../../../src/distortion/distortion.ts';
import { SQUARED_ERROR } from '../../../src/distortion/squared-error.ts';
import { VISUAL } from '../../../src/distortion/visual/visual.ts';
import type { PyramidSession } from '../../../src/engine/pyramid.ts';
import { createWasmEngine } from '../../../src/engine/wasm/engine.ts';
import { modelOf } from '../../../src/field/model.ts';
import { PYRAMID_CONTEXTS, presetSpec } from '../../../src/field/presets.ts';
import { type Latents, levelCount } from '../../../src/field/pyramid.ts';
import type { DerivedSegmentation } from '../../../src/field/segmentation.ts';
import { NO_JOURNAL } from '../../../src/fit/journal/journal.ts';
import { firstTuples } from '../../../src/fit/pyramid/experts.ts';
import { Previews } from '../../../src/fit/pyramid/previews.ts';
import type { PyramidJob } from '../../../src/fit/pyramid/pyramid-job.ts';
import { optimizeLatents } from '../../../src/fit/pyramid/rdoq.ts';
import { mainSchedule, scheduledStep } from '../../../src/fit/pyramid/schedule.ts';
import { chooseStart } from '../../../src/fit/pyramid/start.ts';
import { FIRST_COARSE_LEVEL } from '../../../src/render/pyramid/experts.ts';
import { mapPicture } from '../../../src/samples/to-outputs.ts';
import { BLURRED_ERROR } from '../../distortion/blurred-error.ts';
import { assert, suite } from '../../harness.ts';
import { rasterOf } from '../../image/rasters.ts';

const test = suite('trials of a fit’s latents');
const LAMBDA = 0.002;
const STEPS = 20;
const WIDTH = 64;
const HEIGHT = 48;

const raster = rasterOf(WIDTH, HEIGHT, 3, 8, (x, y, c) => {
  return 0.5 + 0.3 * Math.sin(x / 4 + c) * Math.cos(y / 3) + 0.2 * Math.sin((x * y) / 20);
});

function jobOf(
  preset: 'pyramid' | 'pyramid-seg',
  trials: number,
  segmentation: DerivedSegmentation | null = null,
): PyramidJob {
  const spec = presetSpec(preset, { channels: 3, levels: levelCount(WIDTH, HEIGHT) });
  const model = modelOf(spec, PYRAMID_CONTEXTS.small, raster);
  return {
    mapped: mapPicture(raster),
    raster,
    tune: 'psnr',
    distortion: SQUARED_ERROR,
    ssimulacra2: null,
    preset,
    model,
    segmentation,
    start: chooseStart(model, 1),
    trained: 'all',
    target: { kind: 'lambda', lambda: LAMBDA, pixels: WIDTH * HEIGHT },
    effort: { steps: STEPS, samples: 16, sweeps: 1, patience: 2, refinements: 0, trials, size: 'small' },
    lambda: LAMBDA,
    bitsPerPixel: 0.3,
    seed: 1,
    threads: 1,
    journal: NO_JOURNAL,
    previews: new Previews(undefined),
  };
}

async function withFit(job: PyramidJob, use: (session: PyramidSession) => Promise<void>): Promise<void> {
  const { model, start } = job;
  const engine = await createWasmEngine({ threads: 1 });
  const session = await engine.fitPyramid({
    model,
    raster,
    distortion: job.distortion,
    tuples: firstTuples(job),
    start: { field: start.field, context: start.context, latents: null },
  });
  const main = mainSchedule(STEPS, true, 0.5, LAMBDA);
  await session.train(Array.from({ length: STEPS }, (_, i) => scheduledStep(main, i, STEPS, LAMBDA, i)));
  await use(session);
  session.dispose();
  await engine.dispose();
}

/** D + λR of integers. */
async function costOf(session: PyramidSession, latents: Latents): Promise<number> {
  const kept = (await session.readState()).latents;
  session.writeLatents(latents.map((grid) => Float32Array.from(grid)));
  const { distortion, bits } = await session.loss();
  session.writeLatents(kept);
  return distortion + (LAMBDA * bits) / (WIDTH * HEIGHT);
}

for (const distortion of [SQUARED_ERROR, BLURRED_ERROR, VISUAL] as readonly Distortion[]) {
  test(`they lower the loss, a second round further, and the fit stays as it was: ${distortion.name}`, async () => {
    const jobWith = (trials: number): PyramidJob => ({ ...jobOf('pyramid', trials), distortion });
    await withFit(jobWith(0), async (session) => {
      const state = await session.readState();
      const rounded = await session.readLatents();
      const costs: number[] = [];
      for (const trials of [0, 1, 2]) {
        const latents = await optimizeLatents(session, jobWith(trials), LAMBDA);
        if (trials === 0) assert.equal(latents, rounded);
        costs.push(await costOf(session, latents));
        assert.equal(await session.readState(), state);
        assert.equal(await session.readLatents(), rounded);
      }
      const [none, one, two] = costs as [number, number, number];
      assert.ok(one < 0.995 * none, `${one} after ${none}`);
      assert.ok(two < one, `${two} after ${one}`);
    });
  });
}

test('planes that classes are derived from stay', async () => {
  const job = jobOf('pyramid-seg', 2, { kind: 'derived', thresholds: [90, 128, 170] });
  await withFit(job, async (session) => {
    const rounded = await session.readLatents();
    const latents = await optimizeLatents(session, job, LAMBDA);
    assert.equal(latents.slice(FIRST_COARSE_LEVEL), rounded.slice(FIRST_COARSE_LEVEL));
    assert.not.equal(latents[0], rounded[0]);
  });
});

test.run();
