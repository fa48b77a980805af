/**
 * @file Draws docs/harbour.jpg, the picture of the README: a part of the harbour three times as large, as it is and as JPEG,
 * AVIF and loec, the latter three in files of one size. `npm run figure`
 */

import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { BenchCodec, Setting } from '../src/bench/codec.ts';
import { avif } from '../src/bench/codecs/avif.ts';
import { jpeg } from '../src/bench/codecs/jpeg.ts';
import { decode } from '../src/decode.ts';
import { encode } from '../src/encode.ts';
import { readPng } from '../src/image/png/read.ts';
import type { Raster } from '../src/image/raster.ts';
import { resample } from '../src/image/resample.ts';
import { psnr } from '../src/metrics/psnr.ts';
import { ssimulacra2 } from '../src/metrics/ssimulacra2.ts';
import { AVIF_FOR_THE_EYE, codedWithin } from './within.ts';

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

/** The picture as one codec has it. */
interface Panel {
  readonly name: string;
  readonly bytes: number;
  readonly decoded: Raster;
  /** Enlarged. */
  readonly shown: Raster;
}

async function within(name: string, codec: BenchCodec, setting: Setting, bytes: number): Promise<Panel> {
  const coded = await codedWithin(codec, setting, raster, bytes);
  return { name, ...coded, shown: enlarged(coded.decoded) };
}

const png = await readFile(new URL('../corpus/harbour.png', import.meta.url));
const { raster } = await readPng(png, { name: 'harbour.png' });
const { file } = await encode(raster, { bpp: BPP });
const panels: Panel[] = [
  { name: 'original', bytes: png.length, decoded: raster, shown: enlarged(raster) },
  await within('JPEG', jpeg, {}, file.length),
  await within('AVIF', avif, AVIF_FOR_THE_EYE, file.length),
  {
    name: 'loec',
    bytes: file.length,
    decoded: await decode(file),
    shown: await decode(file, { scale: SCALE }),
  },
];
for (const { name, bytes, decoded } of panels) {
  const scores = `${psnr(raster, decoded).toFixed(2)} dB, SSIMULACRA2 ${ssimulacra2(raster, decoded).toFixed(1)}`;
  process.stderr.write(`${name} ${bytes} bytes, ${scores}\n`);
}

const [width, height] = [SCALE * PART.width, SCALE * PART.height];
const figure = sharp({
  create: {
    width: 2 * width + GAP,
    height: 2 * height + GAP,
    channels: 3,
    background: 'white',
  },
}).composite(
  await Promise.all(
    panels.map(async ({ shown }, i) => ({
      input: await part(shown),
      left: (i % 2) * (width + GAP),
      top: (i >> 1) * (height + GAP),
    })),
  ),
);
await writeFile(
  new URL('../docs/harbour.jpg', import.meta.url),
  await figure.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer(),
);
