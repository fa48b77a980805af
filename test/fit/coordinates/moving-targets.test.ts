/** @file Targets that follow a distortion: their weighted squared error falls where the distortion does. */

import { planarOf } from '../../../src/distortion/planar.ts';
import { VISUAL } from '../../../src/distortion/visual/visual.ts';
import type { CoordinateSession } from '../../../src/engine/coordinates.ts';
import { MovingTargets } from '../../../src/fit/coordinates/moving-targets.ts';
import { NO_JOURNAL } from '../../../src/fit/journal/journal.ts';
import { samplesToValues } from '../../../src/image/values.ts';
import { mapPicture } from '../../../src/samples/to-outputs.ts';
import { relativeError } from '../../engine/problems.ts';
import { assert, suite } from '../../harness.ts';
import { noiseRaster } from '../../image/rasters.ts';

const test = suite('moving targets');
const raster = noiseRaster(24, 20, 3, 8);
const mapped = mapPicture(raster);
const outputs = samplesToValues(raster).map((value, i) => 0.7 * value + 0.2 * Math.sin(i));

/** The outputs' slope, over its length. */
function directionOf(slope: Float32Array): Float32Array {
  const length = Math.hypot(...slope);
  return slope.map((value) => value / length);
}

test('the squared error has none', async () => {
  assert.is(await MovingTargets.open('psnr', mapped, 1, NO_JOURNAL), null);
});

test('at the outputs the weighted squared error has the slope of the distortion, and weights of a mean of 1', async () => {
  const distortion = await VISUAL.of(raster, { threads: 1 });
  const gradient = new Float32Array(outputs.length);
  const value = await distortion.evaluate(planarOf(outputs, 3), gradient);
  await distortion.dispose();
  const moving = (await MovingTargets.open('visual', mapped, 1, NO_JOURNAL)) as MovingTargets;
  let slope = new Float32Array(0);
  let unit = 0;
  await moving.renew({
    outputs: async () => outputs.slice(),
    setTargets: (targets: Float32Array, weights: Float32Array) => {
      unit = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
      slope = weights.map((weight, i) => weight * ((outputs[i] as number) - (targets[i] as number)));
    },
  } as unknown as CoordinateSession);
  assert.ok(Math.abs(unit - 1) < 1e-5, `${unit}`);
  const error = relativeError(directionOf(planarOf(slope, 3)), directionOf(gradient));
  assert.ok(error < 1e-4, `${error}`);
  const near = await moving.at(outputs);
  await moving.dispose();
  const scale = near.distortion / value;
  const expected = planarOf(
    near.weights.map((weight, i) => 2 * weight * ((outputs[i] as number) - (near.targets[i] as number))),
    3,
  );
  assert.ok(
    relativeError(
      gradient.map((g) => scale * g),
      expected,
    ) < 1e-4,
  );
});

test.run();
