/** @file EXIF's orientations, as sharp turns pictures by them. */

import sharp from 'sharp';
import { seededRandom } from '../../../src/field/random.ts';
import { orientationOf, withoutOrientation } from '../../../src/image/png/exif.ts';
import { readPng } from '../../../src/image/png/read.ts';
import { assert, suite } from '../../harness.ts';
import { buildPng, exifOf, partsOf } from './build.ts';

const test = suite('png orientation');

const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8];
const PHYS = ['pHYs', Uint8Array.of(0, 0, 0, 9, 0, 0, 0, 5, 1)] as const;

test('all eight, plain and interlaced, before and behind the pixels, in both orders of bytes', async () => {
  for (const orientation of ORIENTATIONS) {
    for (const interlaced of [false, true]) {
      const exif = ['eXIf', exifOf(orientation, interlaced)] as const;
      const parts = { ...partsOf(2, 8, 7, 5), interlaced };
      const bytes = buildPng({ ...parts, before: [PHYS, exif] });
      const late = buildPng({ ...parts, before: [PHYS], after: [exif] });
      const { raster, notes } = await readPng(bytes);
      assert.equal((await readPng(late)).raster, raster);
      const { data, info } = await sharp(bytes).rotate().raw().toBuffer({ resolveWithObject: true });
      assert.equal([raster.width, raster.height], [info.width, info.height]);
      assert.equal([...raster.data], [...data], `orientation ${orientation}`);
      const swapped = orientation > 4;
      assert.equal(
        [...(raster.colour[0]?.data ?? [])],
        [0, 0, 0, swapped ? 5 : 9, 0, 0, 0, swapped ? 9 : 5, 1],
      );
      assert.is(notes.length, orientation === 1 ? 0 : 1);
    }
  }
});

test('16 bits, alpha and bits are turned too', async () => {
  for (const [colourType, bitDepth] of [
    [6, 16],
    [0, 1],
    [4, 8],
  ] as const) {
    const parts = partsOf(colourType, bitDepth, 11, 6);
    const { raster: stored } = await readPng(buildPng(parts));
    const { raster } = await readPng(buildPng({ ...parts, before: [['eXIf', exifOf(6, true)]] }));
    assert.equal([raster.width, raster.height], [6, 11]);
    // A quarter turn to the right: the first column, read upward, becomes the first row.
    const pixel = (x: number, y: number) => [
      ...stored.data.subarray((y * 11 + x) * stored.channels, (y * 11 + x + 1) * stored.channels),
    ];
    assert.equal(
      [...raster.data.subarray(0, 6 * raster.channels)],
      [5, 4, 3, 2, 1, 0].flatMap((y) => pixel(0, y)),
    );
  }
});

test('EXIF that is kept says nothing of the orientation any more; all else stays', async () => {
  for (const isLittleEndian of [false, true]) {
    const bytes = buildPng({ ...partsOf(2, 8), before: [['eXIf', exifOf(6, isLittleEndian, true)]] });
    const kept = (await readPng(bytes, { metadata: true })).raster.metadata[0]?.data ?? new Uint8Array(0);
    assert.is(orientationOf(kept), 1);
    const metadata = await sharp(buildPng({ ...partsOf(2, 8), before: [['eXIf', kept]] })).metadata();
    assert.is(metadata.orientation, undefined);
    const value = new DataView(kept.buffer).getUint16(18, isLittleEndian);
    assert.equal([kept.length, value], [50, 48]);
  }
  const only = buildPng({ ...partsOf(2, 8), before: [['eXIf', exifOf(6, true)]] });
  assert.equal((await readPng(only, { metadata: true })).raster.metadata, []);
  assert.equal((await readPng(only)).dropped, []);
});

test('without `orient` all is as stored, and that is said', async () => {
  const exif = exifOf(6, true);
  const parts = partsOf(2, 8);
  const bytes = buildPng({ ...parts, before: [['eXIf', exif]] });
  const { raster, notes } = await readPng(bytes, { orient: false, metadata: true });
  assert.equal({ ...raster, metadata: [] }, (await readPng(buildPng(parts))).raster);
  assert.equal(raster.metadata, [{ type: 'eXIf', data: exif }]);
  assert.equal(notes, [{ text: 'the picture was not turned upright: EXIF orientation 6', isMinor: false }]);
});

test('EXIF of any bytes never fails', () => {
  const random = seededRandom(7);
  for (let i = 0; i < 20_000; i++) {
    const exif = Uint8Array.from(exifOf(1 + (i % 8), i % 2 === 0, true));
    for (let k = 0; k < 4; k++) exif[Math.floor(random() * exif.length)] = Math.floor(random() * 256);
    const cut = exif.subarray(0, Math.floor(random() * (exif.length + 1)));
    assert.ok(orientationOf(cut) >= 1 && orientationOf(cut) <= 8);
    const rest = withoutOrientation(cut);
    assert.is(orientationOf(rest ?? new Uint8Array(0)), 1);
  }
});

test.run();
