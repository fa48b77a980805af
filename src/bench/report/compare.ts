/** @file Parts of pictures side by side at equal size: the original and what two codecs make of it. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cropRaster } from '../../image/crop.ts';
import type { Raster, Size } from '../../image/raster.ts';
import type { Curve } from '../codec-spec.ts';
import { type PictureFile, pictureBytes, readPicture } from '../pictures.ts';
import { type GoodRow, pointText } from '../row.ts';
import type { Summary } from '../summary.ts';

/** Bits per pixel at which codecs are compared, as near as there are points. */
const WANTED_BPP = 0.4;

/** Sides of the part that is shown, in pixels. */
const PART = 256;

/** Pictures shown at most: each takes some hundred kilobytes of the page. */
const MAX_PICTURES = 6;

interface View {
  /** For example `loe bpp=0.4: 19.5 kB, 31.02 dB, SSIMULACRA2 68.3`. */
  readonly caption: string;
  /** PNG */
  readonly png: Uint8Array;
}

export interface Comparison extends Size {
  readonly picture: string;
  /** The original first. */
  readonly views: readonly View[];
}

/** Comparisons of `first`'s point near WANTED_BPP with the point of `second` that is nearest to its size. */
export async function comparePictures(
  summary: Summary,
  pictures: readonly PictureFile[],
  [first, second]: readonly [Curve, Curve],
  folder: string,
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const picture of pictures.slice(0, MAX_PICTURES)) {
    const rowsOf = (name: string): GoodRow[] =>
      summary.rows.filter((row) => row.picture === picture.name && row.codec === name);
    const chosen = nearest(rowsOf(first.name), WANTED_BPP);
    const other = chosen && nearest(rowsOf(second.name), chosen.bpp);
    if (!chosen || !other) continue;
    const original = await readPicture(picture);
    const part = middle(original);
    comparisons.push({
      picture: picture.name,
      width: part.width,
      height: part.height,
      views: [
        { caption: 'original', png: await pictureBytes(part) },
        await viewOf(first, chosen, original, folder),
        await viewOf(second, other, original, folder),
      ],
    });
  }
  return comparisons;
}

function nearest(rows: readonly GoodRow[], bpp: number): GoodRow | undefined {
  const distance = (row: GoodRow): number => Math.abs(Math.log(row.bpp / bpp));
  return [...rows].sort((a, b) => distance(a) - distance(b))[0];
}

async function viewOf({ codec }: Curve, row: GoodRow, original: Raster, folder: string): Promise<View> {
  const decoded = await codec.decode(Uint8Array.from(await readFile(join(folder, row.file))), original);
  return { caption: captionOf(row), png: await pictureBytes(middle(decoded)) };
}

function captionOf(row: GoodRow): string {
  const { codec, bytes, scores } = row;
  const { psnr, ssimulacra2 } = scores;
  const figures = [
    `${(bytes / 1000).toFixed(1)} kB`,
    ...(typeof psnr === 'number' ? [`${psnr.toFixed(2)} dB`] : []),
    ...(typeof ssimulacra2 === 'number' ? [`SSIMULACRA2 ${ssimulacra2.toFixed(1)}`] : []),
  ];
  return `${codec} ${pointText(row)}: ${figures.join(', ')}`;
}

/** The part around the centre. */
function middle(raster: Raster): Raster {
  const [width, height] = [Math.min(PART, raster.width), Math.min(PART, raster.height)];
  return cropRaster(raster, (raster.width - width) >> 1, (raster.height - height) >> 1, width, height);
}
