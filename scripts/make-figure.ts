/**
 * @file Draws docs/harbour.jpg, the picture of the README: a part of the harbour three times as large, as it is, as JPEG and as
 * loec, the latter two in files of one size. `npm run figure`
 */

import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { decode } from '../src/decode.ts';
import { encode } from '../src/encode.ts';
import { readPng } from '../src/image/png/read.ts';
import type { Raster } from '../src/image/raster.ts';
import { resample } from '../src/image/resample.ts';
import { jpegWithin } from './jpeg.ts';

const SCALE = 3;
const BPP = 0.8;
const GAP = 12;

/** Shown, in pixels of the picture. */
const PART = { x: 16, y: 10, width: 124, height: 112 };

function enlarged(raster: Raster): Raster {
  return resample(raster, SCALE * raster.width, SCALE * raster.height, 'cubic');
}

/** The part of an enlarged picture, as PNG. */
function part({ width, height, data }: Raster): Promise<Buffer> {
  return sharp(data as Uint8Array, { raw: { width, height, channels: 3 } })
    .extract({
      left: SCALE * PART.x,
      top: SCALE * PART.y,
      width: SCALE * PART.width,
      height: SCALE * PART.height,
    })
    .png()
    .toBuffer();
}

const png = await readFile(new URL('../corpus/harbour.png', import.meta.url));
const { raster } = await readPng(png, { name: 'harbour.png' });
const { file, psnr } = await encode(raster, { bpp: BPP });
const jpeg = await jpegWithin(raster, file.length);
process.stderr.write(
  `loec ${file.length} bytes, ${psnr.toFixed(2)} dB; JPEG ${jpeg.bytes} bytes, ${jpeg.psnr.toFixed(2)} dB\n`,
);

const panels = [enlarged(raster), enlarged(jpeg.decoded), await decode(file, { scale: SCALE })];
const [width, height] = [SCALE * PART.width, SCALE * PART.height];
const figure = sharp({
  create: {
    width: 3 * width + 2 * GAP,
    height,
    channels: 3,
    background: 'white',
  },
}).composite(
  await Promise.all(
    panels.map(async (panel, i) => ({ input: await part(panel), left: i * (width + GAP), top: 0 })),
  ),
);
await writeFile(
  new URL('../docs/harbour.jpg', import.meta.url),
  await figure.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer(),
);
