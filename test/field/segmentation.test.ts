import fc from 'fast-check';
import { centres } from '../../src/field/grid.ts';
import { seededRandom } from '../../src/field/random.ts';
import { classesOfRow, type Segmentation, segment } from '../../src/field/segmentation.ts';
import { equalBins, histogramOf, multiOtsu } from '../../src/field/thresholds.ts';
import { assert, suite } from '../harness.ts';

const test = suite('segmentation');

/** Within-class variance of the classes that thresholds make, straight from its definition. */
function withinClassVariance(histogram: Float64Array, thresholds: readonly number[]): number {
  const edges = [-1, ...thresholds, 255];
  let sum = 0;
  for (let k = 0; k < 4; k++) {
    const levels = Array.from({ length: 256 }, (_, l) => l).filter(
      (l) => l > (edges[k] ?? 0) && l <= (edges[k + 1] ?? 0),
    );
    const pixels = levels.reduce((total, l) => total + (histogram[l] ?? 0), 0);
    const mean = levels.reduce((total, l) => total + l * (histogram[l] ?? 0), 0) / (pixels || 1);
    sum += levels.reduce((total, l) => total + (histogram[l] ?? 0) * (l - mean) ** 2, 0);
  }
  return sum;
}

test('multi-Otsu finds the least within-class variance of an exhaustive search', () => {
  const occupied = fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 9 });
  fc.assert(
    fc.property(occupied, fc.infiniteStream(fc.integer({ min: 1, max: 50 })), (levels, counts) => {
      const histogram = new Float64Array(256);
      for (const level of levels) histogram[level] = counts.next().value as number;
      const sorted = [...levels].sort((a, b) => a - b);
      let least = Number.POSITIVE_INFINITY;
      for (const a of sorted) {
        for (const b of sorted) {
          for (const c of sorted) {
            if (a < b && b < c) least = Math.min(least, withinClassVariance(histogram, [a, b, c]));
          }
        }
      }
      assert.ok(withinClassVariance(histogram, multiOtsu(histogram)) <= least + 1e-6);
    }),
    { numRuns: 12, seed: 1 },
  );
});

test('flat pictures and pictures of two and three colours have thresholds too', () => {
  for (const levels of [[0], [255], [128], [0, 255], [254, 255], [0, 1, 255]]) {
    const histogram = histogramOf(Uint8Array.from(levels));
    for (const thresholds of [multiOtsu(histogram), equalBins(histogram)]) {
      assert.ok(thresholds.every((t, i) => t >= 0 && t <= 255 && t >= (thresholds[i - 1] ?? 0)));
    }
    const { labels } = segment(Uint8Array.from(levels), levels.length, 1, multiOtsu(histogram));
    assert.is(new Set(labels).size, levels.length, 'each colour has a class of its own');
  }
});

test('equal bins hold a quarter of the pixels each', () => {
  const luma = Uint8Array.from({ length: 1000 }, (_, i) => i % 200);
  const { labels } = segment(luma, 1000, 1, equalBins(histogramOf(luma)));
  const counts = [0, 1, 2, 3].map((label) => labels.filter((l) => l === label).length);
  assert.ok(
    counts.every((count) => Math.abs(count - 250) <= 5),
    String(counts),
  );
});

function randomSegmentation(width: number, height: number): Segmentation {
  const random = seededRandom(width * 1000 + height);
  return {
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

function slowClass({ width, height, labels }: Segmentation, x: number, y: number): number {
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
      assert.equal(classesOfRow(map, xs, y), map.labels.slice(row * width, (row + 1) * width));
    });
  }
});

test('between pixels it is the argmax of the cubic-interpolated indicators', () => {
  const map = randomSegmentation(11, 9);
  for (const scale of [0.5, 2, 3.7]) {
    const [width, height] = [Math.round(11 * scale), Math.round(9 * scale)];
    const xs = centres(0, width, width);
    for (const y of centres(0, height, height)) {
      const classes = classesOfRow(map, xs, y);
      xs.forEach((x, i) => {
        const expected = slowClass(map, x, y);
        if (expected >= 0) assert.is(classes[i], expected);
      });
    }
  }
});

test.run();
