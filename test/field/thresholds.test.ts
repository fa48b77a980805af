import fc from 'fast-check';
import { seededRandom } from '../../src/field/random.ts';
import { segment } from '../../src/field/segmentation.ts';
import { equalBins, histogramOf, multiOtsu, thresholdsOf } from '../../src/field/thresholds.ts';
import { assert, suite } from '../harness.ts';

const test = suite('thresholds');

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

test('equal bins are the quartiles of the sorted luma', () => {
  const random = seededRandom(5);
  for (let trial = 0; trial < 30; trial++) {
    const luma = Uint8Array.from({ length: 1 + Math.floor(90 * random()) }, () => 256 * random() ** 2);
    const sorted = [...luma].sort((a, b) => a - b);
    const quartiles = [1, 2, 3].map((quarter) => sorted[Math.ceil((quarter * luma.length) / 4) - 1]);
    assert.equal([...thresholdsOf(luma, 'equal-bin')], quartiles);
  }
});

test('classes separate clusters of luma wherever they lie', () => {
  const random = seededRandom(6);
  for (const centres of [
    [5, 20, 35, 250],
    [60, 120, 180, 240],
    [4, 100, 110, 120],
  ]) {
    const cluster = Uint8Array.from({ length: 400 }, (_, i) => i & 3);
    const luma = cluster.map((k) => (centres[k] as number) + Math.floor(7 * random()) - 3);
    assert.equal(segment(luma, 20, 20, thresholdsOf(luma, 'multi-otsu')).labels, cluster);
  }
});

test.run();
