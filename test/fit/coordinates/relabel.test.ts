import type { Engine } from '../../../src/engine/engine.ts';
import { encodeLabels } from '../../../src/entropy/label-map.ts';
import { presetSpec } from '../../../src/field/presets.ts';
import { seededRandom } from '../../../src/field/random.ts';
import type { Samples } from '../../../src/field/selectors.ts';
import { expertOf } from '../../../src/field/selectors.ts';
import { type Relabeled, relabel } from '../../../src/fit/coordinates/relabel.ts';
import { assert, suite } from '../../harness.ts';
import { noiseRaster } from '../../image/rasters.ts';

const test = suite('relabel');
const [WIDTH, HEIGHT] = [64, 48];
const raster = noiseRaster(WIDTH, HEIGHT, 1, 8);
const random = seededRandom(4);
const labels = Uint8Array.from({ length: WIDTH * HEIGHT }, () => 4 * random());
const segmentation = {
  kind: 'raster',
  width: WIDTH,
  height: HEIGHT,
  thresholds: [64, 128, 192],
  labels,
} as const;
const spec = presetSpec('seg-loe', { width: 2, channels: 1 });

/** Evaluates to a grey per class of the last layer. */
const engine = {
  evaluate: async (_field: unknown, { tuples }: Samples) =>
    Float32Array.from(tuples, (tuple) => expertOf(tuple, 3) / 2 - 0.75),
} as unknown as Engine;

const relabelTo = (labelMapBytes: number): Promise<Relabeled> => {
  const field = { spec, parameters: new Float32Array(0) };
  return relabel(engine, field, raster, segmentation, { weightBits: 1e5, labelMapBytes });
};

test('the map of a noisy picture is brought within its budget, and its bytes are those of its code', async () => {
  assert.ok(encodeLabels(labels.slice(), WIDTH, HEIGHT).length > 700);
  for (const budget of [600, 200, 20]) {
    const { segmentation: simplified, labelMapBytes } = await relabelTo(budget);
    assert.ok(labelMapBytes <= budget, `${labelMapBytes} of ${budget}`);
    assert.is(labelMapBytes, encodeLabels(simplified.labels.slice(), WIDTH, HEIGHT).length);
    assert.equal(simplified.thresholds, segmentation.thresholds);
  }
});

test('a budget below the smallest map ends with a uniform one', async () => {
  const { segmentation: simplified, labelMapBytes } = await relabelTo(0);
  assert.ok(labelMapBytes <= 8);
  assert.is(new Set(simplified.labels).size, 1);
});

test.run();
