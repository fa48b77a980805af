/**
 * @file A page that shows the `.loe` files of a bench beside AVIF and mozjpeg of at most the same bytes, pixel for pixel
 * (docs/eye.md). Of each picture it takes the files that are nearest to the given rates.
 *
 *     npm run eye -- --bench out/bench --pictures corpus/kodak --bpp 0.15,0.3,0.6 --out out/eye
 *
 * The part that the page shows is the one with the most texture, or the one whose top left corner is `--part X,Y`. Whole
 * pictures are behind the links.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { parseArgs } from 'node:util';
import { avif } from '../src/bench/codecs/avif.ts';
import { mozjpeg } from '../src/bench/codecs/jpeg.ts';
import { loe } from '../src/bench/codecs/loe.ts';
import { findPictures, type PictureFile, readPicture, writePicture } from '../src/bench/pictures.ts';
import { escapeHtml, pageOf } from '../src/bench/report/page.ts';
import { fileName, type GoodRow, isGood, pointText } from '../src/bench/row.ts';
import { ResultStore } from '../src/bench/store.ts';
import { lumaOf } from '../src/image/colour.ts';
import { cropRaster } from '../src/image/crop.ts';
import type { Raster } from '../src/image/raster.ts';
import { ssimulacra2Against } from '../src/metrics/ssimulacra2.ts';
import { AVIF_FOR_THE_EYE, codedWithin } from './within.ts';

/** Sides of the part, in pixels. */
const PART = 256;

/** Between the places that are tried for it, in pixels. */
const STRIDE = 16;

const STYLE = `<style>
main { max-width: none; }
.row { display: flex; gap: 6px; }
.row figure { flex: none; width: ${PART}px; }
</style>`;

interface Panel {
  readonly name: string;
  readonly raster: Raster;
  /** Of the file; none for the original. */
  readonly bytes?: number;
}

interface Corner {
  readonly x: number;
  readonly y: number;
}

/** The rows nearest to the rates on a logarithmic scale, each once. */
function nearestRows(rows: readonly GoodRow[], rates: readonly number[]): GoodRow[] {
  const nearest = rates.map((rate) => {
    const distance = ({ bpp }: GoodRow): number => Math.abs(Math.log(bpp / rate));
    return rows.toSorted((a, b) => distance(a) - distance(b)).slice(0, 1);
  });
  return [...new Set(nearest.flat())];
}

/** The corner of the part in which luma differs most from pixel to pixel of a row. */
function mostTextured(raster: Raster): Corner {
  const luma = lumaOf(raster);
  const textureAt = ({ x, y }: Corner): number => {
    let sum = 0;
    for (let row = y; row < y + PART; row++) {
      const from = row * raster.width + x;
      for (let i = from + 1; i < from + PART; i++) {
        sum += Math.abs((luma[i] as number) - (luma[i - 1] as number));
      }
    }
    return sum;
  };
  let best = { x: 0, y: 0, texture: -1 };
  for (let y = 0; y + PART <= raster.height; y += STRIDE) {
    for (let x = 0; x + PART <= raster.width; x += STRIDE) {
      const texture = textureAt({ x, y });
      if (texture > best.texture) best = { x, y, texture };
    }
  }
  return best;
}

/** The original, the bench's file, and the others in at most its bytes. */
async function panelsOf(original: Raster, row: GoodRow, bench: string): Promise<Panel[]> {
  const { bytes, codec: name } = row;
  const file = Uint8Array.from(await readFile(join(bench, row.file)));
  const anchors = [
    { name: 'AVIF', ...(await codedWithin(avif, AVIF_FOR_THE_EYE, original, bytes)) },
    { name: 'mozjpeg', ...(await codedWithin(mozjpeg, {}, original, bytes)) },
  ];
  return [
    { name: 'original', raster: original },
    { name, raster: await loe.decode(file, original), bytes },
    ...anchors.map(({ decoded, ...anchor }) => ({ ...anchor, raster: decoded })),
  ];
}

function captionOf({ name, raster, bytes }: Panel, scoreOf: (decoded: Raster) => number): string {
  if (bytes === undefined) return name;
  const bpp = (8 * bytes) / (raster.width * raster.height);
  return `${name}: ${bytes} bytes, ${bpp.toFixed(3)} bpp, SSIMULACRA2 ${scoreOf(raster).toFixed(1)}`;
}

/** Writes each picture, whole and its part, and tells the page about them. */
async function rowOf(
  panels: readonly Panel[],
  label: string,
  { x, y }: Corner,
  out: string,
): Promise<string> {
  const scoreOf = ssimulacra2Against((panels[0] as Panel).raster);
  const figures: string[] = [];
  for (const panel of panels) {
    const whole = `${fileName(`${label}_${panel.name}`)}.png`;
    const part = `part_${whole}`;
    await writePicture(join(out, whole), panel.raster);
    await writePicture(join(out, part), cropRaster(panel.raster, x, y, PART, PART));
    const caption = captionOf(panel, scoreOf);
    process.stderr.write(`${label} ${caption}\n`);
    figures.push(
      `<figure><a href="${whole}"><img src="${part}"></a><figcaption>${escapeHtml(caption)}</figcaption></figure>`,
    );
  }
  return `<div class="row">${figures.join('\n')}</div>`;
}

async function sectionOf(picture: PictureFile, rows: readonly GoodRow[]): Promise<string> {
  const original = await readPicture(picture);
  const corner = part ?? mostTextured(original);
  const lines: string[] = [];
  for (const row of rows) {
    const panels = await panelsOf(original, row, values.bench);
    lines.push(await rowOf(panels, `${parse(picture.name).name}_${pointText(row)}`, corner, values.out));
  }
  return `<h2>${escapeHtml(picture.name)}, ${corner.x}, ${corner.y}</h2>${lines.join('\n')}`;
}

const { values } = parseArgs({
  options: {
    bench: { type: 'string', default: 'out/bench' },
    pictures: { type: 'string', default: 'corpus/kodak' },
    bpp: { type: 'string', default: '0.15,0.3,0.6' },
    part: { type: 'string' },
    out: { type: 'string', default: 'out/eye' },
  },
});
const [x = 0, y = 0] = (values.part ?? '').split(',').map(Number);
const part = values.part === undefined ? undefined : { x, y };
const rates = values.bpp.split(',').map(Number);
const coded = (await ResultStore.open(values.bench)).rows
  .filter(isGood)
  .filter(({ file, upscale }) => file.endsWith('.loe') && upscale === 1);
await mkdir(values.out, { recursive: true });
const sections: string[] = [];
for (const picture of await findPictures([values.pictures])) {
  const rows = nearestRows(
    coded.filter(({ sha256 }) => sha256 === picture.sha256),
    rates,
  );
  if (rows.length > 0) sections.push(await sectionOf(picture, rows));
}
const page = join(values.out, 'index.html');
await writeFile(
  page,
  pageOf('By eye', `${STYLE}<h1>By eye</h1><p>Click for the whole picture.</p>${sections.join('\n')}`),
);
process.stdout.write(`${page}\n`);
