/** @file Targets that follow a distortion: their weighted squared error falls where the distortion does. */

import type { LocalModel } from '../../../src/distortion/distortion.ts';
import { planarOf } from '../../../src/distortion/planar.ts';
import { VISUAL } from '../../../src/distortion/visual/visual.ts';
import type { CoordinateSession, TargetsNear } from '../../../src/engine/coordinates.ts';
import { MovingTargets } from '../../../src/fit/coordinates/moving-targets.ts';
import { samplesToValues } from '../../../src/image/values.ts';
import { mapPicture } from '../../../src/samples/to-outputs.ts';
import { relativeError } from '../../engine/problems.ts';
import { assert, suite } from '../../harness.ts';
import { noiseRaster } from '../../image/rasters.ts';

const test = suite('moving targets');
const raster = noiseRaster(24, 20, 3, 8);
const mapped = mapPicture(raster);
const outputs = planarOf(
  samplesToValues(raster).map((value, i) => 0.7 * value + 0.2 * Math.sin(i)),
  3,
);

/** The outputs' slope, over its length. */
function directionOf(slope: Float32Array): Float32Array {
  const length = Math.hypot(...slope);
  return slope.map((value) => value / length);
}

test('the squared error has none', async () => {
  assert.is(await MovingTargets.open('psnr', mapped, 1), null);
});

test('at the outputs the weighted squared error has the slope of the distortion, and weights of a mean of 1', async () => {
  const distortion = await VISUAL.of(raster, { threads: 1 });
  const gradient = new Float32Array(outputs.length);
  const value = await distortion.evaluate(outputs, gradient);
  await distortion.dispose();
  const moving = (await MovingTargets.open('visual', mapped, 1)) as MovingTargets;
  const slopeOf = ({ targets, weights }: LocalModel): Float32Array =>
    weights.map((weight, i) => 2 * weight * ((outputs[i] as number) - (targets[i] as number)));
  let model = {} as LocalModel;
  await moving.renew({
    retarget: async (near: TargetsNear) => {
      model = await near(outputs.slice());
    },
  } as unknown as CoordinateSession);
  const { weights } = model;
  const unit = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  assert.ok(Math.abs(unit - 1) < 1e-5, `${unit}`);
  const error = relativeError(directionOf(slopeOf(model)), directionOf(gradient));
  assert.ok(error < 1e-4, `${error}`);
  const near = await moving.near(outputs.slice());
  assert.equal(moving.weightsNear(outputs.slice()), near.weights);
  await moving.dispose();
  const scale = near.distortion / value;
  const scaled = gradient.map((g) => scale * g);
  assert.ok(relativeError(scaled, slopeOf(near)) < 1e-4);
  // The steps aim beyond.
  const ways = relativeError(
    slopeOf(model),
    slopeOf(near).map((slope) => 1.8 * slope),
  );
  assert.ok(ways < 1e-4, `${ways}`);
});

test.run();
