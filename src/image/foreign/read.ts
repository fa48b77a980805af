/** @file Pictures that are no PNG, by way of sharp, as a PNG of the same samples, so that one reader takes care of all pictures. */

import type { Metadata, Sharp } from 'sharp';
import { LoecError } from '../../errors.ts';
import { checkedLimits, checkLimit, type Limits } from '../../limits.ts';
import { describeFormat } from '../signature.ts';
import { loadSharp } from './sharp.ts';

/** What sharp reads, by the names of `formatOf`. */
const READABLE: readonly string[] = ['JPEG', 'WebP', 'GIF', 'AVIF', 'TIFF'];

/** Colour spaces whose samples a PNG can hold; others become sRGB of 8 bits. */
const SPACES: readonly string[] = ['srgb', 'rgb16', 'b-w', 'grey16'];

/** The longest time in seconds that sharp can be given for a picture; 0 would be no bound. */
const MAX_SECONDS = 3600;

interface PngFile {
  readonly bytes: Uint8Array;
  /** What people should know of how it was read. */
  readonly notes: readonly string[];
}

/**
 * A PNG with the picture's samples, profile and metadata; an orientation stays in its EXIF.
 * @param format of the bytes, as `formatOf` names it
 * @param name of the file, for messages
 * @throws LoecError E_INPUT, E_LIMIT, or E_ENGINE where sharp is missing
 */
export async function readForeign(
  bytes: Uint8Array,
  format: string,
  name: string,
  given: Partial<Limits>,
): Promise<PngFile> {
  const limits = checkedLimits(given);
  if (!READABLE.includes(format)) {
    const remedy = format === '.loe' ? 'decode it first' : 'convert it to PNG first';
    throw new LoecError(
      'E_INPUT',
      `${name}: expected a picture, this is ${describeFormat(format)}; ${remedy}`,
    );
  }
  const sharp = await loadSharp().catch((cause) => {
    const message = `${name}: this is a ${format} picture, which loec reads by way of sharp: npm install sharp, or convert it to PNG`;
    throw new LoecError('E_ENGINE', message, { cause });
  });
  try {
    const seconds = Math.min(Math.max(1, Math.ceil(limits.seconds)), MAX_SECONDS);
    const picture = sharp(bytes, { failOn: 'error', limitInputPixels: false }).timeout({ seconds });
    const metadata = await picture.metadata();
    const { width, height, pages = 1 } = metadata;
    checkLimit(limits, 'pixels', width * height, `${name}: the picture has ${width}x${height} pixels`);
    const notes =
      pages > 1 ? [`the first of ${pages} pictures in this ${format} file; the others are left out`] : [];
    return { bytes: await toPng(picture, metadata), notes };
  } catch (cause) {
    if (cause instanceof LoecError) throw cause;
    const [reason = ''] = (cause as Error).message.split('\n');
    const code = reason.startsWith('timeout') ? 'E_LIMIT' : 'E_INPUT';
    throw new LoecError(code, `${name}: the ${format} picture can't be read: ${reason}`, { cause });
  }
}

/** The fastest compression: the file is read at once. */
function toPng(picture: Sharp, { space, exif, orientation = 1 }: Metadata): Promise<Buffer> {
  const png = picture.png({ compressionLevel: 1 }).keepXmp();
  // sharp would make EXIF for a picture that has none. Some formats have an orientation without it.
  if (exif || orientation > 1) png.keepExif();
  // The profile of another space would not fit.
  return SPACES.includes(space) ? png.keepIccProfile().toColourspace(space).toBuffer() : png.toBuffer();
}
