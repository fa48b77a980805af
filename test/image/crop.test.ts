import { cropRaster } from '../../src/image/crop.ts';
import { assert, suite } from '../harness.ts';
import { rasterOf } from './rasters.ts';

const test = suite('crop');

test('each pixel is that of its place, all channels, both depths', () => {
  for (const depth of [8, 16] as const) {
    const raster = rasterOf(7, 5, 3, depth, (x, y, c) => (x + 7 * y + 35 * c) / 105);
    const { width, height, data } = cropRaster(raster, 2, 1, 4, 3);
    assert.equal([width, height, data.length], [4, 3, 36]);
    for (let i = 0; i < data.length; i++) {
      const [x, y, c] = [Math.floor(i / 3) % 4, Math.floor(i / 12), i % 3];
      assert.is(data[i], raster.data[((y + 1) * 7 + x + 2) * 3 + c]);
    }
  }
});

test('a crop beyond the raster is our own fault', () => {
  const raster = rasterOf(4, 4, 1, 8, () => 0);
  assert.throws(() => cropRaster(raster, 2, 0, 3, 1), /^internal:|internal:/);
});

test.run();
