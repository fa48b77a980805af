/** @file Overlapping tiles against a second implementation, written from formats/loe.md, and pictures across their borders. */

import { centres } from '../../src/field/grid.ts';
import { gridSamples } from '../../src/field/grid-samples.ts';
import { initialParameters } from '../../src/field/init.ts';
import { type Mix, mixedOutputs } from '../../src/field/mix.ts';
import { presetSpec } from '../../src/field/presets.ts';
import type { RasterSegmentation } from '../../src/field/segmentation.ts';
import { type Samples, selectExpert } from '../../src/field/selectors.ts';
import type { FieldSpec, Selector } from '../../src/field/spec.ts';
import { tileChoices } from '../../src/field/tile-overlap.ts';
import { mostChoices } from '../../src/render/coordinates/cost.ts';
import { createEvaluator } from '../../src/render/coordinates/evaluator.ts';
import { assert, suite } from '../harness.ts';

const test = suite('overlapping tiles');
const CHANNELS = 2;

const tile = (frequency: number): Selector => ({ kind: 'tile', frequency });

function specOf(overlap: number, selectors: readonly Selector[]): FieldSpec {
  const layers = selectors.map((selector) => ({
    width: CHANNELS,
    selector,
    activation: { kind: 'linear' } as const,
  }));
  return { input: { kind: 'coordinates' }, layers, filters: 0, overlap };
}

const SPECS: readonly FieldSpec[] = [
  specOf(1 / 16, [{ kind: 'one' }, tile(2), tile(1), tile(2), { kind: 'segment' }]),
  specOf(1 / 2, [tile(3), { kind: 'segment' }, tile(1)]),
  specOf(5 / 64, [tile(128), tile(8), tile(4), tile(2)]),
  specOf(
    1 / 4,
    Array.from({ length: 16 }, (_, i) => tile(1 + (i % 2))),
  ),
];

/** Classes of a picture whose pixels are the positions: each has one. */
function segmentationOf(width: number, height: number): RasterSegmentation {
  const labels = Uint8Array.from({ length: width * height }, (_, i) => (i * i + (i >> 3)) & 3);
  return { kind: 'raster', width, height, thresholds: [1, 2, 3], labels };
}

/** Any number that tells the experts, the position, in binary32, and the channel. */
function outputAt(tuple: number, x: number, y: number, channel: number): number {
  return Math.fround(Math.sin(1e-5 * tuple + 3 * Math.fround(x) - 2 * Math.fround(y) + channel));
}

function outputsOf({ coordinates, tuples }: Samples): Float32Array {
  return Float32Array.from({ length: CHANNELS * tuples.length }, (_, i) => {
    const sample = Math.floor(i / CHANNELS);
    const [x, y] = coordinates.subarray(2 * sample) as unknown as [number, number];
    return outputAt(tuples[sample] as number, x, y, i % CHANNELS);
  });
}

/** Of one frequency along an axis: ⌊u⌋ mod 2 of the tiles that count. */
type Parities = readonly { readonly parity: number; readonly share: number }[];

function paritiesAt(frequency: number, overlap: number, p: number): Parities {
  const u = frequency * p;
  for (let n = 1 - frequency; n < frequency; n++) {
    if (Math.abs(u - n) >= overlap || u - n < -0.5 || u - n >= 0.5) continue;
    const t = ((u - n) / overlap + 1) / 2;
    const share = t * t * (3 - 2 * t);
    return [
      { parity: Math.abs(n - 1) % 2, share: 1 - share },
      { parity: Math.abs(n) % 2, share },
    ];
  }
  return [{ parity: Math.abs(Math.floor(u)) % 2, share: 1 }];
}

/** All ways to take one parity of each frequency, those of the last one changing fastest. */
function ways(
  frequencies: readonly number[],
  overlap: number,
  p: number,
): { parities: number[]; share: number }[] {
  const last = frequencies.at(-1);
  if (last === undefined) return [{ parities: [], share: 1 }];
  return ways(frequencies.slice(0, -1), overlap, p).flatMap(({ parities, share }) =>
    paritiesAt(last, overlap, p).map((at) => ({
      parities: [...parities, at.parity],
      share: share * at.share,
    })),
  );
}

function naiveOutputs({ layers, overlap }: FieldSpec, x: number, y: number, label: number): number[] {
  const all = layers.flatMap(({ selector }) => (selector.kind === 'tile' ? [selector.frequency] : []));
  const frequencies = all.filter((frequency, i) => all.indexOf(frequency) === i);
  const sums: (number | null)[] = Array(CHANNELS).fill(null);
  for (const down of ways(frequencies, overlap, y)) {
    for (const across of ways(frequencies, overlap, x)) {
      const tuple = layers.reduce((sum, { selector }, layer) => {
        const which = selector.kind === 'tile' ? frequencies.indexOf(selector.frequency) : -1;
        const expert =
          which < 0
            ? selectExpert(selector, x, y, label)
            : 2 * (down.parities[which] as number) + (across.parities[which] as number);
        return sum + expert * 4 ** layer;
      }, 0);
      const share = Math.fround(down.share * across.share);
      sums.forEach((sum, channel) => {
        const product = Math.fround(share * outputAt(tuple, x, y, channel));
        sums[channel] = sum === null ? product : Math.fround(sum + product);
      });
    }
  }
  return sums as number[];
}

