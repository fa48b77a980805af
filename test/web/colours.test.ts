/** @file Colours of pictures in those of canvases, beside Little CMS, which sharp holds. */

import sharp from 'sharp';
import { encode } from '../../src/encode.ts';
import { compactProfile } from '../../src/image/icc/compact.ts';
import { formulaData, gammaFormula } from '../../src/image/icc/curve.ts';
import { iccpData } from '../../src/image/icc/iccp.ts';
import {
  ADOBE_RGB,
  BT709_CURVE,
  BT2020,
  DISPLAY_P3,
  FROM_D65,
  PROPHOTO_RGB,
  ROMM_CURVE,
  SRGB,
  SRGB_CURVE,
} from '../../src/image/icc/known.ts';
import { IDENTITY } from '../../src/image/icc/profile.ts';
import { writePng } from '../../src/image/png/write.ts';
import type { Chunk, Raster } from '../../src/image/raster.ts';
import { colorantsOf } from '../../src/web/colours/chromaticities.ts';
import { converterTo } from '../../src/web/colours/colour-conversion.ts';
import { smallestSpace } from '../../src/web/colours/picture-colours.ts';
import { assert, skipped, suite } from '../harness.ts';
import { openBrowser, openPage, serve } from './browser.ts';

const test = suite('web: colours');

const PROFILES = {
  'Display P3': { colorants: DISPLAY_P3, curve: SRGB_CURVE, adaptation: FROM_D65 },
  'Adobe RGB': { colorants: ADOBE_RGB, curve: gammaFormula(563 / 256), adaptation: FROM_D65 },
  'ProPhoto RGB': { colorants: PROPHOTO_RGB, curve: ROMM_CURVE, adaptation: IDENTITY },
  'BT.2020': { colorants: BT2020, curve: BT709_CURVE, adaptation: FROM_D65 },
  'grey of gamma 1.8': { colorants: [], curve: gammaFormula(1.8), adaptation: FROM_D65 },
};

function chunkOf({ colorants, curve, adaptation }: (typeof PROFILES)['Display P3' | 'BT.2020']): Chunk {
  const curves = [formulaData(curve)];
  return { type: 'iCCP', data: iccpData(compactProfile({ intent: 1, colorants, adaptation, curves })) };
}

/** Every 15th level of each channel with every other; of grey all levels. */
function chart(channels: 1 | 3, depth: 8 | 16, colour: Chunk): Raster {
  const levels = Array.from({ length: 18 }, (_, i) => 15 * i);
  const values =
    channels === 1
      ? Array.from({ length: 256 }, (_, i) => i)
      : levels.flatMap((r) => levels.flatMap((g) => levels.flatMap((b) => [r, g, b])));
  const data = depth === 8 ? Uint8Array.from(values) : Uint16Array.from(values, (value) => 257 * value);
  const width = values.length / channels;
  return { width, height: 1, channels, depth, data, colour: [colour], metadata: [] };
}

/** Ours, and where samples are as they are those. */
function converted(raster: Raster, target: 'srgb' | 'display-p3'): number[] {
  const { width, depth, data, channels } = raster;
  const pixels = new Uint8ClampedArray(4 * width);
  const convert = converterTo(target, raster);
  if (!convert) return Array.from(data, (sample) => (depth === 8 ? sample : sample / 257));
  convert(data, pixels, 0, width);
  return [...pixels].filter((_, i) => i % 4 < channels);
}

async function byLittleCms(raster: Raster): Promise<number[]> {
  const { data, info } = await sharp(await pngOf(raster))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data].filter((_, i) => i % info.channels < raster.channels);
}

async function pngOf(raster: Raster): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of writePng(raster)) parts.push(part);
  return Buffer.concat(parts);
}

const farthest = (one: readonly number[], other: readonly number[]): number =>
  Math.max(...one.map((level, i) => Math.abs(level - (other[i] as number))));

