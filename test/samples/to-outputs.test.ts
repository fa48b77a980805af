/** @file What mapping a picture gets, and what its field is fitted to. */

import { withoutHiddenColour } from '../../src/image/hidden-colour.ts';
import { peakOf, type Raster } from '../../src/image/raster.ts';
import { samplesToValues } from '../../src/image/values.ts';
import { inpaint } from '../../src/samples/inpaint.ts';
import { rangeGain, type SampleMapping } from '../../src/samples/mapping.ts';
import { mapPicture, targetOfDecoded } from '../../src/samples/to-outputs.ts';
import { mappedSamples, premultipliedValues } from '../../src/samples/to-samples.ts';
import { assert, suite } from '../harness.ts';
import { noiseRaster, rasterOf } from '../image/rasters.ts';

const test = suite('from samples to outputs');

/** With another alpha, of the peak. */
function withAlpha(raster: Raster, alphaAt: (i: number) => number): Raster {
  const { channels, depth } = raster;
  const data = raster.data.map((sample, i) =>
    i % channels === channels - 1 ? Math.round(alphaAt(Math.floor(i / channels)) * peakOf(depth)) : sample,
  );
  return { ...raster, data };
}

function mappingOf(raster: Raster): SampleMapping {
  return mapPicture(raster).samples;
}

test('an ordinary picture is its own target', () => {
  for (const channels of [1, 3] as const) {
    const raster = noiseRaster(9, 7, channels, 8);
    const { picture, target, alpha, samples } = mapPicture(raster);
    assert.ok(picture === raster && target === raster && alpha === null);
    assert.equal(samples, { colours: channels, low: 0, high: 255, alpha: { kind: 'none' } });
  }
});

test('equal red, green and blue are one colour; one sample that differs makes three', () => {
  const grey = rasterOf(8, 8, 3, 8, (x, y) => (x + y) / 14);
  const { samples, target } = mapPicture(grey);
  assert.is(samples.colours, 1);
  assert.equal([target.channels, target.data.length, target.data[9]], [1, 64, grey.data[27]]);
  const data = grey.data.slice();
  data[100] = (data[100] as number) ^ 1;
  assert.is(mappingOf({ ...grey, data }).colours, 3);
});

test('16 bits have the range of the colours that are seen, 8 bits all of it', () => {
  const heights = rasterOf(10, 10, 1, 16, (x, y) => (500 + 30 * x + 3 * y) / 65535);
  const { samples, target } = mapPicture(heights);
  assert.equal([samples.low, samples.high], [500, 500 + 297]);
  assert.equal([Math.min(...target.data), Math.max(...target.data)], [0, 65535]);
  assert.equal(
    [mappingOf(rasterOf(4, 4, 1, 8, () => 0.5)).low, mappingOf(noiseRaster(3, 3, 1, 8)).high],
    [0, 255],
  );
  const hidden = withAlpha(noiseRaster(9, 9, 4, 16), (i) => Number(i === 40));
  const { low, high } = mappingOf(hidden);
  const seen = [...hidden.data.subarray(160, 163)];
  assert.equal([low, high], [Math.min(...seen), Math.max(...seen)]);
  assert.ok(Math.abs(rangeGain(samples, 16) - 20 * Math.log10(65535 / 297)) < 1e-9);
  assert.is(rangeGain(mappingOf(rasterOf(2, 2, 3, 8, () => 0.1)), 8), 0);
});

test('alpha is a constant, a mask, or an output with the classes that occur', () => {
  const noise = noiseRaster(6, 5, 4, 8);
  const kindOf = (alphaAt: (i: number) => number): [string, number[] | null] => {
    const { samples, alpha } = mapPicture(withAlpha(noise, alphaAt));
    return [samples.alpha.kind, alpha && [...new Set(alpha.labels)].toSorted()];
  };
  assert.equal(
    kindOf(() => 1),
    ['constant', null],
  );
  assert.equal(
    kindOf(() => 0),
    ['constant', null],
  );
  assert.equal(
    kindOf(() => 0.5),
    ['constant', null],
  );
  assert.equal(
    kindOf((i) => i % 2),
    ['mask', [0, 1]],
  );
  assert.equal(
    kindOf((i) => Number(i === 7)),
    ['mask', [0, 1]],
  );
  assert.equal(
    kindOf((i) => 0.5 * (i % 2)),
    ['output', [0, 2]],
  );
  assert.equal(
    kindOf((i) => 1 - 0.5 * (i % 2)),
    ['output', [1, 2]],
  );
  assert.equal(
    kindOf((i) => (i % 3) / 2),
    ['output', [0, 1, 2]],
  );
  assert.equal(
    kindOf((i) => 0.2 + 0.02 * i),
    ['output', null],
  );
});

