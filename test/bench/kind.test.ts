import { atDepth, depthWithin } from '../../src/bench/kind.ts';
import { assert, suite } from '../harness.ts';
import { noiseRaster } from '../image/rasters.ts';

const test = suite('bench kinds');

test('16 bits are rounded to the nearest of 8, and 8 bits come back as they were', () => {
  const deep = noiseRaster(50, 40, 3, 16);
  const rounded = atDepth(deep, 8);
  assert.instance(rounded.data, Uint8Array);
  for (const [i, sample] of deep.data.entries()) {
    assert.ok(Math.abs((rounded.data[i] as number) - (255 * sample) / 65535) <= 0.5);
  }
  const shallow = noiseRaster(50, 40, 3, 8);
  assert.equal(atDepth(atDepth(shallow, 16), 8).data, shallow.data);
  assert.is(Math.max(...atDepth({ ...shallow, data: Uint8Array.of(255, 0) }, 16).data), 65535);
});

test('a codec gets the bits that the picture has, as far as it holds them', () => {
  const depths = [8, 16] as const;
  const all = depths.flatMap((held) => depths.map((depth) => depthWithin({ depth: held }, { depth })));
  assert.equal(all, [8, 8, 8, 16]);
});

test.run();
