/**
 * @file Makes the golden files of formats/vectors that are missing, and the table of what all of them decode to: `npm run vectors`.
 * Files that are there stay, as the same fit is another file with every change of the encoder. Delete one only when the format
 * changes on purpose, and say why in the commit.
 */

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { FieldContents } from '../src/container/contents.ts';
import { writeContents } from '../src/container/write.ts';
import { decode } from '../src/decode.ts';
import { type EncodeOptions, encode } from '../src/encode.ts';
import { cropRaster } from '../src/image/crop.ts';
import { iccpData } from '../src/image/icc/iccp.ts';
import { readPng } from '../src/image/png/read.ts';
import type { Raster } from '../src/image/raster.ts';
import { plainMapping } from '../src/samples/mapping.ts';
import { rasterOf } from '../test/image/rasters.ts';
import { pixelCrc, SCALES, type Vector } from '../test/vectors.ts';

const VECTORS = new URL('../formats/vectors/', import.meta.url);

/** The worked example of formats/loe.md. */
const TINY: FieldContents = {
  kind: 'field',
  width: 2,
  height: 2,
  channels: 1,
  depth: 8,
  colour: [],
  metadata: [],
  samples: plainMapping({ channels: 1, depth: 8 }),
  alpha: null,
  spec: {
    input: { kind: 'coordinates' },
    filters: 0,
    overlap: 0,
    layers: [
      { width: 1, selector: { kind: 'one' }, activation: { kind: 'sine', omega: 30 } },
      { width: 1, selector: { kind: 'one' }, activation: { kind: 'linear' } },
    ],
  },
  start: null,
  pyramid: null,
  segmentation: null,
  enhancement: null,
  preset: '',
  weights: {
    kind: 'quantized',
    stepIndices: [-80, -80, -32, -32],
    integers: [Int32Array.of(2, -1), Int32Array.of(0), Int32Array.of(3), Int32Array.of(-1)],
  },
};

/** Every chunk that may travel with a picture; data whose values do not matter here counts up. */
const CHUNKS: Pick<FieldContents, 'colour' | 'metadata'> = {
  colour: [
    { type: 'cICP', data: Uint8Array.of(9, 16, 0, 1) },
    { type: 'iCCP', data: iccpData(countedBytes(5)) },
    { type: 'sRGB', data: Uint8Array.of(0) },
    { type: 'gAMA', data: Uint8Array.of(0, 0, 0xb1, 0x8f) },
    { type: 'cHRM', data: countedBytes(32) },
    { type: 'mDCV', data: countedBytes(24) },
    { type: 'cLLI', data: countedBytes(8) },
    { type: 'sBIT', data: Uint8Array.of(5) },
    { type: 'pHYs', data: Uint8Array.of(0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1) },
  ],
  metadata: [
    { type: 'eXIf', data: latin1('II*\0\x08\0\0\0\0\0') },
    { type: 'iTXt', data: latin1('Title\0\0\0en\0\0two pixels') },
    { type: 'tEXt', data: latin1('Comment\0by two') },
    { type: 'zTXt', data: latin1('Author\0\0deflated') },
  ],
};

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function countedBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i);
}

/** A grey wave of 16 bits. */
const WAVE = rasterOf(23, 17, 1, 16, (x, y) => 0.5 + 0.4 * Math.sin(x / 4) * Math.cos(y / 5));

/** A coloured disc on nothing. */
const DISC = rasterOf(20, 20, 4, 8, (x, y, c) => {
  const isInside = Math.hypot(x - 9.5, y - 9.5) < 8;
  return c === 3 ? Number(isInside) : isInside ? (x + (c + 1) * y) / 80 : 0;
});

/** Red, green and blue that are equal. */
const GREY = rasterOf(31, 22, 3, 8, (x, y) => 0.5 + 0.3 * Math.sin(x / 5 + y / 9) * Math.cos(y / 4));

/** Heights in a small part of what 16 bits hold. */
const HEIGHTS = rasterOf(29, 21, 1, 16, (x, y) => (1500 + 400 * Math.sin(x / 6) * Math.cos(y / 7)) / 65535);

/** A wave of grey with alpha, cut by a diagonal: pixels are transparent or opaque. */
const CUT = rasterOf(26, 19, 2, 8, (x, y, c) =>
  c === 1 ? Number(3 * x + y < 60) : 0.5 + 0.4 * Math.sin(x / 3),
);

