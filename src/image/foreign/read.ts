/** @file Pictures that are no PNG, by way of sharp, as a PNG of the same samples, so that one reader takes care of all pictures. */

import type { Metadata, Sharp } from 'sharp';
import { LoecError } from '../../errors.ts';
import { checkedLimits, checkLimit, type Limits } from '../../limits.ts';
import { describeFormat } from '../signature.ts';
import { loadSharp } from './sharp.ts';

/** What sharp reads, by the names of `formatOf`; HEIC where libheif was built with a decoder of HEVC, which npm's is not. */
const READABLE: readonly string[] = ['JPEG', 'WebP', 'GIF', 'AVIF', 'TIFF', 'HEIC'];

const FROM_HEIC =
  "npm's sharp has no decoder of HEVC: convert it to PNG or JPEG first, by `heif-convert IN OUT` of libheif, or on a Mac by `sips -s format png IN --out OUT`";

/** What libheif says of HEVC then. */
const NO_DECODER = /compression format has not been built in/;

/** Colour spaces whose samples a PNG can hold; others become sRGB of 8 bits. */
const SPACES: readonly string[] = ['srgb', 'rgb16', 'b-w', 'grey16'];

/** The longest time in seconds that sharp can be given for a picture; 0 would be no bound. */
const MAX_SECONDS = 3600;

/** Of a chunk pHYs: length, type, 9 bytes of data, CRC. */
const PHYS_BYTES = 21;

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
  const found = `${name}: this is ${describeFormat(format)}`;
  const sharp = await loadSharp().catch((cause: LoecError) => {
    const remedy = format === 'HEIC' ? FROM_HEIC : `${cause.message}, or convert it to PNG`;
    throw new LoecError('E_ENGINE', `${found}: ${remedy}`, { cause });
  });
  try {
    const seconds = Math.min(Math.max(1, Math.ceil(limits.seconds)), MAX_SECONDS);
    const picture = sharp(bytes, { failOn: 'error', limitInputPixels: false }).timeout({ seconds });
    const metadata = await picture.metadata();
    const { width, height, space, pages = 1 } = metadata;
    checkLimit(limits, 'pixels', width * height, `${name}: the picture has ${width}x${height} pixels`);
    const notes: string[] = [];
    if (pages > 1)
      notes.push(`the first of ${pages} pictures in this ${format} file; the others are left out`);
    if (!SPACES.includes(space)) notes.push(`its colours (${space}) become sRGB of 8 bits`);
    return { bytes: await toPng(picture, metadata), notes };
  } catch (cause) {
    if (cause instanceof LoecError) throw cause;
    const { message } = cause as Error;
    if (NO_DECODER.test(message)) throw new LoecError('E_ENGINE', `${found}: ${FROM_HEIC}`, { cause });
    const [reason = ''] = message.split('\n');
    const code = reason.startsWith('timeout') ? 'E_LIMIT' : 'E_INPUT';
    throw new LoecError(code, `${name}: the ${format} picture can't be read: ${reason}`, { cause });
  }
}

/** The fastest compression: the file is read at once. */
async function toPng(
  picture: Sharp,
  { space, exif, density, orientation = 1 }: Metadata,
): Promise<Uint8Array> {
  const output = picture.png({ compressionLevel: 1 }).keepXmp();
  // sharp would make EXIF for a picture that has none. Some formats have an orientation without it.
  if (exif || orientation > 1) output.keepExif();
  // The profile of another space would not fit.
  if (SPACES.includes(space)) output.keepIccProfile().toColourspace(space);
  const png = await output.toBuffer();
  return density === undefined ? withoutDensity(png) : png;
}

/** Without the chunk pHYs, which sharp makes for pictures that have no density. */
function withoutDensity(png: Buffer): Buffer {
  const start = png.indexOf('\0\0\0\tpHYs', 'latin1');
  return start < 0 ? png : Buffer.concat([png.subarray(0, start), png.subarray(start + PHYS_BYTES)]);
}
