/**
 * @file Fits the learned start of pyramid fields: one field and one context model to a mosaic of pieces of many pictures, each at
 * zero latents of its own. What they end with suits all of them and is what files of other pictures are coded against.
 *
 *     npm run start:fit -- --images ../shared/train --model 2 --steps 2200 --tune psnr --out formats/starts/2.bin
 */

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { distortionFor } from '../src/distortion/by-tune.ts';
import type { Tune } from '../src/distortion/tunes.ts';
import { chooseEngine } from '../src/engine/choose.ts';
import { START_MODELS } from '../src/entropy/starts.ts';
import { modelOf } from '../src/field/model.ts';
import { structuredStart } from '../src/field/structured-start.ts';
import { mainSchedule, scheduledStep } from '../src/fit/pyramid/schedule.ts';
import { cropRaster } from '../src/image/crop.ts';
import { readPng } from '../src/image/png/read.ts';
import type { Raster } from '../src/image/raster.ts';
import { packStart } from './pack-start.ts';

/** Pixels along a side of a piece: three cells of the coarsest grid but two. */
const SIDE = 192;

/** Pieces of a row of the mosaic. */
const COLUMNS = 5;

/** The trade of the fit: about half a bit per pixel. */
const LAMBDA = 0.0015;

/** About what latents of photographs take at it. */
const BITS_PER_PIXEL = 0.5;

const { values } = parseArgs({
  options: {
    images: { type: 'string' },
    model: { type: 'string', default: '1' },
    steps: { type: 'string', default: '1500' },
    seed: { type: 'string', default: '1' },
    tune: { type: 'string', default: 'psnr' },
    out: { type: 'string' },
  },
});
if (values.images === undefined || values.out === undefined) {
  throw new Error('give --images FOLDER and --out FILE');
}

const startModel = START_MODELS[Number(values.model)];
if (!startModel) throw new Error(`--model is one of ${Object.keys(START_MODELS).join(', ')}`);

const raster = mosaicOf(await piecesOf(values.images));
const model = modelOf(startModel.field, startModel.context, raster);
const engine = await chooseEngine('wasm');
const session = await engine.fitPyramid({
  model,
  raster,
  distortion: distortionFor(values.tune as Tune, null),
  tuples: null,
  start: { ...structuredStart(model, Number(values.seed)), latents: null },
});
const steps = Number(values.steps);
for (let i = 0; i < steps; i++) {
  await session.train([
    scheduledStep(mainSchedule(steps, false, BITS_PER_PIXEL, LAMBDA), i, steps, LAMBDA, i),
  ]);
  if ((i + 1) % 100 === 0) await report(i + 1);
}
await writeFile(values.out, packStart(await session.readWeights(), startModel));
session.dispose();
await engine.dispose();

async function report(step: number): Promise<void> {
  const { distortion, bits } = await session.loss();
  const bpp = bits / (raster.width * raster.height);
  const decibels = -10 * Math.log10(distortion);
  process.stderr.write(
    `step ${step}: D of ${decibels.toFixed(2)} dB, ${bpp.toFixed(4)} bpp, J ${distortion + LAMBDA * bpp}\n`,
  );
}

/** The middle of every picture. */
async function piecesOf(folder: string): Promise<Raster[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort();
  return Promise.all(
    names.map(async (name) => {
      const png = await readFile(join(folder, name));
      const picture = (await readPng(png, { name })).raster;
      const x = Math.floor((picture.width - SIDE) / 2);
      const y = Math.floor((picture.height - SIDE) / 2);
      return cropRaster(picture, x, y, SIDE, SIDE);
    }),
  );
}

function mosaicOf(pieces: readonly Raster[]): Raster {
  const [first] = pieces as [Raster];
  const { channels } = first;
  const width = COLUMNS * SIDE;
  const height = Math.floor(pieces.length / COLUMNS) * SIDE;
  const data = new Uint8Array(width * height * channels);
  for (const [i, piece] of pieces.slice(0, COLUMNS * (height / SIDE)).entries()) {
    const at = (Math.floor(i / COLUMNS) * SIDE * width + (i % COLUMNS) * SIDE) * channels;
    for (let row = 0; row < SIDE; row++) {
      const from = row * SIDE * channels;
      data.set(piece.data.subarray(from, from + SIDE * channels), at + row * width * channels);
    }
  }
  return { ...first, width, height, data };
}