for (const [name, profile] of Object.entries(PROFILES)) {
  const channels = profile.colorants.length > 0 ? 3 : 1;
  test(`${name} in sRGB is within a level of Little CMS, of 16 bits too`, async () => {
    const raster = chart(channels, 8, chunkOf(profile as never));
    const ours = converted(raster, 'srgb');
    assert.ok(farthest(ours, await byLittleCms(raster)) <= 1);
    assert.equal(converted(chart(channels, 16, chunkOf(profile as never)), 'srgb'), ours);
  });
}

test('colours beyond sRGB are for a canvas of Display P3', () => {
  const spaces = Object.values(PROFILES).map((profile) => smallestSpace([chunkOf(profile as never)]));
  assert.equal(spaces, ['display-p3', 'display-p3', 'display-p3', 'display-p3', 'srgb']);
  assert.is(smallestSpace([{ type: 'cICP', data: Uint8Array.of(12, 13, 0, 1) }]), 'display-p3');
  assert.is(smallestSpace([{ type: 'sRGB', data: Uint8Array.of(0) }]), 'srgb');
});

test('primaries by chromaticities are those that profiles of the space have', () => {
  const d65 = [0.3127, 0.329];
  const near = (one: readonly number[], other: readonly number[]): void =>
    assert.ok(
      one.every((value, i) => Math.abs(value - (other[i] as number)) < 70),
      one.join(),
    );
  near(colorantsOf([...d65, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06]) as number[], SRGB);
  near(colorantsOf([...d65, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06]) as number[], DISPLAY_P3);
  near(
    colorantsOf([0.3457, 0.3585, 0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001]) as number[],
    PROPHOTO_RGB,
  );
  assert.is(colorantsOf([0, 0, 0, 0, 0, 0, 0, 0]), null);
});

/** A flat picture whose colours no sRGB canvas has. */
const VIVID: Raster = {
  width: 4,
  height: 1,
  channels: 3,
  depth: 8,
  data: Uint8Array.of(0, 255, 0, 255, 0, 0, 250, 200, 10, 90, 90, 90),
  colour: [chunkOf(PROFILES['Display P3'])],
  metadata: [],
};

const browser = await openBrowser();
if (browser) {
  const { file } = await encode(VIVID, { preset: 'flat' });
  const server = await serve((path) => ({ body: path === '/a.loe' ? file : '<!doctype html>' }));
  const page = await openPage(browser, server.origin);

  test('colours of Display P3 come through bitmaps and PNG files, and are converted for sRGB', async () => {
    const drawn = await page.evaluate(async () => {
      const web = '/loec/web.js';
      const { decodeToBitmap, decodeToBlob, decodeToImageData, openPicture } = await import(web);
      const picture = await openPicture(await fetch('/a.loe'));
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const context = canvas.getContext('2d', { colorSpace: picture.colorSpace });
      const drawn = (bitmap: ImageBitmap): number[] => {
        context?.drawImage(bitmap, 0, 0);
        return [...(context?.getImageData(0, 0, bitmap.width, 1).data ?? [])];
      };
      const png = await decodeToBlob(await fetch('/a.loe'));
      return {
        space: picture.colorSpace,
        bitmap: drawn(await decodeToBitmap(await fetch('/a.loe'))),
        png: drawn(await createImageBitmap(png)),
        srgb: [...(await decodeToImageData(await fetch('/a.loe'), { colorSpace: 'srgb' })).data],
      };
    });
    const opaque = (samples: readonly number[]): number[] =>
      samples.flatMap((sample, i) => (i % 3 === 2 ? [sample, 255] : [sample]));
    assert.is(drawn.space, 'display-p3');
    assert.equal(drawn.bitmap, opaque([...VIVID.data]));
    assert.ok(farthest(drawn.png, drawn.bitmap) <= 1, drawn.png.join());
    assert.equal(drawn.srgb, opaque(converted(VIVID, 'srgb')));
  });

  test.after(async () => {
    await browser.close();
    await server.close();
  });
} else {
  skipped('web: colours in a page', 'there is no Chromium at /usr/bin/chromium');
}

test.run();
