import sharp from 'sharp';
import { describeFormat, formatOf } from '../../src/image/signature.ts';
import { assert, suite } from '../harness.ts';

const test = suite('signature');

test('what sharp writes', async () => {
  const picture = sharp({ create: { width: 16, height: 16, channels: 3, background: '#123456' } });
  for (const [format, name] of [
    ['png', 'PNG'],
    ['jpeg', 'JPEG'],
    ['webp', 'WebP'],
    ['gif', 'GIF'],
    ['avif', 'AVIF'],
    ['tiff', 'TIFF'],
  ] as const) {
    assert.is(formatOf(await picture.clone().toFormat(format).toBuffer()), name);
  }
});

test('others, by their specifications', () => {
  const of = (text: string) => formatOf(Buffer.from(text, 'latin1'));
  assert.is(of('\0\0\0\x18ftypmif1\0\0\0\0mif1heic....'), 'HEIC');
  assert.is(of('\0\0\0\x18ftypmif1\0\0\0\0mif1avif....'), 'AVIF');
  assert.is(of('\0\0\0\x18ftypisom\0\0\0\0isommp42....'), null);
  assert.is(of('\xff\x0a\x01'), 'JPEG XL');
  assert.is(of('BM\x36\0\0\0\0\0\0\0\x36'), 'BMP');
  assert.is(of('%PDF-1.7\n'), 'PDF');
  assert.is(of('<?xml version="1.0"?>\n<!-- a -->\n<svg width="1">'), 'SVG');
  assert.is(of('\xef\xbb\xbf <!DOCTYPE html><p>'), 'HTML');
  assert.is(of('<?xml version="1.0"?><rss/>'), 'XML');
  assert.is(of('Hello, this is a text file.'), 'text');
  assert.is(of('\x89LOE\x01'), '.loe');
  assert.is(of('BMW of 1972\xe9'), null);
  assert.is(of('\x01\x02\x03'), null);
  assert.is(formatOf(new Uint8Array(0)), null);
});

test('with an article', () => {
  assert.is(describeFormat('JPEG'), 'a JPEG file');
  assert.is(describeFormat('AVIF'), 'an AVIF file');
  assert.is(describeFormat('HTML'), 'an HTML file');
  assert.is(describeFormat('HEIC'), 'a HEIC file');
});

test.run();
