/** @file Where a short fit stands after its time at half the picture's size. */

import { SQUARED_ERROR } from '../../../src/distortion/squared-error.ts';
import { createWasmEngine } from '../../../src/engine/wasm/engine.ts';
import { modelOf } from '../../../src/field/model.ts';
import { PYRAMID_CONTEXTS, presetSpec } from '../../../src/field/presets.ts';
import { levelCount } from '../../../src/field/pyramid.ts';
import { NO_JOURNAL } from '../../../src/fit/journal/journal.ts';
import { ProgressMeter } from '../../../src/fit/progress-meter.ts';
import { firstTuples } from '../../../src/fit/pyramid/experts.ts';
import { headStart } from '../../../src/fit/pyramid/head-start.ts';
import { Previews } from '../../../src/fit/pyramid/previews.ts';
import type { PyramidJob } from '../../../src/fit/pyramid/pyramid-job.ts';
import { headStartSchedule, mainSchedule } from '../../../src/fit/pyramid/schedule.ts';
import { chooseStart } from '../../../src/fit/pyramid/start.ts';
import type { ChannelCount } from '../../../src/image/raster.ts';
import { mapPicture } from '../../../src/samples/to-outputs.ts';
import { assert, suite } from '../../harness.ts';
import { rasterOf } from '../../image/rasters.ts';

const test = suite('the head start of a short fit');
const LAMBDA = 0.002;
const STEPS = 20;
const [WIDTH, HEIGHT] = [75, 50];

function jobOf(channels: ChannelCount, preset: 'pyramid' | 'pyramid-loe'): PyramidJob {
  const spec = presetSpec(preset, { channels, levels: levelCount(WIDTH, HEIGHT) });
  const model = modelOf(spec, PYRAMID_CONTEXTS.small, { width: WIDTH, height: HEIGHT });
  const raster = rasterOf(WIDTH, HEIGHT, channels, 8, (x, y, c) => {
    return 0.5 + 0.3 * Math.sin(x / 9 + c) * Math.cos(y / 7) + 0.1 * Math.sin((x + y) / 5);
  });
  return {
    mapped: mapPicture(raster),
    raster,
    tune: 'psnr',
    distortion: SQUARED_ERROR,
    ssimulacra2: null,
    preset,
    model,
    segmentation: null,
    start: chooseStart(model, 1),
    trained: 'all',
    target: { kind: 'lambda', lambda: LAMBDA, pixels: WIDTH * HEIGHT },
    effort: { steps: 100, samples: 16, sweeps: 1, patience: 2, refinements: 0, trials: 0, size: 'small' },
    lambda: LAMBDA,
    bitsPerPixel: 0.3,
    seed: 1,
    threads: 1,
    journal: NO_JOURNAL,
    previews: new Previews(undefined),
  };
}

const SCHEDULE = headStartSchedule(mainSchedule(100, true, 0.3, LAMBDA), 100);

for (const [channels, preset] of [
  [3, 'pyramid'],
  [4, 'pyramid-loe'],
] as const) {
  test(`${preset}, ${channels} channels: most of a smooth picture is there at its own size, without the finest plane`, async () => {
    const job = jobOf(channels, preset);
    const { model, raster, distortion, start } = job;
    const meter = new ProgressMeter(100, undefined);
    const engine = await createWasmEngine({ threads: 1 });
    const state = await headStart(engine, job, start, SCHEDULE, STEPS, meter);
    assert.is(meter.taken, STEPS);
    assert.equal(
      state.latents.map(({ length }) => length),
      model.planes.map(({ width, height }) => width * height),
    );
    assert.ok(state.latents[0]?.every((latent) => latent === 0));
    assert.ok(state.latents.slice(1, 4).every((grid) => grid.some((latent) => Math.abs(latent) > 0.5)));

    const begin = { ...start, latents: null };
    const problem = { model, raster, distortion, tuples: firstTuples(job), start: begin };
    const session = await engine.fitPyramid(problem);
    const before = await session.loss();
    session.writeWeights(state);
    session.writeLatents(state.latents);
    const after = await session.loss();
    assert.ok(after.distortion < 0.05 * before.distortion, `${after.distortion} of ${before.distortion}`);
    session.dispose();
    await engine.dispose();
  });
}

test('what the field sees the finest plane with stays, all else has moved', async () => {
  const job = jobOf(3, 'pyramid');
  const engine = await createWasmEngine({ threads: 1 });
  const meter = new ProgressMeter(100, undefined);
  const { field } = await headStart(engine, job, job.start, SCHEDULE, STEPS, meter);
  const { tensors } = job.model.field;
  const hidden = tensors[0] as (typeof tensors)[number];
  for (const { offset, length } of tensors) {
    for (let i = offset; i < offset + length; i++) {
      const isFinest = i < hidden.offset + hidden.length && (i - hidden.offset) % hidden.columns === 0;
      assert.is(field[i] === job.start.field[i], isFinest, `${i}`);
    }
  }
  await engine.dispose();
});

test.run();
