/** @file The training loop around a session that is none: a fit that diverges is told, and one that gets worse is taken back. */

import type { CoordinateSession, CoordinateStep } from '../../../src/engine/coordinates.ts';
import { LoecError } from '../../../src/errors.ts';
import { presetSpec } from '../../../src/field/presets.ts';
import type { CoordinateJob } from '../../../src/fit/coordinates/coordinate-job.ts';
import { SCHEDULE } from '../../../src/fit/coordinates/phases.ts';
import { trainRange } from '../../../src/fit/coordinates/train-range.ts';
import { NO_JOURNAL } from '../../../src/fit/journal/journal.ts';
import { ProgressMeter } from '../../../src/fit/progress-meter.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('training loop of coordinate fields');
const STEPS = 12;

/** Its only parameter counts the steps that it took. @param lossAt before a step */
async function trained(lossAt: (step: number) => number): Promise<number> {
  let taken = 0;
  const session = {
    batches: 1,
    train: async (steps: readonly CoordinateStep[]) => Float32Array.from(steps, () => lossAt(taken++)),
    loss: async () => lossAt(taken),
    readParameters: async () => Float32Array.of(taken),
    writeParameters: ([count]: Float32Array) => {
      taken = count as number;
    },
  } as unknown as CoordinateSession;
  const spec = presetSpec('loe', { width: 1, channels: 3 });
  const job = { meter: new ProgressMeter(STEPS, undefined), journal: NO_JOURNAL, targets: null };
  const range = { from: 0, to: STEPS, of: STEPS };
  await trainRange(session, spec, job as unknown as CoordinateJob, SCHEDULE.float, range);
  return taken;
}

test('a loss that is no finite number ends the fit, whenever it comes', async () => {
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
    for (const from of [0, 7, STEPS - 1, STEPS]) {
      const error = await trained((step) => (step < from ? 1 / (1 + step) : wrong)).catch(
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof LoecError && error.code === 'E_ENGINE', `${wrong} from ${from}: ${error}`);
      assert.match(error.message, /diverged in the phase "fit"/);
    }
  }
});

test('the parameters of a worse end are taken back', async () => {
  assert.is(await trained((step) => 1 / (1 + step)), STEPS);
  assert.is(await trained((step) => (step < 8 ? 1 / (1 + step) : step)), 8);
});

test.run();
