/**
 * @file Makes the golden files of formats/vectors and the table of what they decode to: `npm run vectors`. Run it only when the
 * format changes on purpose, and say why in the commit.
 */

import { readFile, writeFile } from 'node:fs/promises';
import type { Contents } from '../src/container/contents.ts';
import { writeContents } from '../src/container/write.ts';
import { decode } from '../src/decode.ts';
import { type EncodeOptions, encode } from '../src/encode.ts';
import { readPng } from '../src/image/png/read.ts';
import { pixelCrc, SCALES, type Vector } from '../test/vectors.ts';

const VECTORS = new URL('../formats/vectors/', import.meta.url);

/** The worked example of formats/loe.md. */
const TINY: Contents = {
  width: 2,
  height: 2,
  channels: 1,
  depth: 8,
  colour: [],
  metadata: [],
  spec: {
    input: { kind: 'coordinates' },
    filters: 0,
    layers: [
      { width: 1, selector: { kind: 'one' }, activation: { kind: 'sine', omega: 30 } },
      { width: 1, selector: { kind: 'one' }, activation: { kind: 'linear' } },
    ],
  },
  pyramid: null,
  segmentation: null,
  preset: '',
  weights: {
    kind: 'quantized',
    stepIndices: [-80, -80, -32, -32],
    levels: [Int32Array.of(2, -1), Int32Array.of(0), Int32Array.of(3), Int32Array.of(-1)],
  },
};

async function encodeCorpus(name: string, options: EncodeOptions): Promise<Uint8Array> {
  const bytes = await readFile(new URL(`../corpus/${name}.png`, import.meta.url));
  const { raster } = readPng(bytes, { name, metadata: false });
  const { file } = await encode(raster, options);
  return file;
}

async function store(name: string, file: Uint8Array): Promise<Vector> {
  await writeFile(new URL(name, VECTORS), file);
  const crcs: Record<string, string> = {};
  for (const scale of SCALES) crcs[scale] = pixelCrc(await decode(file, { scale }));
  return { name, bytes: file.length, crcs };
}

const vectors = [
  await store('tiny.loe', await writeContents(TINY)),
  await store('harbour.loe', await encodeCorpus('harbour', { bpp: 0.4, steps: 1500 })),
  await store(
    'badge.loe',
    await encodeCorpus('badge', { preset: 'seg-loe', bpp: 1.5, depth: 3, steps: 1000 }),
  ),
  await store(
    'moon.loe',
    await encodeCorpus('moon', { weights: 'float32', width: 6, steps: 500, preset: 'siren' }),
  ),
];
await writeFile(new URL('vectors.json', VECTORS), `${JSON.stringify(vectors, null, 2)}\n`);
