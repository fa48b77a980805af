/** @file Classes mixed at their borders against a second implementation, written from formats/loe.md, and pictures across borders. */

import { centres } from '../../src/field/grid.ts';
import { type GridSamples, gridSamples } from '../../src/field/grid-samples.ts';
import { mixedOutputs } from '../../src/field/mix.ts';
import { presetSpec } from '../../src/field/presets.ts';
import { seededRandom } from '../../src/field/random.ts';
import { classesAt, type RasterSegmentation } from '../../src/field/segmentation.ts';
import { selectTuple } from '../../src/field/selectors.ts';
import { type FieldSpec, parameterCount, type Selector } from '../../src/field/spec.ts';
import { createEvaluator } from '../../src/render/coordinates/evaluator.ts';
import { assert, suite } from '../harness.ts';

const test = suite('borders between classes');

const segment: Selector = { kind: 'segment' };
const tile = (frequency: number): Selector => ({ kind: 'tile', frequency });

function specOf(overlap: number, selectors: readonly Selector[]): FieldSpec {
  const activation = { kind: 'linear' } as const;
  const layers = selectors.map((selector) => ({ width: 1, selector, activation }));
  return { input: { kind: 'coordinates' }, layers, filters: 0, overlap };
}

const HARD_TILES = specOf(0, [segment, tile(2), segment]);
const SOFT_TILES = specOf(1 / 4, [tile(1), segment]);

function segmentationOf(width: number, height: number, labels: ArrayLike<number>): RasterSegmentation {
  return { kind: 'raster', width, height, thresholds: [1, 2, 3], labels: Uint8Array.from(labels) };
}

/** Patches and single pixels of up to four classes. */
function patches(width: number, height: number): RasterSegmentation {
  const random = seededRandom(7);
  const labels = Array.from({ length: width * height }, (_, i) =>
    random() < 0.1 ? Math.floor(4 * random()) : ((i % width) * 3 + (i >> 2)) & 16 ? 1 : 3,
  );
  return segmentationOf(width, height, labels);
}

/** Any output that tells tuple and position, in binary32. */
function outputAt(tuple: number, x: number, y: number): number {
  return Math.fround(Math.sin(0.1 * tuple + 3 * Math.fround(x) - 2 * Math.fround(y)));
}

function outputsOf({ coordinates, tuples, mix }: GridSamples): Float32Array {
  const outputs = Float32Array.from(tuples, (tuple, i) =>
    outputAt(tuple, coordinates[2 * i] as number, coordinates[2 * i + 1] as number),
  );
  return mixedOutputs(outputs, mix);
}

/** The four pixels that a position of an axis sees, and what they weigh. */
function seen(position: number, size: number): { pixel: number; weight: number }[] {
  const u = ((position + 1) * size - 1) / 2;
  const n = Math.floor(u + 0.5);
  const isCentre = Math.abs(u - n) < 1e-9 * size;
  const f = isCentre ? n : Math.floor(u);
  const t = isCentre ? 0 : u - f;
  const weights = [
    t * (-1 / 2 + t * (1 - t / 2)),
    1 + t * t * (-2.5 + 1.5 * t),
    t * (1 / 2 + t * (2 - 1.5 * t)),
    t * t * (-1 / 2 + t / 2),
  ];
  return weights.map((weight, i) => ({ pixel: Math.max(0, Math.min(size - 1, f - 1 + i)), weight }));
}

function naiveShares({ width, height, labels }: RasterSegmentation, x: number, y: number): number[] {
  const indicators = [0, 1, 2, 3].map((label) => {
    let sum = 0;
    for (const row of seen(y, height)) {
      for (const column of seen(x, width))
        if (labels[row.pixel * width + column.pixel] === label) sum += row.weight * column.weight;
    }
    return sum < 0 ? 0 : sum;
  });
  const sum = indicators.reduce((some, indicator) => some + indicator, 0);
  return indicators.map((indicator) => indicator / sum);
}

/** Where two tiles of frequency 1 meet, in the middle of the axis: both, each at a place that is in it. */
function naiveTiles(overlap: number, p: number): { at: number; share: number }[] {
  if (Math.abs(p) >= overlap) return [{ at: p, share: 1 }];
  const t = (p / overlap + 1) / 2;
  const s = t * t * (3 - 2 * t);
  return [
    { at: -0.5, share: 1 - s },
    { at: 0.5, share: s },
  ];
}

