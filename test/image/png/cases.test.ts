/** @file The PNGs of ../shared/cases, which people reported with other tools. */

import { existsSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import type { LoecError } from '../../../src/errors.ts';
import { readPng } from '../../../src/image/png/read.ts';
import { assert, skipped, suite } from '../../harness.ts';

const test = suite('png cases');
const CASES = new URL('../../../../shared/cases/', import.meta.url);
const fileOf = (name: string): Buffer => readFileSync(new URL(`${name}.png`, CASES));

/** Name, what is kept for display, and what is said. */
const READ: readonly (readonly [string, string, RegExp?])[] = [
  ['plain', ''],
  ['trail1', '', /^left out: 1 byte behind IEND$/],
  ['trail512', '', /^left out: 512 bytes behind IEND$/],
  ['idat_junk', '', /4 surplus bytes behind the zlib stream/],
  ['extra_byte', '', /1 surplus byte of pixel data/],
  ['extra_rows', '', /145 surplus bytes of pixel data/],
  ['anim', '', /1 of 2 frames/],
  ['dpi300', 'pHYs'],
  ['hdr', 'cICP,mDCV,cLLI'],
  ['sbit12', 'sBIT'],
  ['late_exif', ''],
  ['private', ''],
  ['small_window', ''],
  ['icc_p3', 'iCCP,pHYs'],
  ['orient6', '', /turned upright/],
  ['twoiccp', 'iCCP', /"iCCP" .* the first one counts/],
];

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['cgbi', /Apple's .* \(CgBI\)/],
  ['jpeg_named', /expected a PNG picture, this is a JPEG file/],
  ['hostile/two-ihdr-max', /"IHDR" at offset 33 is a second header/],
  ['hostile/two-ihdr-8k', /"IHDR" at offset 33 is a second header/],
];

if (existsSync(CASES)) {
  for (const [name, colour, note] of READ) {
    test(name, async () => {
      const { raster, notes } = await readPng(fileOf(name));
      assert.is(raster.colour.map(({ type }) => type).join(), colour);
      assert.is(notes.length, note ? 1 : 0);
      if (note) assert.match(notes[0]?.text ?? '', note);
    });
  }

  for (const [name, message] of REFUSED) {
    test(name, async () => {
      const error: LoecError = await readPng(fileOf(name)).then(
        () => assert.unreachable(),
        (thrown) => thrown,
      );
      assert.is(error.code, 'E_INPUT');
      assert.match(error.message, message);
    });
  }

  test('those of one picture have its pixels', async () => {
    const { data } = (await readPng(fileOf('plain'))).raster;
    for (const name of [
      'trail1',
      'trail512',
      'idat_junk',
      'extra_byte',
      'extra_rows',
      'anim',
      'twoiccp',
      'late_exif',
    ]) {
      assert.equal((await readPng(fileOf(name))).raster.data, data, name);
    }
    const upright = await sharp(fileOf('orient6')).rotate().raw().toBuffer();
    assert.equal([...(await readPng(fileOf('orient6'))).raster.data], [...upright]);
  });

  test('134 megapixels of 1 bit in memory of their size', async () => {
    const before = process.memoryUsage().rss;
    const { raster } = await readPng(fileOf('hostile/bomb-1bit-11585'));
    assert.is(raster.data.length, 11585 ** 2);
    assert.ok(process.memoryUsage().rss - before < raster.data.length + 2 ** 26);
  });
} else skipped('the PNGs of cases', 'they are not here');

test.run();
