/** @file Which format a file has, by its first bytes. */

/** The first bytes of each format as Latin-1 text; `?` stands for any byte. */
const SIGNATURES: readonly (readonly [name: string, start: string])[] = [
  ['PNG', '\x89PNG\r\n\x1a\n'],
  ['JPEG', '\xff\xd8\xff'],
  ['WebP', 'RIFF????WEBP'],
  ['GIF', 'GIF87a'],
  ['GIF', 'GIF89a'],
  ['JPEG XL', '\xff\x0a'],
  ['JPEG XL', '\0\0\0\x0cJXL \r\n\x87\n'],
  ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n'],
  ['JPEG 2000', '\xff\x4f\xff\x51'],
  ['TIFF', 'II*\0'],
  ['TIFF', 'MM\0*'],
  ['TIFF', 'II+\0'],
  ['TIFF', 'MM\0+'],
  ['BMP', 'BM????\0\0\0\0'],
  ['ICO', '\0\0\x01\0'],
  ['MNG', '\x8aMNG\r\n\x1a\n'],
  ['JNG', '\x8bJNG\r\n\x1a\n'],
  ['Photoshop', '8BPS'],
  ['OpenEXR', 'v/1\x01'],
  ['Radiance HDR', '#?RADIANCE'],
  ['DDS', 'DDS '],
  ['QOI', 'qoif'],
  ['PDF', '%PDF-'],
  ['ZIP', 'PK\x03\x04'],
  ['gzip', '\x1f\x8b\x08'],
  ['.loe', '\x89LOE'],
];

/** How far text is looked at: `<svg` may stand behind a declaration and a comment. */
const TEXT_BYTES = 1024;

/** Offset of the brands in a box `ftyp` of HEIF (ISO/IEC 23008-12), four characters each. */
const BRANDS = 8;

/** @returns the format's name, for example `JPEG`; null for one that is not known here */
export function formatOf(bytes: Uint8Array): string | null {
  const text = String.fromCharCode(...bytes.subarray(0, TEXT_BYTES));
  const found = SIGNATURES.find(([, start]) => beginsWith(text, start));
  return found?.[0] ?? heifFormatOf(bytes, text) ?? textFormatOf(text);
}

/** `a JPEG file`, `an AVIF file` */
export function describeFormat(format: string): string {
  return `${/^(?:[AIMOSX]|HTML)/.test(format) ? 'an' : 'a'} ${format} file`;
}

function beginsWith(text: string, start: string): boolean {
  return text.length >= start.length && [...start].every((char, i) => char === '?' || char === text[i]);
}

/** The main brand alone does not tell: `mif1` is any picture in HEIF. */
function heifFormatOf(bytes: Uint8Array, text: string): string | null {
  if (text.slice(4, BRANDS) !== 'ftyp') return null;
  const [, , high = 0, low = 0] = bytes;
  const brands = text.slice(BRANDS, 256 * high + low).match(/.{4}/gs) ?? [];
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'AVIF';
  return brands.some((brand) => /^(?:hei|hev|mif1|msf1)/.test(brand)) ? 'HEIC' : null;
}

function textFormatOf(text: string): string | null {
  // What UTF-8 text may begin with: a byte order mark, and white space.
  const start = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (start.startsWith('<') && /<svg[\s>]/i.test(start)) return 'SVG';
  if (/^<(?:!doctype\s+html|html|head|body)\b/i.test(start)) return 'HTML';
  if (start.startsWith('<?xml')) return 'XML';
  return /^[\t\n\r -~]+$/.test(text) ? 'text' : null;
}
