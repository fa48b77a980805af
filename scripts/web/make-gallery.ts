/** @file Encodes the pictures of the demo site's gallery: `npm run site:gallery` writes `site/public/gallery`. */

import { readFile, writeFile } from 'node:fs/promises';
import { GALLERY } from '../../site/pages/gallery.ts';
import { encode } from '../../src/index.ts';
import { readPng } from '../../src/png.ts';

const ROOT = new URL('../../', import.meta.url);

for (const { name } of GALLERY) {
  const { raster } = await readPng(await readFile(new URL(`corpus/${name}.png`, ROOT)));
  const { file, psnr } = await encode(raster, { quality: 60 });
  await writeFile(new URL(`site/public/gallery/${name}.loe`, ROOT), file);
  console.log(`${name}: ${file.length} bytes, ${psnr.toFixed(1)} dB`);
}
