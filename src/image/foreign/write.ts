/** @file From a PNG to other formats, by way of sharp with its own choice of quality. */

import { LoecError } from '../../errors.ts';
import type { BandedPicture } from '../raster.ts';
import { loadSharp } from './sharp.ts';

const FORMATS = { '.jpg': 'jpeg', '.jpeg': 'jpeg', '.webp': 'webp', '.avif': 'avif' } as const;

/** Extensions of names that can be written. */
export const FOREIGN_EXTENSIONS = Object.keys(FORMATS);

/** Of the chunks that travel with a picture, those that sharp writes into other formats. */
const KEPT: readonly string[] = ['iCCP', 'sRGB', 'pHYs', 'eXIf'];

const PAPER = '#ffffff';

export type ForeignFormat = (typeof FORMATS)[keyof typeof FORMATS];

/** @param extension with its dot. @returns undefined for another one */
export function foreignFormatOf(extension: string): ForeignFormat | undefined {
  return FORMATS[extension.toLowerCase() as keyof typeof FORMATS];
}

/** What the format has no place for, for people. */
export function foreignLosses(picture: BandedPicture, format: ForeignFormat): string[] {
  const { channels, depth, colour, metadata } = picture;
  const losses = [...colour, ...metadata].map(({ type }) => type).filter((type) => !KEPT.includes(type));
  if (depth === 16) losses.push('all but 8 of 16 bits');
  if (channels % 2 === 0 && format === 'jpeg') losses.push('transparency (the picture is laid over white)');
  return losses.length > 0 ? [`left out, since ${format} has no place for it: ${losses.join(', ')}`] : [];
}

/** @throws LoecError E_ENGINE where sharp is missing, E_INPUT for a picture that the format can't hold */
export async function writeForeign(png: Uint8Array, format: ForeignFormat): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const picture = sharp(png, { limitInputPixels: false }).keepMetadata();
  const flat = format === 'jpeg' ? picture.flatten({ background: PAPER }) : picture;
  try {
    return await flat.toFormat(format).toBuffer();
  } catch (cause) {
    const message = `sharp can't write the picture as ${format}: ${(cause as Error).message}`;
    throw new LoecError('E_INPUT', message, { cause });
  }
}
