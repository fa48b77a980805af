/** @file Damaged PNGs of many kinds: which are refused, which are read all the same, and what is said. */

import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { LoecError } from '../../../src/errors.ts';
import { readPng } from '../../../src/image/png/read.ts';
import { assert, suite } from '../../harness.ts';
import {
  buildPng,
  chunk,
  END,
  headerChunk,
  partsOf,
  pngOf,
  SIGNATURE,
  storedRows,
  transparentColour,
} from './build.ts';
import { expanded } from './by-sharp.ts';

const test = suite('png damaged');

const rgb = partsOf(2, 8);
const grey = partsOf(0, 8);
const indexed = partsOf(3, 4);
const palette = indexed.before?.[0]?.[1] as Uint8Array;
const rows = storedRows(rgb);
const zlib = deflateSync(rows);
const idat = chunk('IDAT', zlib);
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');

/** The file with a byte of it changed. */
function withByte(file: Buffer, offset: number, value: number): Buffer {
  const changed = Buffer.from(file);
  changed[offset] = value;
  return changed;
}

/** The RGB picture with another header. */
function withHeader(offset: number, value: number): Buffer {
  const data = Buffer.from(headerChunk(rgb).subarray(8, 21));
  data[offset] = value;
  return Buffer.concat([SIGNATURE, chunk('IHDR', data), idat, END]);
}

/** A zlib stream whose deflated data is given, with the right checksum of the rows. */
const stream = (deflated: Uint8Array): Buffer =>
  Buffer.concat([zlib.subarray(0, 2), deflated, zlib.subarray(-4)]);

const withCrcOf = (file: Buffer, type: string): Buffer => withByte(file, file.indexOf(type) + 4, 0xfe);

