/** @file Rounding layer by layer, end to end on a small picture: sizes are met, and what recovers is nearer to the picture. */

import { chooseEngine } from '../../../src/engine/choose.ts';
import { LoecError } from '../../../src/errors.ts';
import {
  type CoordinateJob,
  contentsOf,
  coordinateJob,
  type Draft,
} from '../../../src/fit/coordinates/coordinate-job.ts';
import { fitFloats } from '../../../src/fit/coordinates/float-phase.ts';
import { roundLayers } from '../../../src/fit/coordinates/round-layers.ts';
import { expectedSteps } from '../../../src/fit/coordinates/work.ts';
import { type FittedFile, fileOf } from '../../../src/fit/fitted.ts';
import { NO_JOURNAL } from '../../../src/fit/journal/journal.ts';
import { checkedOptions, type EncodeOptions } from '../../../src/fit/options.ts';
import { ProgressMeter } from '../../../src/fit/progress-meter.ts';
import { mapPicture } from '../../../src/samples/to-outputs.ts';
import { assert, suite } from '../../harness.ts';
import { rasterOf } from '../../image/rasters.ts';

const test = suite('rounding layer by layer');

const picture = rasterOf(48, 32, 3, 8, (x, y, channel) => {
  const disc = (x - 30) ** 2 + (y - 14) ** 2 < 90 ? 0.3 : 0;
  return 0.35 + 0.25 * Math.sin(0.3 * x + 0.2 * y + channel) + disc;
});
const engine = await chooseEngine('wasm', { threads: 1 });
test.after(() => engine.dispose());

function jobOf(bytes: number, options: EncodeOptions): CoordinateJob {
  const checked = checkedOptions({ preset: 'loe', tune: 'psnr', ...options });
  return coordinateJob(
    engine,
    mapPicture(picture),
    { preset: 'loe', channels: 3 },
    checked,
    bytes,
    new ProgressMeter(0, undefined),
    NO_JOURNAL,
    null,
  );
}

async function rounded(job: CoordinateJob, draft: Draft, bytes: number): Promise<FittedFile> {
  return fileOf(contentsOf(job, draft, await roundLayers(job, draft, bytes)), picture, null);
}

test('files are as large as they may be', async () => {
  for (const bytes of [500, 900, 1600]) {
    const job = jobOf(bytes, { steps: 40 });
    const { file } = await rounded(job, await fitFloats(job), bytes);
    assert.ok(file.length <= bytes && file.length >= 0.97 * bytes, `${file.length} for ${bytes}`);
  }
});

test('small sizes are met by rounding all layers again, coarser', async () => {
  for (const bytes of [110, 150, 200]) {
    const job = jobOf(bytes, { steps: 40 });
    const { file } = await rounded(job, await fitFloats(job), bytes);
    assert.ok(file.length <= bytes && file.length >= 0.9 * bytes, `${file.length} for ${bytes}`);
  }
});

test('a size that no integers meet says how small a file there is', async () => {
  const job = jobOf(60, { steps: 2, width: 6 });
  const draft = await fitFloats(job);
  const error = await roundLayers(job, draft, 60).catch((reason: unknown) => reason);
  assert.ok(error instanceof LoecError && error.code === 'E_TARGET', String(error));
  const smallest = Number(/the smallest file has (\d+)/.exec(error.message)?.[1]);
  assert.ok(smallest > 60 && smallest < 150, error.message);
});

test('the work that is told is what was expected', async () => {
  let done = 0;
  const job = jobOf(900, { steps: 100 });
  // Twice as much, as what is done is never told to be all.
  const meter = new ProgressMeter(2 * expectedSteps(job), (progress) => {
    done = progress.done;
  });
  await roundLayers({ ...job, meter }, await fitFloats({ ...job, meter }), 900);
  assert.ok(Math.abs(done - 0.5) < 0.06, `${done}`);
  assert.ok(meter.taken > 80 && meter.taken < 120, `${meter.taken}`);
});

test('layers that recover make up for what rounding those before cost', async () => {
  const bytes = 900;
  const job = jobOf(bytes, { steps: 400 });
  const draft = await fitFloats(job);
  const [without, recovered] = [
    // A step between two layers, the least there is.
    await rounded({ ...job, steps: 1 }, draft, bytes),
    await rounded(job, draft, bytes),
  ];
  assert.ok(recovered.psnr > without.psnr + 0.5, `${recovered.psnr} dB, else ${without.psnr}`);
});

test.run();
