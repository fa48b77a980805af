/** @file Parts of pictures, to be looked at beside each other: the original and what codecs make of it at their points. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../../errors.ts';
import { cropRaster } from '../../image/crop.ts';
import { loadSharp } from '../../image/foreign/sharp.ts';
import type { Raster, Size } from '../../image/raster.ts';
import type { BenchCodec } from '../codec.ts';
import type { Curve } from '../codec-spec.ts';
import { atDepth, depthWithin } from '../kind.ts';
import { type PictureFile, readPicture } from '../pictures.ts';
import { type GoodRow, pointText } from '../row.ts';
import { qualityText } from '../scale.ts';
import { qualityOf, type Summary } from '../summary.ts';

/** Sides of the part that is shown, in pixels. */
const PART = 256;

/** Pictures shown at most. */
const MAX_PICTURES = 6;

/** Decoded parts at most, of some 60 kB each: the page is to open at once, and to be sent to others. */
const MAX_VIEWS = 150;

/** Behind transparent parts, where the difference of two pictures must be that of what is seen. */
const BACKGROUND = '#808080';

export interface View {
  /** Of the picture, bits per pixel; 0 for the original. */
  readonly bpp: number;
  /** For example `loe bpp=0.4: 19.5 kB, 0.401 bpp, PSNR 31.02 dB`. */
  readonly caption: string;
  /** Lossless WebP. */
  readonly webp: Uint8Array;
}

export interface Comparison extends Size {
  readonly picture: string;
  readonly original: View;
  /** By the curves that are compared, by rising rate; none where a codec has no point on the picture. */
  readonly codecs: readonly (readonly View[])[];
}

interface CompareWatch {
  readonly signal: AbortSignal;
  /** Called before a point is decoded, with what it is of and the share of pictures done, 0 … 1. */
  readonly onView: (what: string, done: number) => void;
}

/** The first pictures at all points of the curves, or at as many as there is room for, evenly over each curve. */
export async function comparePictures(
  summary: Summary,
  pictures: readonly PictureFile[],
  curves: readonly Curve[],
  folder: string,
  { signal, onView }: CompareWatch,
): Promise<Comparison[]> {
  const isMeasured = ({ name }: PictureFile): boolean => summary.rows.some((row) => row.picture === name);
  const shown = pictures.filter(isMeasured).slice(0, MAX_PICTURES);
  const pointsPerCurve = Math.floor(MAX_VIEWS / (shown.length * curves.length));
  const comparisons: Comparison[] = [];
  for (const picture of shown) {
    const original = await readPicture(picture);
    const part = middle(original);
    const codecs: View[][] = [];
    for (const { codec, name } of curves) {
      const rows = summary.rows.filter((row) => row.picture === picture.name && row.codec === name);
      const views: View[] = [];
      for (const row of spread(rows, pointsPerCurve)) {
        throwIfAborted(signal);
        onView(`${picture.name} ${name}`, comparisons.length / shown.length);
        views.push(await viewOf(codec, row, original, folder));
      }
      codecs.push(views);
    }
    const { width, height } = part;
    const view = { bpp: 0, caption: 'original', webp: await webpOf(part) };
    comparisons.push({ picture: picture.name, width, height, original: view, codecs });
  }
  return comparisons;
}

/** At most `count` rows, at least one, by rising rate: the ends and those evenly between them. */
function spread(rows: readonly GoodRow[], count: number): GoodRow[] {
  const sorted = rows.toSorted((a, b) => a.bpp - b.bpp);
  if (sorted.length <= count) return sorted;
  const step = (sorted.length - 1) / Math.max(count - 1, 1);
  return Array.from({ length: Math.max(count, 1) }, (_, i) => sorted[Math.round(i * step)] as GoodRow);
}

async function viewOf(codec: BenchCodec, row: GoodRow, original: Raster, folder: string): Promise<View> {
  const file = Uint8Array.from(await readFile(join(folder, row.file)));
  const { channels } = original;
  const decoded = await codec.decode(file, { channels, depth: depthWithin(codec, original) });
  return { bpp: row.bpp, caption: captionOf(row), webp: await webpOf(middle(decoded)) };
}

function captionOf(row: GoodRow): string {
  const { codec, bytes, bpp, scores } = row;
  const qualities = Object.keys(scores).map((metric) => qualityText(metric, qualityOf(row, metric)));
  const figures = [`${(bytes / 1000).toFixed(1)} kB`, `${bpp.toFixed(3)} bpp`, ...qualities];
  return `${codec} ${pointText(row)}: ${figures.join(', ')}`;
}

/** The part around the centre. */
function middle(raster: Raster): Raster {
  const [width, height] = [Math.min(PART, raster.width), Math.min(PART, raster.height)];
  return cropRaster(raster, (raster.width - width) >> 1, (raster.height - height) >> 1, width, height);
}

/** Without loss but for what a screen of 8 bits does not show. */
async function webpOf(raster: Raster): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const { width, height, channels, data } = atDepth(raster, 8);
  const picture = sharp(data as Uint8Array, { raw: { width, height, channels } });
  // More effort takes five times as long for 4 % of the bytes.
  return picture.flatten({ background: BACKGROUND }).webp({ lossless: true, effort: 2 }).toBuffer();
}