test('samples and their mix are those of the specification, bit for bit', () => {
  for (const spec of SPECS) {
    for (const [columns, rows] of [
      [41, 30],
      [1, 64],
      [97, 1],
    ] as const) {
      const [xs, ys] = [centres(0, columns, columns), centres(0, rows, rows)];
      const segmentation = segmentationOf(columns, rows);
      const samples = gridSamples(spec, segmentation, xs, ys);
      const expected = [...ys].flatMap((y, row) =>
        [...xs].flatMap((x, column) =>
          naiveOutputs(spec, x, y, segmentation.labels[row * columns + column] as number),
        ),
      );
      assert.equal(mixedOutputs(outputsOf(samples), samples.mix), Float32Array.from(expected));
    }
  }
});

test('shares sum to 1; outside of the bands there is one sample, the one of hard tiles', () => {
  for (const spec of SPECS) {
    const [xs, ys] = [centres(0, 80, 80), centres(0, 50, 50)];
    const segmentation = segmentationOf(80, 50);
    const { coordinates, tuples, mix } = gridSamples(spec, segmentation, xs, ys);
    const { positions, shares } = mix as Mix;
    const hard = gridSamples({ ...spec, overlap: 0 }, segmentation, xs, ys);
    assert.is(hard.mix, null);
    const sums = new Float64Array(hard.tuples.length);
    positions.forEach((position, i) => {
      sums[position] = (sums[position] as number) + (shares[i] as number);
      assert.is(coordinates[2 * i], hard.coordinates[2 * position]);
      assert.is(coordinates[2 * i + 1], hard.coordinates[2 * position + 1]);
      if (shares[i] === 1) assert.is(tuples[i], hard.tuples[position]);
    });
    assert.ok(sums.every((sum) => Math.abs(sum - 1) < 1e-6));
  }
});

test('without overlap, and where no position is in a band, samples are positions', () => {
  const [spec] = SPECS as [FieldSpec];
  const far = Float64Array.of(-0.99, -0.3, 0.2, 0.999);
  const samples = gridSamples(spec, null, far, far);
  assert.equal(samples, gridSamples({ ...spec, overlap: 0 }, null, far, far));
  const outputs = outputsOf(samples);
  assert.is(mixedOutputs(outputs, samples.mix), outputs);
});

/** The largest step between neighbours, of those within `from` … `to`. */
function largestStep(values: Float32Array, xs: Float64Array, from: number, to: number): number {
  let largest = 0;
  for (let i = CHANNELS; i < values.length; i++) {
    const x = xs[Math.floor(i / CHANNELS)] as number;
    if (x < from || x > to) continue;
    largest = Math.max(largest, Math.abs((values[i] as number) - (values[i - CHANNELS] as number)));
  }
  return largest;
}

test('the picture has no step at a border, which hard tiles have', async () => {
  const preset = presetSpec('loe', { width: 12, channels: CHANNELS });
  const parameters = initialParameters(preset, 3);
  const xs = centres(0, 80_000, 80_000);
  const ys = Float64Array.of(0.003);
  const stepsWith = async (overlap: number) => {
    const spec = { ...preset, overlap };
    const samples = gridSamples(spec, null, xs, ys);
    const evaluator = await createEvaluator({ spec, parameters });
    const values = mixedOutputs(evaluator.evaluate(samples), samples.mix);
    // Borders of tiles are at −½, 0 and ½.
    return {
      atBorders: Math.max(...[-0.5, 0, 0.5].map((x) => largestStep(values, xs, x - 0.1, x + 0.1))),
      elsewhere: largestStep(values, xs, 0.1, 0.2),
    };
  };
  const [hard, smooth] = [await stepsWith(0), await stepsWith(preset.overlap)];
  assert.ok(hard.atBorders > 1000 * hard.elsewhere, JSON.stringify(hard));
  assert.ok(smooth.atBorders < 5 * smooth.elsewhere, JSON.stringify(smooth));
});

test('what a render is said to take is no less than its samples', () => {
  for (const spec of SPECS) {
    for (const count of [1, 2, 3, 7, 33, 64, 255, 1000, 4001]) {
      const positions = centres(0, count, count);
      const choices = tileChoices(spec, 'x', positions).map(({ length }) => length);
      for (const length of new Set([1, 2, 5, 31, count >> 2, count >> 1, count])) {
        if (length < 1 || length > count) continue;
        let most = 0;
        let sum = 0;
        for (let i = 0; i < count; i++) {
          sum += (choices[i] as number) - (choices[i - length] ?? 0);
          if (i >= length - 1) most = Math.max(most, sum);
        }
        const said = mostChoices(spec, length, count);
        assert.ok(said >= most, `${length} of ${count}: ${said} for ${most}`);
        if (length === count && count >= 1000) assert.ok(said <= 2 * most, `${count}: ${said} for ${most}`);
      }
    }
  }
});

test.run();
