import type { Distortion, PictureDistortion } from '../../src/distortion/distortion.ts';
import { planarTargets } from '../../src/distortion/planar.ts';
import { SQUARED_ERROR } from '../../src/distortion/squared-error.ts';
import { VISUAL } from '../../src/distortion/visual/visual.ts';
import { type Random, seededRandom } from '../../src/field/random.ts';
import { relativeError } from '../engine/problems.ts';
import { assert, suite } from '../harness.ts';
import { rasterOf } from '../image/rasters.ts';
import { BLURRED_ERROR } from './blurred-error.ts';

const test = suite('distortions');

const [WIDTH, HEIGHT] = [11, 9];
const picture = rasterOf(WIDTH, HEIGHT, 3, 8, (x, y, c) => 0.5 + 0.3 * Math.sin(x + c) * Math.cos(y));
const COUNT = WIDTH * HEIGHT * 3;

const uniform = (random: Random, bound: number): Float32Array =>
  Float32Array.from({ length: COUNT }, () => bound * (2 * random() - 1));

const sum = (values: Float32Array, termOf: (value: number, i: number) => number): number =>
  values.reduce((total, value, i) => total + termOf(value, i), 0);

async function withDistortion(
  distortion: Distortion,
  use: (measured: PictureDistortion) => Promise<void>,
): Promise<void> {
  const measured = await distortion.of(picture);
  try {
    await use(measured);
  } finally {
    await measured.dispose();
  }
}

/** Of a quadratic function differences of any length are exact; those of other functions are between rounding and curvature. */
const DIFFERENCES = new Map<Distortion, { step: number; tolerance: number }>([
  [SQUARED_ERROR, { step: 0.5, tolerance: 1e-6 }],
  [BLURRED_ERROR, { step: 0.5, tolerance: 1e-6 }],
  [VISUAL, { step: 0.02, tolerance: 1e-3 }],
]);

for (const [distortion, { step, tolerance }] of DIFFERENCES) {
  test(`${distortion.name}: the gradient is that of differences, and may take the outputs’ place`, () =>
    withDistortion(distortion, async (measured) => {
      const outputs = uniform(seededRandom(1), 1);
      const gradient = new Float32Array(COUNT);
      const value = await measured.evaluate(outputs, gradient);
      assert.is(await measured.evaluate(outputs, null), value);
      const differences = new Float64Array(COUNT);
      for (let i = 0; i < COUNT; i++) {
        const [above, below] = [outputs.slice(), outputs.slice()];
        above[i] = (outputs[i] as number) + step;
        below[i] = (outputs[i] as number) - step;
        const change = (await measured.evaluate(above, null)) - (await measured.evaluate(below, null));
        differences[i] = change / (2 * step);
      }
      const error = relativeError(gradient, differences);
      assert.ok(error < tolerance, `relative error ${error}`);
      assert.is(await measured.evaluate(outputs, outputs), value);
      assert.equal(outputs, gradient);
    }));

  test(`${distortion.name}: the picture itself has none`, () =>
    withDistortion(distortion, async (measured) => {
      assert.ok((await measured.evaluate(planarTargets(picture), null)) < 1e-12);
    }));
}

for (const distortion of [SQUARED_ERROR, BLURRED_ERROR] as readonly Distortion[]) {
  test(`${distortion.name}: a shift by a level has its square`, () =>
    withDistortion(distortion, async (measured) => {
      const targets = planarTargets(picture);
      const shifted = targets.map((value) => value + 0.02);
      const mean = distortion === SQUARED_ERROR ? 1 : sum(targets, (_, i) => 1 + 0.8 * Math.sin(i)) / COUNT;
      assert.ok(Math.abs((await measured.evaluate(shifted, null)) / (mean * 0.01 ** 2) - 1) < 1e-4);
    }));

  test(`${distortion.name}: the local model has the gradient of D and is not below it`, () =>
    withDistortion(distortion, async (measured) => {
      const random = seededRandom(2);
      const outputs = uniform(random, 1);
      const { weights, targets } = measured.localModel(outputs.slice());
      const modelOf = (values: Float32Array): number =>
        sum(values, (value, i) => (weights[i] as number) * (value - (targets[i] as number)) ** 2);
      const gradient = new Float32Array(COUNT);
      const value = await measured.evaluate(outputs, gradient);
      const slopes = outputs.map((y, i) => 2 * (weights[i] as number) * (y - (targets[i] as number)));
      assert.ok(relativeError(slopes, gradient) < 1e-5);
      for (let trial = 0; trial < 20; trial++) {
        const step = uniform(random, 0.1);
        const moved = outputs.map((y, i) => y + (step[i] as number));
        const change = (await measured.evaluate(moved, null)) - value;
        assert.ok(modelOf(moved) - modelOf(outputs) > change - 1e-7);
      }
    }));
}

test.run();
