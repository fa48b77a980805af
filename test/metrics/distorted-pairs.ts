/** @file Pictures of the corpus with damage that is the same everywhere, for scores that other programs have given them. */

import { readFile } from 'node:fs/promises';
import { seededRandom } from '../../src/field/random.ts';
import { cropRaster } from '../../src/image/crop.ts';
import { readPng } from '../../src/image/png/read.ts';
import { peakOf, type Raster } from '../../src/image/raster.ts';
import { rasterOf } from '../image/rasters.ts';

export interface Pair {
  readonly name: string;
  readonly original: Raster;
  readonly distorted: Raster;
}

/** Of a sample, its place and its picture: the sample as it becomes, 0 … 1. */
type Damage = (picture: Raster, x: number, y: number, channel: number) => number;

/** A sample of the picture, 0 … 1; beyond an edge, that of the edge. */
function sample({ width, height, channels, depth, data }: Raster, x: number, y: number, c: number): number {
  const column = Math.min(width - 1, Math.max(0, x));
  const row = Math.min(height - 1, Math.max(0, y));
  return (data[(row * width + column) * channels + c] as number) / peakOf(depth);
}

/** The mean of samples from (x, y) to the right and down. */
function blockMean(picture: Raster, x: number, y: number, c: number, side: number): number {
  let sum = 0;
  for (let i = 0; i < side * side; i++) {
    sum += sample(picture, x + (i % side), y + Math.floor(i / side), c);
  }
  return sum / side ** 2;
}

const shifted: Damage = (picture, x, y, c) => sample(picture, x - 1, y, c);
const darker: Damage = (picture, x, y, c) => 0.9 * sample(picture, x, y, c);
const grey: Damage = (picture, x, y, c) =>
  c === 3 ? sample(picture, x, y, c) : [0, 1, 2].reduce((sum, i) => sum + sample(picture, x, y, i) / 3, 0);
const greener: Damage = (picture, x, y, c) => Math.min(1, sample(picture, x, y, c) + (c === 1 ? 6 / 255 : 0));

const blurred =
  (side: number): Damage =>
  (picture, x, y, c) =>
    blockMean(picture, x - (side >> 1), y - (side >> 1), c, side);

/** Blocks are half their mean, as where a codec leaves out what is fine. */
const blocks =
  (side: number): Damage =>
  (picture, x, y, c) =>
    (blockMean(picture, x - (x % side), y - (y % side), c, side) + sample(picture, x, y, c)) / 2;

const banded =
  (levels: number): Damage =>
  (picture, x, y, c) =>
    Math.floor(sample(picture, x, y, c) * (levels - 1) + 0.5) / (levels - 1);

function noisy(amplitude: number): Damage {
  const random = seededRandom(5);
  return (picture, x, y, c) =>
    Math.min(1, Math.max(0, sample(picture, x, y, c) + amplitude * (random() - 0.5)));
}

const damages = (): Record<string, Damage> => ({
  shifted,
  darker,
  'blurred 2': blurred(2),
  'blurred 3': blurred(3),
  'blurred 7': blurred(7),
  'blocks 8': blocks(8),
  'banded 8': banded(8),
  'banded 64': banded(64),
  'noisy 0.02': noisy(0.02),
  'noisy 0.1': noisy(0.1),
  'noisy 0.5': noisy(0.5),
});

/** Sides about the least ones of two, three, … six scales, with odd ones among them. */
const SMALL_SIZES = [
  [8, 8],
  [9, 14],
  [17, 15],
  [33, 40],
  [64, 57],
  [112, 113],
  [113, 127],
] as const;

export async function distortedPairs(): Promise<Pair[]> {
  const [harbour, marble, moon, badge] = await Promise.all(['harbour', 'marble', 'moon', 'badge'].map(read));
  const small = SMALL_SIZES.map(([width, height]) => cropRaster(harbour as Raster, 40, 0, width, height));
  return [
    ...pairsOf('harbour', harbour as Raster, { ...damages(), grey, greener }),
    ...pairsOf('marble', marble as Raster, { 'blocks 4': blocks(4), 'noisy 0.05': noisy(0.05), grey }),
    ...pairsOf('moon', moon as Raster, { 'blurred 3': blurred(3), 'noisy 0.05': noisy(0.05) }),
    ...pairsOf('badge', badge as Raster, { 'blurred 3': blurred(3), 'noisy 0.05': noisy(0.05), grey }),
    ...small.flatMap((picture) =>
      pairsOf(`${picture.width}x${picture.height}`, picture, { 'blurred 3': blurred(3) }),
    ),
  ];
}

async function read(name: string): Promise<Raster> {
  const file = await readFile(new URL(`../../corpus/${name}.png`, import.meta.url));
  return (await readPng(file)).raster;
}

function pairsOf(name: string, original: Raster, kinds: Readonly<Record<string, Damage>>): Pair[] {
  const { width, height, channels, depth } = original;
  return Object.entries(kinds).map(([kind, damage]) => ({
    name: `${name}, ${kind}`,
    original,
    distorted: rasterOf(width, height, channels, depth, (x, y, c) => damage(original, x, y, c)),
  }));
}
