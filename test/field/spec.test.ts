import { centre } from '../../src/field/grid.ts';
import { initialParameters } from '../../src/field/init.ts';
import { presetSpec } from '../../src/field/presets.ts';
import { seededRandom } from '../../src/field/random.ts';
import { expertOf, type Samples, selectExpert, selectTuple } from '../../src/field/selectors.ts';
import {
  type LayerSpec,
  multiplyAdds,
  parameterCount,
  type Selector,
  tensorsOf,
} from '../../src/field/spec.ts';
import { assert, suite } from '../harness.ts';

const test = suite('field');

const describe = (selector: Selector): string =>
  selector.kind === 'tile' ? String(selector.frequency) : selector.kind;
const selectorsOf = (...args: Parameters<typeof presetSpec>): string =>
  presetSpec(...args)
    .layers.map(({ selector }) => describe(selector))
    .join(' ');

test('presets are the systems of the paper', () => {
  const options = { width: 256, channels: 3 };
  assert.is(selectorsOf('siren', options), 'one one one one');
  assert.is(selectorsOf('loe-ftc', options), '128 8 4 2');
  assert.is(selectorsOf('loe-qt', options), '2 4 8 128');
  assert.is(selectorsOf('seg-loe', options), '128 8 4 segment');
  assert.is(selectorsOf('seg-loe', { ...options, segmentLayer: 3 }), '128 8 segment 2');
  assert.is(selectorsOf('seg-loe', { ...options, segmentLayer: 2 }), '128 segment 4 2');
  assert.is(selectorsOf('seg-loe', { ...options, segmentLayer: 1 }), 'segment 128 4 2');
});

test('loe: a whole first layer, coarse tiles, the segmentation', () => {
  const options = { width: 16, channels: 3 };
  assert.is(selectorsOf('loe', options), 'one 2 1 2 1 1 segment');
  assert.is(selectorsOf('loe', { ...options, segmentLayer: 3 }), 'one 2 segment 2 1 1 1');
  assert.is(selectorsOf('loe', { ...options, depth: 2 }), 'one segment');
});

test('without a segmentation the last layer has one expert, and all else is alike', () => {
  const options = { width: 16, channels: 3, segmentLayer: 0 };
  assert.is(selectorsOf('loe', options), 'one 2 1 2 1 1 one');
  assert.is(selectorsOf('seg-loe', options), '128 8 4 one');
  const [segmented, plain] = [presetSpec('loe', { width: 16, channels: 3 }), presetSpec('loe', options)];
  assert.equal({ ...plain, layers: plain.layers.with(-1, segmented.layers.at(-1) as LayerSpec) }, segmented);
});

test('parameters and multiply-adds of the plain SIREN of width 256', () => {
  const spec = presetSpec('siren', { width: 256, channels: 3 });
  assert.is(parameterCount(spec), 2 * 256 + 256 + 2 * (256 * 256 + 256) + 256 * 3 + 3);
  assert.is(multiplyAdds(tensorsOf(spec)), 2 * 256 + 2 * 256 * 256 + 256 * 3);
});

test('tensors cover the parameter vector without gaps', () => {
  const spec = presetSpec('seg-loe', { width: 9, channels: 4, depth: 6 });
  let next = 0;
  for (const { offset, length, experts, rows, columns } of tensorsOf(spec)) {
    assert.is(offset, next);
    assert.is(length, experts * rows * columns);
    next += length;
  }
  assert.is(next, parameterCount(spec));
});

test('eq. 4: A = 128 cuts 768×512 into tiles of 3×2 pixels, A = 2 into 192×128', () => {
  for (const [frequency, tileWidth, tileHeight] of [
    [128, 3, 2],
    [2, 192, 128],
  ] as const) {
    for (let i = 0; i < 768; i++) {
      const row = (i * 5) % 512;
      const expert = selectExpert({ kind: 'tile', frequency }, centre(i, 768), centre(row, 512), 0);
      assert.is(expert, 2 * (Math.floor(row / tileHeight) % 2) + (Math.floor(i / tileWidth) % 2));
    }
  }
});

test('tiles left of and above the centre count on without a gap', () => {
  const tile: Selector = { kind: 'tile', frequency: 4 };
  const experts = [-0.3, -0.2, 0.1, 0.3].map((x) => selectExpert(tile, x, -0.01, 0));
  assert.equal(experts, [2 + 0, 2 + 1, 2 + 0, 2 + 1]);
});

test('a tuple holds the expert of each layer', () => {
  const spec = presetSpec('seg-loe', { width: 2, channels: 1 });
  const [x, y, label] = [0.31, -0.77, 3];
  const tuple = selectTuple(spec, x, y, label);
  for (const [layer, { selector }] of spec.layers.entries()) {
    assert.is(expertOf(tuple, layer), selectExpert(selector, x, y, label));
  }
});

test('a tuple of sixteen layers is unsigned', () => {
  const layers = Array.from({ length: 16 }, () => ({
    width: 1,
    selector: { kind: 'segment' } as const,
    activation: { kind: 'linear' } as const,
  }));
  const samples: Samples = { coordinates: new Float32Array(2), tuples: Uint32Array.of(0) };
  samples.tuples[0] = selectTuple(
    { input: { kind: 'coordinates' }, layers, filters: 0, overlap: 0 },
    0,
    0,
    3,
  );
  assert.is(samples.tuples[0], 2 ** 32 - 1);
});

test('the start is SIREN’s: bounds per layer, the same for a seed, different per expert', () => {
  const spec = presetSpec('loe-ftc', { width: 64, channels: 3 });
  const parameters = initialParameters(spec, 5);
  const bounds = [1 / 2, 1 / Math.sqrt(2), Math.sqrt(6 / 64) / 30, 1 / 8, Math.sqrt(6 / 64) / 30, 1 / 8];
  for (const [i, bound] of bounds.entries()) {
    const tensor = tensorsOf(spec)[i];
    if (!tensor) throw new Error('tensor missing');
    const values = parameters.subarray(tensor.offset, tensor.offset + tensor.length);
    const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    assert.ok(largest <= bound && largest > 0.95 * bound, `${i}: ${largest} of ${bound}`);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(Math.abs(mean) < (4 * bound) / Math.sqrt(3 * values.length));
  }
  assert.equal(initialParameters(spec, 5), parameters);
  assert.not.equal(initialParameters(spec, 6), parameters);
  assert.not.equal(parameters.slice(0, 128), parameters.slice(128, 256));
});

test('random numbers are uniform, and seeds tell', () => {
  const random = seededRandom(1);
  const bins = new Array(16).fill(0);
  for (let i = 0; i < 16000; i++) bins[Math.floor(16 * random())]++;
  const chiSquare = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  // 15 degrees of freedom: 99.99 % lie below 44.3.
  assert.ok(chiSquare < 44.3, String(chiSquare));
  assert.not.equal(seededRandom(1)(), seededRandom(2)());
});

test.run();
