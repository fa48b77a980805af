/** @file From a PNG to other formats, by way of sharp with its own choice of quality. */

import { LoecError } from '../../errors.ts';
import type { BandedPicture, Chunk } from '../raster.ts';
import { loadSharp } from './sharp.ts';

const FORMATS = { '.jpg': 'jpeg', '.jpeg': 'jpeg', '.webp': 'webp', '.avif': 'avif' } as const;

/** Extensions of names that can be written. */
export const FOREIGN_EXTENSIONS = Object.keys(FORMATS);

/** Of the chunks that travel with a picture, those that sharp writes into other formats; of the texts, XMP. */
const KEPT: readonly string[] = ['iCCP', 'sRGB', 'pHYs', 'eXIf'];
const XMP = Buffer.from('XML:com.adobe.xmp\0');

const PAPER = '#ffffff';

export type ForeignFormat = (typeof FORMATS)[keyof typeof FORMATS];

/** @param extension with its dot. @returns undefined for another one */
export function foreignFormatOf(extension: string): ForeignFormat | undefined {
  return FORMATS[extension.toLowerCase() as keyof typeof FORMATS];
}

/** What the format has no place for, for people. */
export function foreignLosses(picture: BandedPicture, format: ForeignFormat): string[] {
  const { channels, depth, colour, metadata } = picture;
  const losses = [...colour, ...metadata].filter((chunk) => !isKept(chunk)).map(({ type }) => type);
  if (depth === 16) losses.push('all but 8 of 16 bits');
  if (channels % 2 === 0 && format === 'jpeg') losses.push('transparency (the picture is laid over white)');
  return losses.length > 0 ? [`left out, since ${format} has no place for it: ${losses.join(', ')}`] : [];
}

function isKept({ type, data }: Chunk): boolean {
  return KEPT.includes(type) || (type === 'iTXt' && XMP.equals(data.subarray(0, XMP.length)));
}

/**
 * @param png the whole file
 * @param picture what is in it
 * @throws LoecError E_ENGINE where sharp is missing, E_INPUT for a picture that the format can't hold
 */
export async function writeForeign(
  png: Uint8Array,
  { metadata }: BandedPicture,
  format: ForeignFormat,
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const picture = sharp(png, { limitInputPixels: false }).keepIccProfile();
  // sharp would make EXIF for a picture that has none.
  if (metadata.length > 0) picture.keepMetadata();
  if (format === 'jpeg') picture.flatten({ background: PAPER });
  try {
    return await picture.toFormat(format).toBuffer();
  } catch (cause) {
    const message = `sharp can't write the picture as ${format}: ${(cause as Error).message}`;
    throw new LoecError('E_INPUT', message, { cause });
  }
}
