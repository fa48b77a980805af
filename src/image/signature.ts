/** @file What kind of file it is, by its first bytes: names of files may lie. */

/** Latin-1 bytes at an offset. */
type Signature = readonly [format: string, offset: number, bytes: string];

const SIGNATURES: readonly Signature[] = [
  ['PNG', 0, '\x89PNG\r\n\x1a\n'],
  ['JPEG', 0, '\xff\xd8\xff'],
  ['WebP', 8, 'WEBP'],
  ['GIF', 0, 'GIF8'],
  ['JPEG XL', 0, '\xff\x0a'],
  ['JPEG XL', 4, 'JXL \r\n\x87\n'],
  ['JPEG 2000', 4, 'jP  \r\n\x87\n'],
  ['TIFF', 0, 'II*\0'],
  ['TIFF', 0, 'MM\0*'],
  ['BMP', 0, 'BM'],
  ['QOI', 0, 'qoif'],
  ['OpenEXR', 0, '\x76\x2f\x31\x01'],
  ['Photoshop', 0, '8BPS'],
  ['PDF', 0, '%PDF'],
  ['.loe', 0, '\x89LOE'],
];

/** HEIF (ISO/IEC 23008-12): a box `ftyp` that lists brands of four characters, the first of them the main one. */
const BRANDS = 8;

/** Name of the format, for people, or null for one that is not known here. */
export function formatOf(bytes: Uint8Array): string | null {
  const found = SIGNATURES.find(
    ([, offset, signature]) => textAt(bytes, offset, signature.length) === signature,
  );
  return found?.[0] ?? heifFormatOf(bytes);
}

/** Main brands alone do not tell: `mif1` is any picture in HEIF. */
function heifFormatOf(bytes: Uint8Array): string | null {
  if (textAt(bytes, 4, 4) !== 'ftyp') return null;
  const end = Math.min(bytes.length, 256, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
  const brands = textAt(bytes, BRANDS, end - BRANDS).match(/.{4}/gs) ?? [];
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'AVIF';
  return brands.some((brand) => /^(hei|hev|mif1|msf1)/.test(brand)) ? 'HEIC' : null;
}

function textAt(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}
