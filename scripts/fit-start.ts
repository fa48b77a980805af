/**
 * @file Fits the learned start of pyramid fields over pictures: every round begins a fit of each picture at the start so far, and the
 * mean of what the fits end with is the next start (Reptile with all tasks in a step, Nichol et al. 2018). The mean is also what
 * files of other pictures are coded against.
 *
 *     npm run start:fit -- --images ../shared/train --rounds 3 --steps 250 --out formats/starts/2.bin
 */

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chooseEngine } from '../src/engine/choose.ts';
import type { Engine } from '../src/engine/engine.ts';
import { structuredStart } from '../src/field/init.ts';
import { gridSize } from '../src/field/pyramid.ts';
import { inputWidth } from '../src/field/spec.ts';
import { type Parameters, START_CONTEXT, START_FIELD } from '../src/field/starts.ts';
import { MAIN, stepOfStretch } from '../src/fit/pyramid/schedule.ts';
import { beginAt } from '../src/fit/pyramid/start.ts';
import { cropRaster } from '../src/image/crop.ts';
import { readPng } from '../src/image/png/read.ts';
import type { Raster } from '../src/image/raster.ts';
import { packStart } from './pack-start.ts';

/** The trades that pictures are fitted at, in turn: about 0.2 to 1.2 bits per pixel. */
const LAMBDAS = [0.0005, 0.001, 0.002, 0.004];

/** Pictures are cut to their middle of so many pixels a side: more of them in the time of one. */
const SIDE = 352;

const { values } = parseArgs({
  options: {
    images: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    steps: { type: 'string', default: '250' },
    out: { type: 'string' },
  },
});
if (values.images === undefined || values.out === undefined) {
  throw new Error('give --images FOLDER and --out FILE');
}

const names = (await readdir(values.images)).filter((name) => name.endsWith('.png')).sort();
const engine = await chooseEngine('wasm');
let start: Parameters = structuredStart(START_FIELD, START_CONTEXT, 1);
for (let round = 0; round < Number(values.rounds); round++) {
  const ends: Parameters[] = [];
  let sum = 0;
  for (const [i, name] of names.entries()) {
    const png = await readFile(join(values.images, name));
    const raster = middleOf(readPng(png, { name, metadata: false }).raster);
    const lambda = LAMBDAS[(i + round) % LAMBDAS.length] as number;
    const { end, loss } = await fitFrom(
      engine,
      raster,
      round === 0 ? start : beginAt(start, START_CONTEXT),
      lambda,
    );
    ends.push(end);
    sum += Math.log(loss);
    process.stderr.write(
      `round ${round + 1}: ${name} at λ = ${lambda}: ln J = ${Math.log(loss).toFixed(3)}\n`,
    );
  }
  start = {
    field: meanOf(ends.map(({ field }) => field)),
    context: meanOf(ends.map(({ context }) => context)),
  };
  process.stderr.write(`round ${round + 1}: mean ln J = ${(sum / names.length).toFixed(4)}\n`);
  await writeFile(values.out, packStart(start));
}
await engine.dispose();

async function fitFrom(
  engine: Engine,
  raster: Raster,
  from: Parameters,
  lambda: number,
): Promise<{ end: Parameters; loss: number }> {
  const latents = Array.from({ length: inputWidth(START_FIELD) }, (_, level) => {
    const { width, height } = gridSize(raster.width, raster.height, level);
    return new Float32Array(width * height);
  });
  const problem = {
    spec: START_FIELD,
    context: START_CONTEXT,
    raster,
    tuples: null,
    start: { ...from, latents },
  };
  const session = await engine.fitPyramid(problem);
  const steps = Number(values.steps);
  for (let i = 0; i < steps; i++) await session.train([stepOfStretch(MAIN, i, steps, lambda, i)]);
  const { distortion, bits } = await session.loss();
  const end = session.readState();
  session.dispose();
  return { end, loss: distortion + (lambda * bits) / (raster.width * raster.height) };
}

function middleOf(raster: Raster): Raster {
  const width = Math.min(SIDE, raster.width);
  const height = Math.min(SIDE, raster.height);
  const x = Math.floor((raster.width - width) / 2);
  const y = Math.floor((raster.height - height) / 2);
  return cropRaster(raster, x, y, width, height);
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const first = vectors[0] as Float32Array;
  return first.map(
    (_, i) => vectors.reduce((sum, vector) => sum + (vector[i] as number), 0) / vectors.length,
  );
}
