/** @file Many small pictures for measuring: crops of `corpus/harbour.png`, of which no two are the same. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pictureBytes } from '../../src/bench/pictures.ts';
import { cropRaster } from '../../src/image/crop.ts';
import { readPng } from '../../src/image/png/read.ts';

/** Writes `0000.png` and so on. @param side of each, in pixels; @returns their paths */
export async function makePictures(folder: string, count: number, side: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const name = 'harbour.png';
  const bytes = readFileSync(new URL(`../../corpus/${name}`, import.meta.url));
  const { raster } = await readPng(bytes, { name });
  const [columns, rows] = [raster.width - side + 1, raster.height - side + 1];
  // A step that has no factor in common with the number of places comes to each of them once.
  const step = Math.floor(columns * rows * 0.382) | 1;
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    const place = (i * step) % (columns * rows);
    const crop = cropRaster(raster, place % columns, Math.floor(place / columns), side, side);
    const path = join(folder, `${String(i).padStart(4, '0')}.png`);
    writeFileSync(path, await pictureBytes(crop));
    paths.push(path);
  }
  return paths;
}