function naiveOutput(spec: FieldSpec, map: RasterSegmentation, x: number, y: number): number {
  const shares = naiveShares(map, x, y);
  let output: number | null = null;
  for (const down of naiveTiles(spec.overlap, y)) {
    for (const across of naiveTiles(spec.overlap, x)) {
      for (const [label, share] of shares.entries()) {
        if (share === 0) continue;
        const tuple = selectTuple(spec, across.at, down.at, label);
        const product = Math.fround(Math.fround(down.share * across.share * share) * outputAt(tuple, x, y));
        output = output === null ? product : Math.fround(output + product);
      }
    }
  }
  return output as number;
}

test('between pixels outputs are those of the specification, bit for bit', () => {
  for (const spec of [HARD_TILES, SOFT_TILES]) {
    for (const [width, height] of [
      [11, 9],
      [1, 6],
      [33, 2],
    ] as const) {
      const map = patches(width, height);
      for (const scale of [0.4, 2, 3, 4.3]) {
        const [xs, ys] = [width, height].map((size) => {
          const count = Math.ceil(scale * size);
          return centres(0, count, count);
        }) as [Float64Array, Float64Array];
        const expected = [...ys].flatMap((y) => [...xs].map((x) => naiveOutput(spec, map, x, y)));
        assert.equal(outputsOf(gridSamples(spec, map, xs, ys)), Float32Array.from(expected));
      }
    }
  }
});

test('at the centres of its own pixels a position has one sample, that of its label', () => {
  for (const [width, height] of [
    [1, 1],
    [37, 21],
    [768, 3],
  ] as const) {
    const map = patches(width, height);
    const [xs, ys] = [centres(0, width, width), centres(0, height, height)];
    const { tuples, mix } = gridSamples(HARD_TILES, map, xs, ys);
    assert.is(mix, null);
    const expected = Uint32Array.from(map.labels, (label, i) =>
      selectTuple(HARD_TILES, xs[i % width] as number, ys[Math.floor(i / width)] as number, label),
    );
    assert.equal(tuples, expected);
  }
});

test('parts of a grid have the outputs of the whole, whatever the parts', () => {
  const map = patches(11, 9);
  const [xs, ys] = [centres(0, 40, 40), centres(0, 30, 30)];
  const whole = outputsOf(gridSamples(SOFT_TILES, map, xs, ys));
  for (const [left, top, columns, rows] of [
    [0, 7, 40, 1],
    [13, 5, 9, 20],
    [39, 29, 1, 1],
  ] as const) {
    const part = gridSamples(SOFT_TILES, map, centres(left, columns, 40), centres(top, rows, 30));
    const expected = Array.from({ length: columns * rows }, (_, i) => {
      return whole[(top + Math.floor(i / columns)) * 40 + left + (i % columns)] as number;
    });
    assert.equal(outputsOf(part), Float32Array.from(expected));
  }
});

test('a line over a border has no step, which hard classes have, and stays between the classes', async () => {
  const spec = presetSpec('seg-loe', { width: 8, channels: 1, depth: 2 });
  const single = { ...spec, layers: spec.layers.map((layer) => ({ ...layer, selector: segment })) };
  const random = seededRandom(3);
  const parameters = Float32Array.from({ length: parameterCount(single) }, () => 0.2 * (random() - 0.5));
  const evaluator = await createEvaluator({ spec: single, parameters });
  const map = segmentationOf(8, 1, [0, 0, 0, 0, 2, 2, 2, 2]);
  const xs = centres(0, 4000, 4000).filter((x) => Math.abs(x) < 0.4);
  const ys = Float64Array.of(0);
  const along = (samples: GridSamples) => mixedOutputs(evaluator.evaluate(samples), samples.mix);
  const ofClass = (label: number) => along(gridSamples(single, segmentationOf(1, 1, [label]), xs, ys));
  const [left, right] = [ofClass(0), ofClass(2)];
  const values = along(gridSamples(single, map, xs, ys));
  const hard = classesAt(map, xs, ys);
  const hardValues = values.map((_, i) => (hard[i] === 0 ? left : right)[i] as number);
  assert.ok(largestStep(hardValues) > 50 * largestStep(values));
  for (const [i, value] of values.entries()) {
    const [a, b] = [left[i] as number, right[i] as number];
    assert.ok(value >= Math.min(a, b) - 1e-6 && value <= Math.max(a, b) + 1e-6);
  }
});

function largestStep(values: Float32Array): number {
  return Math.max(...values.subarray(1).map((value, i) => Math.abs(value - (values[i] as number))));
}

test.run();