test('colours under alpha 0 make no difference', () => {
  const mask = (i: number) => Number(i % 3 > 0);
  const clean = withoutHiddenColour(withAlpha(noiseRaster(12, 9, 4, 8), mask));
  const noisy = {
    ...clean,
    data: clean.data.map((sample, i) => (mask(Math.floor(i / 4)) || i % 4 === 3 ? sample : (37 * i) % 251)),
  };
  assert.not.equal(noisy.data, clean.data);
  assert.equal(mapPicture(noisy), mapPicture(clean));
  assert.is(withoutHiddenColour(clean), clean);
  const opaque = noiseRaster(4, 4, 3, 8);
  assert.is(withoutHiddenColour(opaque), opaque);
});

test('premultiplied colours are at 16 bits, from the mean of what is seen as far as it goes', () => {
  const baseOf = ({ alpha }: SampleMapping) => (alpha.kind === 'output' ? alpha.base : []);
  const noise = withAlpha(noiseRaster(8, 6, 4, 8), (i) => (i % 6) / 5);
  const flat = rasterOf(8, 6, 4, 8, (x, _y, c) => (c === 3 ? x / 7 : (20 + 100 * c) / 255));
  assert.equal(baseOf(mappingOf(flat)), [20, 120, 220]);
  // Of black and white, both opaque, no other base is in reach.
  const extremes = rasterOf(8, 6, 2, 8, (x, _y, c) => (c === 0 ? Number(x === 0) : Math.min(1, 1.3 - x / 7)));
  assert.ok(Math.abs((baseOf(mappingOf(extremes))[0] as number) - 127.5) < 1);
  for (const raster of [noise, flat]) {
    const { target, picture, samples } = mapPicture(raster);
    const base = baseOf(samples);
    assert.is(target.depth, 16);
    for (let at = 0; at < target.data.length; at++) {
      const alpha = (picture.data[at - (at % 4) + 3] as number) / 255;
      const distance = ((picture.data[at] as number) - (base[at % 4] ?? 0)) / 255;
      const expected = at % 4 === 3 ? alpha : 0.5 + alpha * distance;
      assert.ok(Math.abs((target.data[at] as number) / 65535 - expected) < 0.002, `${at}`);
    }
  }
});

test('a target is what decoding makes the picture of', () => {
  const masks = [
    () => 1,
    () => 0.3,
    (i: number) => i % 2,
    (i: number) => (i % 7) / 6,
    (i: number) => (1 + (i % 3)) / 5,
  ];
  for (const channels of [2, 4] as const) {
    for (const depth of [8, 16] as const) {
      for (const alphaAt of masks) {
        const raster = withAlpha(noiseRaster(11, 8, channels, depth), alphaAt);
        const mapped = mapPicture(raster);
        const { samples, alpha, picture, target } = mapped;
        const values = premultipliedValues(samplesToValues(target), alpha?.labels ?? null, samples, depth);
        const data = mappedSamples(values, samples, picture);
        // Premultiplied 16 bits hold 16 bits of colour less well the lower alpha is.
        const bound = depth === 16 && samples.alpha.kind === 'output' ? 6 : 0;
        for (const [i, sample] of data.entries()) {
          assert.ok(Math.abs(sample - (picture.data[i] as number)) <= bound, `${channels} ${depth} ${i}`);
        }
        assert.equal(targetOfDecoded(mapped, picture).data, target.data);
      }
    }
  }
});

test('what is unknown is inpainted: constants and ramps as they are, between the known ones, the rest untouched', () => {
  const size = { width: 37, height: 22 };
  const known = Uint8Array.from({ length: 37 * 22 }, (_, i) =>
    Number(Math.hypot((i % 37) - 17, i / 37 - 11) > 6),
  );
  const ramp = Float32Array.from(known, (_, i) => 3 * (i % 37) + Math.floor(i / 37));
  const filled = ramp.map((value, i) => (known[i] === 1 ? value : -1000));
  inpaint(filled, known, size);
  for (const [i, value] of filled.entries()) {
    if (known[i] === 1) assert.is(value, ramp[i]);
    else assert.ok(Math.abs(value - (ramp[i] as number)) < 4, `${i}: ${value}, ${ramp[i]}`);
  }
  const flat = new Float32Array(known.length).map((_, i) => (known[i] === 1 ? 5 : 0));
  inpaint(flat, known, size);
  assert.ok(flat.every((value) => Math.abs(value - 5) < 1e-4));
  const one = new Float32Array(known.length);
  one[100] = 7;
  inpaint(
    one,
    known.map((_, i) => Number(i === 100)),
    size,
  );
  assert.ok(one.every((value) => value === 7));
});

test.run();