/** A coloured disc on nothing whose edge is soft: transparent, opaque, and between. */
const GLOW = rasterOf(32, 27, 4, 8, (x, y, c) => {
  const alpha = Math.min(1, Math.max(0, (12 - Math.hypot(x - 15, y - 13)) / 4));
  return c === 3 ? alpha : alpha > 0 ? (x + (c + 1) * y) / 120 : 0;
});

/** Nothing that can be predicted: its latents are worth the large networks. */
const CHIRP = rasterOf(110, 90, 3, 8, (x, y, c) => 0.5 + 0.45 * Math.sin((x * y * (c + 3)) / 11));

/** Rings of four colours with hard edges. */
const RINGS = rasterOf(26, 19, 3, 8, (x, y, c) => {
  const ring = Math.floor(Math.hypot(x - 12, y - 9) / 3) % 4;
  return ((ring * (c + 2)) % 5) / 4;
});

/** Discs with soft edges on nothing. */
const DOTS = rasterOf(21, 15, 4, 16, (x, y, c) => {
  const distance = Math.hypot((x % 7) - 3, (y % 7.5) - 3.2) - 2.4;
  const cover = Math.min(4, Math.max(0, Math.round(4 * (0.5 - distance)))) / 4;
  return c === 3 ? cover : cover > 0 ? ([0.9, 0.3, 0.02 * Math.floor(x / 7)][c] as number) : 0;
});

async function readCorpus(name: string): Promise<Raster> {
  const bytes = await readFile(new URL(`../corpus/${name}.png`, import.meta.url));
  return (await readPng(bytes, { name })).raster;
}

async function encodeCorpus(name: string, options: EncodeOptions): Promise<Uint8Array> {
  return encodeRaster(await readCorpus(name), options);
}

async function encodeRaster(raster: Raster, options: EncodeOptions): Promise<Uint8Array> {
  const { file } = await encode(raster, options);
  return file;
}

/** @param make makes the file where there is none */
async function store(name: string, make: () => Promise<Uint8Array>): Promise<Vector> {
  const url = new URL(name, VECTORS);
  if (!existsSync(url)) await writeFile(url, await make());
  const file = Uint8Array.from(await readFile(url));
  const crcs: Record<string, string> = {};
  for (const scale of SCALES) crcs[scale] = pixelCrc(await decode(file, { scale }));
  return { name, bytes: file.length, crcs };
}

const vectors = [
  await store('tiny.loe', () => writeContents(TINY)),
  await store('tiny-chunks.loe', () => writeContents({ ...TINY, ...CHUNKS })),
  await store('harbour.loe', () => encodeCorpus('harbour', { preset: 'loe', bpp: 0.4, steps: 1500 })),
  await store('badge.loe', () =>
    encodeCorpus('badge', { preset: 'seg-loe', bpp: 1.5, depth: 3, steps: 1000 }),
  ),
  await store('moon.loe', () =>
    encodeCorpus('moon', { weights: 'float32', width: 6, steps: 500, preset: 'siren' }),
  ),
  await store('pyramid.loe', async () =>
    encodeRaster(cropRaster(await readCorpus('harbour'), 60, 40, 71, 50), { quality: 40, steps: 300 }),
  ),
  await store('pyramid-grey16.loe', () =>
    encodeRaster(WAVE, { preset: 'pyramid-loe', quality: 50, steps: 200 }),
  ),
  await store('pyramid-rgba.loe', () =>
    encodeRaster(DISC, { preset: 'pyramid-seg', quality: 40, steps: 200 }),
  ),
  await store('pyramid-enhanced.loe', async () =>
    encodeRaster(cropRaster(await readCorpus('harbour'), 60, 60, 45, 38), { quality: 93, steps: 150 }),
  ),
  await store('grey-rgb.loe', () => encodeRaster(GREY, { quality: 40, steps: 200 })),
  await store('range16.loe', () => encodeRaster(HEIGHTS, { quality: 60, steps: 200 })),
  await store('mask.loe', () => encodeRaster(CUT, { quality: 40, steps: 200 })),
  await store('soft-alpha.loe', () => encodeRaster(GLOW, { quality: 40, steps: 200 })),
  await store('flat.loe', () => encodeRaster(RINGS, { preset: 'flat' })),
  await store('flat-soft.loe', () => encodeRaster(DOTS, { preset: 'flat' })),
  await store('pyramid-large.loe', () => encodeRaster(CHIRP, { effort: 6, quality: 90, steps: 200 })),
];
await writeFile(new URL('vectors.json', VECTORS), `${JSON.stringify(vectors, null, 2)}\n`);
