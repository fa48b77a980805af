/** @file From a PNG to other formats, by way of sharp with its own choice of quality; TIFF without loss. */

import { LoecError } from '../../errors.ts';
import type { BandedPicture, Chunk } from '../raster.ts';
import { loadSharp } from './sharp.ts';

const FORMATS = {
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
  '.avif': 'avif',
  '.tif': 'tiff',
  '.tiff': 'tiff',
} as const;

/** Extensions of names that can be written. */
export const FOREIGN_EXTENSIONS = Object.keys(FORMATS);

/** Of the chunks that travel with a picture, those that sharp writes into other formats, besides XMP. */
const KEPT: readonly string[] = ['iCCP', 'sRGB', 'pHYs', 'eXIf'];
const XMP = Buffer.from('XML:com.adobe.xmp\0');

const PAPER = '#ffffff';

/** sharp's names of what samples are, by their bits. */
const GREY = { 8: 'b-w', 16: 'grey16' } as const;
const RGB = { 8: 'srgb', 16: 'rgb16' } as const;

export type ForeignFormat = (typeof FORMATS)[keyof typeof FORMATS];

/** @param extension with its dot. @returns undefined for another one */
export function foreignFormatOf(extension: string): ForeignFormat | undefined {
  return FORMATS[extension.toLowerCase() as keyof typeof FORMATS];
}

/** What the format has no place for, for people. */
export function foreignLosses(picture: BandedPicture, format: ForeignFormat): string[] {
  const { channels, depth, colour, metadata } = picture;
  const losses = [...colour, ...metadata].filter((chunk) => !isKept(chunk, format)).map(({ type }) => type);
  if (depth === 16 && format !== 'tiff') losses.push('all but 8 of 16 bits');
  if (channels % 2 === 0 && format === 'jpeg') losses.push('transparency (the picture is laid over white)');
  return losses.length > 0 ? [`left out, since ${format} has no place for it: ${losses.join(', ')}`] : [];
}

function isKept({ type, data }: Chunk, format: ForeignFormat): boolean {
  return isXmp({ type, data }) || (KEPT.includes(type) && !(type === 'eXIf' && format === 'tiff'));
}

/** PNG has it as international text; sharp writes compressed text. */
function isXmp({ type, data }: Chunk): boolean {
  return /^[iz]TXt$/.test(type) && XMP.equals(data.subarray(0, XMP.length));
}

/** The picture with the bits that the format has; sharp would cut the lower ones off, where the nearest level is meant. */
export function withBitsOf(format: ForeignFormat, picture: BandedPicture): BandedPicture {
  if (format === 'tiff' || picture.depth === 8) return picture;
  const colour = picture.colour.filter(({ type }) => type !== 'sBIT');
  return { ...picture, depth: 8, colour, bands: roundedBands(picture.bands) };
}

async function* roundedBands(bands: BandedPicture['bands']): AsyncGenerator<Uint8Array> {
  for await (const band of bands) yield Uint8Array.from(band, (sample) => Math.round(sample / 257));
}

/**
 * @param png the whole file
 * @param picture what is in it
 * @throws LoecError E_ENGINE where sharp is missing, E_INPUT for a picture that the format can't hold
 */
export async function writeForeign(
  png: Uint8Array,
  picture: BandedPicture,
  format: ForeignFormat,
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const output = sharp(png, { limitInputPixels: false });
  const { channels, depth, metadata } = picture;
  const space = channels < 3 ? GREY[depth] : RGB[depth];
  const hasGrey = format === 'jpeg' || format === 'tiff';
  // Where grey becomes RGB, its samples become sRGB, and its profile would not fit.
  if (channels > 2 || hasGrey) output.toColourspace(space).keepIccProfile();
  // sharp would make EXIF for a picture that has none.
  if (metadata.some(({ type }) => type === 'eXIf')) output.keepExif();
  if (metadata.some(isXmp)) output.keepXmp();
  if (format === 'jpeg') output.flatten({ background: PAPER });
  if (format === 'tiff') output.tiff({ compression: 'deflate', predictor: 'horizontal' });
  else output.toFormat(format);
  try {
    return await output.toBuffer();
  } catch (cause) {
    const message = `sharp can't write the picture as ${format}: ${(cause as Error).message}`;
    throw new LoecError('E_INPUT', message, { cause });
  }
}