const REFUSED: readonly (readonly [string, Buffer, RegExp, string?])[] = [
  // The 14 of PngSuite's kinds.
  ['a signature without its high bit (xs1)', withByte(buildPng(rgb), 0, 9), /signature is damaged/],
  ['a signature of QNG (xs2)', withByte(buildPng(rgb), 1, 0x51), /signature is damaged/],
  ['a signature in lower case (xs4)', withByte(buildPng(rgb), 3, 0x67), /signature is damaged/],
  ['a signature with a blank (xs7)', withByte(buildPng(rgb), 6, 0x20), /signature is damaged/],
  [
    'CR added (xcr)',
    Buffer.from(buildPng(rgb).toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
    /signature is damaged/,
  ],
  [
    'CR removed (xlf)',
    Buffer.from(buildPng(rgb).toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
    /signature is damaged/,
  ],
  ['a CRC of IHDR (xhd)', withByte(buildPng(rgb), 30, 0), /"IHDR" at offset 8 .*CRC/],
  ['a CRC of IDAT (xcs)', withCrcOf(buildPng(rgb), 'IDAT'), /"IDAT" at offset 33 .*CRC/],
  ['colour type 1 (xc1)', withHeader(9, 1), /IHDR.* colour type 1;/],
  ['colour type 9 (xc9)', withHeader(9, 9), /colour type 9;/],
  ['bit depth 0 (xd0)', withHeader(8, 0), /bit depth 0;/],
  ['bit depth 3 (xd3)', withHeader(8, 3), /bit depth 3;/],
  ['bit depth 99 (xd9)', withHeader(8, 99), /bit depth 99;/],
  ['no IDAT (xdt)', pngOf(rgb, END), /no IDAT/],
  // Others.
  ['no width', withHeader(3, 0), /0x14 pixels/],
  ['a width above 2^31', withHeader(0, 0x80), /2147483667x14 pixels/],
  ['another compression', withHeader(10, 1), /compression method 1;/],
  ['another filter method', withHeader(11, 64), /filter method 64;/],
  ['another interlace method', withHeader(12, 2), /interlace method 2;/],
  [
    'a header of 12 bytes',
    Buffer.concat([SIGNATURE, chunk('IHDR', new Uint8Array(12)), idat, END]),
    /12 bytes, 13 expected/,
  ],
  ['a second header', pngOf(rgb, headerChunk(grey), idat, END), /"IHDR" at offset 33 is a second header/],
  ['no header', Buffer.concat([SIGNATURE, idat, END]), /"IDAT" at offset 8 stands where the header/],
  ['no palette', pngOf(indexed, idat, END), /no palette/],
  ['an empty palette', pngOf(indexed, chunk('PLTE', bytes()), idat, END), /"PLTE" at offset 33 has 0 bytes/],
  ['a palette of 4 bytes', pngOf(indexed, chunk('PLTE', bytes(1, 2, 3, 4)), idat, END), /has 4 bytes/],
  ['a palette of 257', pngOf(indexed, chunk('PLTE', new Uint8Array(771)), idat, END), /has 771 bytes/],
  [
    'two palettes',
    pngOf(indexed, chunk('PLTE', palette), chunk('PLTE', palette), idat, END),
    /second palette/,
  ],
  [
    'an unknown critical chunk',
    pngOf(rgb, chunk('LoEc', bytes()), idat, END),
    /"LoEc" at offset 33 .* not known/,
    'E_UNSUPPORTED',
  ],
  [
    "Apple's chunk behind the header",
    pngOf(rgb, chunk('CgBI', bytes(0, 0, 0, 0)), idat, END),
    /iPhones \(CgBI\)/,
  ],
  ['no zlib header', pngOf(rgb, chunk('IDAT', deflateRawSync(rows)), END), /header of a zlib stream/],
  [
    'a preset dictionary',
    pngOf(rgb, chunk('IDAT', deflateSync(rows, { dictionary: Buffer.from('loec') })), END),
    /header of a zlib stream/,
  ],
  ['one byte of zlib', pngOf(rgb, chunk('IDAT', bytes(0x78)), END), /pixels are missing|zlib stream/],
  [
    'a row missing',
    pngOf(rgb, chunk('IDAT', deflateSync(rows.subarray(58))), END),
    /pixels are missing.* 754 bytes of the 812/,
  ],
  [
    'deflate cut short',
    pngOf(rgb, chunk('IDAT', zlib.subarray(0, zlib.length / 2)), END),
    /pixels are missing/,
  ],
  [
    'a block type that deflate does not have',
    pngOf(rgb, chunk('IDAT', stream(bytes(7, 1, 2, 3)))),
    /truncated/,
  ],
  ['filter 5', pngOf(rgb, chunk('IDAT', deflateSync(withByte(rows, 116, 5))), END), /row 2 .* filter 5/],
  [
    'a chunk between IDAT chunks',
    pngOf(
      rgb,
      chunk('IDAT', zlib.subarray(0, 20)),
      chunk('tEXt', text('a\0b')),
      chunk('IDAT', zlib.subarray(20)),
      END,
    ),
    /pixels are missing|zlib stream/,
  ],
  ['a length beyond the file', withByte(buildPng(rgb), 33, 0x70), /truncated.*"IDAT" at offset 33/],
  [
    'a type that is no text',
    pngOf(rgb, chunk('\0\x1b[A', bytes()), idat, END),
    /"\\x00\\x1b\[A" at offset 33/,
  ],
];

for (const [name, file, message, code = 'E_INPUT'] of REFUSED) {
  test(`refused: ${name}`, async () => {
    const error = await readPng(file, { name: 'a.png' }).catch((thrown: LoecError) => thrown);
    assert.ok(error instanceof LoecError, String(error));
    assert.is((error as LoecError).code, code);
    assert.match((error as LoecError).message, message);
    assert.match((error as LoecError).message, /^a\.png: /);
    assert.not.match(
      (error as LoecError).message,
      /Z_|invalid (?:distance|block|stored)|incorrect|pngjs|unexpected end of file/,
    );
  });
}

const surplus = Buffer.concat([rows, new Uint8Array(58)]);
const wrongSum = Buffer.concat([zlib.subarray(0, -1), bytes((zlib.at(-1) as number) ^ 1)]);
const open = Buffer.concat([
  zlib.subarray(0, 2),
  deflateRawSync(rows, { finishFlush: constants.Z_SYNC_FLUSH }),
]);

/** With what is noted; nothing where pictures are as they are meant. */
const READ: readonly (readonly [string, Buffer, RegExp | null])[] = [
  ['a byte behind IEND', Buffer.concat([buildPng(rgb), bytes(1)]), /1 byte behind IEND/],
  ['a row too many', pngOf(rgb, chunk('IDAT', deflateSync(surplus)), END), /58 surplus bytes of pixel data/],
  [
    'bytes behind the zlib stream',
    pngOf(rgb, idat, chunk('IDAT', bytes(1, 2, 3)), END),
    /3 surplus bytes behind the zlib stream/,
  ],
  ['a second zlib stream', pngOf(rgb, idat, idat, END), /surplus bytes behind the zlib stream/],
  ['a wrong checksum', pngOf(rgb, chunk('IDAT', wrongSum), END), /checksum .* does not match/],
  ['no checksum', pngOf(rgb, chunk('IDAT', zlib.subarray(0, -4)), END), /no end; all pixels are there/],
  ['no last block', pngOf(rgb, chunk('IDAT', open), END), /no end; all pixels are there/],
  [
    'IDAT behind other chunks',
    pngOf(rgb, idat, chunk('tIME', new Uint8Array(7)), idat, END),
    /"IDAT" at offset \d+: it does not follow/,
  ],
  [
    'a CRC of text',
    withCrcOf(pngOf(rgb, chunk('tEXt', text('a\0b')), idat, END), 'tEXt'),
    /"tEXt" at offset 33: its CRC/,
  ],
  [
    'a CRC of gAMA',
    withCrcOf(pngOf(rgb, chunk('gAMA', bytes(0, 0, 1, 1)), idat, END), 'gAMA'),
    /"gAMA" .* CRC/,
  ],
  [
    'a CRC of tRNS',
    withCrcOf(pngOf(rgb, chunk('tRNS', transparentColour(rgb)), idat, END), 'tRNS'),
    /"tRNS" .* CRC/,
  ],
  ['tRNS of a wrong length', pngOf(rgb, chunk('tRNS', bytes(0)), idat, END), /"tRNS" .* 1 byte, 6 expected/],
  [
    'tRNS longer than the palette',
    buildPng({
      ...indexed,
      before: [
        ['PLTE', palette],
        ['tRNS', new Uint8Array(17)],
      ],
    }),
    /"tRNS" .* 17 bytes/,
  ],
  [
    'tRNS before the palette',
    buildPng({
      ...indexed,
      before: [
        ['tRNS', bytes(1)],
        ['PLTE', palette],
      ],
    }),
    /"tRNS" .* 1 byte, 0 expected/,
  ],
  [
    'tRNS behind the pixels',
    pngOf(rgb, idat, chunk('tRNS', transparentColour(rgb)), END),
    /behind the pixels/,
  ],
  [
    'tRNS beside alpha',
    buildPng({ ...partsOf(6, 8), before: [['tRNS', new Uint8Array(6)]] }),
    /has an alpha channel/,
  ],
  ['a palette of a grey picture', buildPng({ ...grey, before: [['PLTE', bytes(1, 2)]] }), null],
  [
    'a palette longer than its bits',
    buildPng({ ...partsOf(3, 1), before: [['PLTE', palette]] }),
    /14 surplus colours/,
  ],
  ['data in IEND', pngOf(rgb, idat, chunk('IEND', bytes(1, 2))), null],
  [
    'a window that is too small',
    pngOf(rgb, chunk('IDAT', Buffer.concat([bytes(0x08, 0x1d), zlib.subarray(2)])), END),
    null,
  ],
];

/** libpng drops the last rows of the one, and libvips does not agree with itself on the other: all pixels are those of the sound file. */
const BY_THE_SOUND_FILE = ['a wrong checksum', 'a CRC of tRNS'];

for (const [name, file, note] of READ) {
  test(`read: ${name}`, async () => {
    const { raster, notes } = await readPng(file);
    assert.is(notes.length, note ? 1 : 0, JSON.stringify(notes));
    if (note) assert.match(notes[0]?.text ?? '', note);
    const reference = BY_THE_SOUND_FILE.includes(name) ? buildPng(rgb) : file;
    const theirs = await sharp(reference, { failOn: 'none' })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer();
    assert.equal(expanded(raster), [...theirs]);
  });
}

test.run();
