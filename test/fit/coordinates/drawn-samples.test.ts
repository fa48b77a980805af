import { centres } from '../../../src/field/grid.ts';
import { gridSamples } from '../../../src/field/grid-samples.ts';
import type { Mix } from '../../../src/field/mix.ts';
import { presetSpec } from '../../../src/field/presets.ts';
import { seededRandom } from '../../../src/field/random.ts';
import { trainingSamples } from '../../../src/fit/coordinates/coordinate-problem.ts';
import { drawnSamples } from '../../../src/fit/coordinates/drawn-samples.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('drawn samples');
const spec = presetSpec('loe', { width: 2, channels: 1 });
const [WIDTH, HEIGHT] = [64, 48];
const samples = gridSamples(spec, null, centres(0, WIDTH, WIDTH), centres(0, HEIGHT, HEIGHT));
const { positions, shares } = samples.mix as Mix;

test('each position has one of its samples, the same for a seed', () => {
  const { coordinates, tuples } = drawnSamples(samples, seededRandom(1));
  assert.is(tuples.length, WIDTH * HEIGHT);
  const hard = gridSamples(
    { ...spec, overlap: 0 },
    null,
    centres(0, WIDTH, WIDTH),
    centres(0, HEIGHT, HEIGHT),
  );
  assert.equal(coordinates, hard.coordinates);
  const allowed = Array.from(tuples, () => new Set<number>());
  positions.forEach((position, i) => {
    allowed[position]?.add(samples.tuples[i] as number);
  });
  assert.ok(tuples.every((tuple, i) => allowed[i]?.has(tuple)));
  assert.equal(drawnSamples(samples, seededRandom(1)).tuples, tuples);
  assert.equal(drawnSamples(hard, seededRandom(1)), { coordinates: hard.coordinates, tuples: hard.tuples });
});

test('samples are drawn as often as they count', () => {
  const draws = 400;
  const random = seededRandom(2);
  const found = Array.from({ length: draws }, () => drawnSamples(samples, random).tuples);
  let chiSquare = 0;
  let freedom = 0;
  positions.forEach((position, i) => {
    const share = shares[i] as number;
    if (share < 0.05 || share > 0.95) return;
    const count = found.filter((tuples) => tuples[position] === samples.tuples[i]).length;
    chiSquare += (count - draws * share) ** 2 / (draws * share * (1 - share));
    freedom++;
  });
  // The mean of squares of standard normal numbers, two to four of which depend on each other: its deviation is below √(8/count).
  assert.ok(
    freedom > 300 && Math.abs(chiSquare / freedom - 1) < 4 * Math.sqrt(8 / freedom),
    `${chiSquare / freedom}`,
  );
});

test('a picture of many strips is drawn as all of it at once', () => {
  // A row is a strip; in the middle ones no tiles overlap from top to bottom.
  const size = { width: 2 ** 16 + 5, height: 4 };
  const labels = Uint8Array.from({ length: size.width * size.height }, (_, i) => (i * i) & 3);
  const segmentation = { kind: 'raster', ...size, labels, thresholds: [0, 0, 0] } as const;
  const whole = gridSamples(
    spec,
    segmentation,
    centres(0, size.width, size.width),
    centres(0, size.height, size.height),
  );
  const drawn = drawnSamples(whole, seededRandom(0x711e));
  assert.equal(trainingSamples(spec, segmentation, size), drawn);
});

test('strips without a choice take their steps of the random numbers', () => {
  const hard = gridSamples({ ...spec, overlap: 0 }, null, centres(0, 8, 8), centres(0, 3, 3));
  const [random, expected] = [seededRandom(5), seededRandom(5)];
  drawnSamples(hard, random);
  for (let i = 0; i < 24; i++) expected();
  assert.is(random(), expected());
});

test.run();
