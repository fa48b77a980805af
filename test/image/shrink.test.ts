import { shrinkBox } from '../../src/image/shrink.ts';
import { assert, suite } from '../harness.ts';
import { noiseRaster, rasterOf } from './rasters.ts';

const test = suite('shrinking by a whole factor');

test('a plane keeps its slope, and its mean, in all channels and both depths', () => {
  for (const depth of [8, 16] as const) {
    const { width, height, data } = shrinkBox(
      rasterOf(12, 8, 4, depth, (x, y, c) => (4 * x + 2 * y + 10 * c) / 255),
      4,
    );
    const unit = depth === 8 ? 1 : 257;
    assert.equal([width, height], [3, 2]);
    for (let i = 0; i < data.length; i++) {
      const [x, y, c] = [Math.floor(i / 4) % 3, Math.floor(i / 12), i % 4];
      assert.is(data[i], unit * (4 * (4 * x + 1.5) + 2 * (4 * y + 1.5) + 10 * c));
    }
  }
});

test('at the right and lower edge a pixel is the mean of those that are there', () => {
  const raster = noiseRaster(5, 3, 1, 8);
  const { width, height, data } = shrinkBox(raster, 2);
  const at = (x: number, y: number): number => raster.data[5 * y + x] as number;
  assert.equal([width, height], [3, 2]);
  assert.is(data[2], Math.round((at(4, 0) + at(4, 1)) / 2));
  assert.is(data[4], Math.round((at(2, 2) + at(3, 2)) / 2));
  assert.is(data[5], at(4, 2));
});

test('a picture of one pixel stays', () => {
  const raster = noiseRaster(1, 1, 3, 8);
  assert.equal(shrinkBox(raster, 2), raster);
});

test.run();
