import { lumaOf } from '../../src/image/colour.ts';
import type { ChannelCount, Raster } from '../../src/image/raster.ts';
import { assert, suite } from '../harness.ts';
import { noiseRaster } from './rasters.ts';

const test = suite('colour');

function pixel(channels: ChannelCount, ...data: number[]): Raster {
  const pixels = data.length / channels;
  return {
    width: pixels,
    height: 1,
    channels,
    depth: 8,
    data: Uint8Array.from(data),
    colour: [],
    metadata: [],
  };
}

test('BT.601 luma of the primaries, as printed in the colour bar tables', () => {
  const bars = [
    255, 255, 255, 255, 255, 0, 0, 255, 255, 0, 255, 0, 255, 0, 255, 255, 0, 0, 0, 0, 255, 0, 0, 0,
  ];
  assert.equal([...lumaOf(pixel(3, ...bars))], [255, 226, 179, 150, 105, 76, 29, 0]);
});

test('greys are their own luma, alpha is ignored', () => {
  const greys = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.equal(lumaOf(pixel(1, ...greys)), greys);
  assert.equal(lumaOf(pixel(2, ...Array.from(greys, (grey) => [grey, 255 - grey]).flat())), greys);
  assert.equal(lumaOf(pixel(4, ...Array.from(greys, (grey) => [grey, grey, grey, 9]).flat())), greys);
});

test('16 bits: the luma of the nearest 8-bit picture', () => {
  const raster = noiseRaster(40, 25, 3, 16);
  const narrow = {
    ...raster,
    depth: 8,
    data: Uint8Array.from(raster.data, (s) => Math.round(s / 257)),
  } as const;
  assert.equal(lumaOf(raster), lumaOf(narrow));
});

test.run();
