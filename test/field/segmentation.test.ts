import { centres } from '../../src/field/grid.ts';
import { seededRandom } from '../../src/field/random.ts';
import { classesAt, type RasterSegmentation } from '../../src/field/segmentation.ts';
import { assert, suite } from '../harness.ts';

const test = suite('segmentation');

function randomSegmentation(width: number, height: number): RasterSegmentation {
  const random = seededRandom(width * 1000 + height);
  return {
    kind: 'raster',
    width,
    height,
    thresholds: [1, 2, 3],
    labels: Uint8Array.from({ length: width * height }, () => 4 * random()),
  };
}

/** Keys' kernel, a = −1/2, from its definition. */
function keys(distance: number): number {
  const d = Math.abs(distance);
  if (d < 1) return 1.5 * d ** 3 - 2.5 * d ** 2 + 1;
  return d < 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0;
}

function slowClass({ width, height, labels }: RasterSegmentation, x: number, y: number): number {
  const [column, row] = [((x + 1) * width - 1) / 2, ((y + 1) * height - 1) / 2];
  const sums = [0, 0, 0, 0];
  for (let j = Math.floor(row) - 1; j <= Math.floor(row) + 2; j++) {
    for (let i = Math.floor(column) - 1; i <= Math.floor(column) + 2; i++) {
      const at = Math.min(height - 1, Math.max(0, j)) * width + Math.min(width - 1, Math.max(0, i));
      const label = labels[at] ?? 0;
      sums[label] = (sums[label] ?? 0) + keys(column - i) * keys(row - j);
    }
  }
  // Exact ties are broken by rounding here and there: a margin tells whether the winner is clear.
  const best = Math.max(...sums);
  return sums.filter((sum) => sum > best - 1e-9).length > 1 ? -1 : sums.indexOf(best);
}

test('at the centres of its own pixels the class is the label', () => {
  for (const [width, height] of [
    [1, 1],
    [7, 5],
    [33, 17],
    [768, 3],
  ] as const) {
    const map = randomSegmentation(width, height);
    const xs = centres(0, width, width);
    centres(0, height, height).forEach((y, row) => {
      assert.equal(classesAt(map, xs, Float64Array.of(y)), map.labels.slice(row * width, (row + 1) * width));
    });
  }
});

test('between pixels it is the argmax of the cubic-interpolated indicators', () => {
  const map = randomSegmentation(11, 9);
  for (const scale of [0.5, 2, 3.7]) {
    const [width, height] = [Math.round(11 * scale), Math.round(9 * scale)];
    const xs = centres(0, width, width);
    for (const y of centres(0, height, height)) {
      const classes = classesAt(map, xs, Float64Array.of(y));
      xs.forEach((x, i) => {
        const expected = slowClass(map, x, y);
        if (expected >= 0) assert.is(classes[i], expected);
      });
    }
  }
});

test.run();
