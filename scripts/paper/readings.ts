/**
 * @file What the paper leaves open, read in other ways: learning rate, ω, where tiles begin, whether experts share their bias. Prints the PSNR of
 * unclipped colours after the reduced protocol.
 *
 *     npx tsx scripts/paper/readings.ts --images corpus/kodak/kodim05.png,corpus/kodak/kodim13.png
 */

import { parseArgs } from 'node:util';
import { findPictures, readPicture } from '../../src/bench/pictures.ts';
import { toMarkdown } from '../../src/bench/report/tables.ts';
import { mean } from '../../src/bench/summary.ts';
import { chooseEngine } from '../../src/engine/choose.ts';
import type { CoordinateProblem, CoordinateSession } from '../../src/engine/coordinates.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { type FieldSpec, type Tensor, tensorsOf } from '../../src/field/spec.ts';
import { pictureSegmentation } from '../../src/fit/coordinates/coordinate-problem.ts';
import type { Raster } from '../../src/image/raster.ts';
import { psnrOfLoss } from './fit.ts';
import { croppedTo, type Protocol, problemOf, REDUCED, specOf } from './protocol.ts';
import { type System, systemsOf } from './systems.ts';

interface Reading {
  readonly name: string;
  readonly change?: Partial<Protocol>;
  /** Other experts for the positions. */
  readonly tuples?: (problem: CoordinateProblem) => Uint32Array;
  /** Done after every step. */
  readonly afterStep?: (session: CoordinateSession, spec: FieldSpec) => Promise<void>;
}

/** The learning rate that other things are changed at. */
const BASE: Protocol = { ...REDUCED, learningRate: 7e-4 };

const READINGS: readonly Reading[] = [
  ...[1e-4, 3.5e-4, 7e-4, 1.4e-3, 2.8e-3].map((learningRate) => ({
    name: `rate ${learningRate}`,
    change: { learningRate },
  })),
  { name: 'ω 15', change: { omega: 15 } },
  { name: 'ω 60', change: { omega: 60 } },
  { name: 'tiles begin half a tile later', tuples: shiftedTuples },
  { name: 'experts share their bias', afterStep: shareBiases },
];

const SYSTEMS = ['siren', 'loe-qt', 'loe-ftc', 'seg-loe'];

/** ⌊A·p + ½⌋ in place of ⌊A·p⌋. Tiles that begin at the corner are those that begin at the centre, as every A is even. */
function shiftedTuples({ spec, samples: { coordinates, tuples } }: CoordinateProblem): Uint32Array {
  const parity = (frequency: number, p: number): number => Math.floor(frequency * p + 0.5) & 1;
  return tuples.map((tuple, i) => {
    const [x, y] = [coordinates[2 * i] as number, coordinates[2 * i + 1] as number];
    return spec.layers.reduce((shifted, { selector }, layer) => {
      if (selector.kind !== 'tile') return shifted;
      const expert = 2 * parity(selector.frequency, y) + parity(selector.frequency, x);
      return (shifted & ~(3 << (2 * layer))) | (expert << (2 * layer));
    }, tuple);
  });
}

/** Every bias becomes the mean over the experts: Adam's steps for a shared bias, but for how it weighs them. */
async function shareBiases(session: CoordinateSession, spec: FieldSpec): Promise<void> {
  const parameters = await session.readParameters();
  for (const tensor of tensorsOf(spec)) if (tensor.kind === 'bias') shareBias(parameters, tensor);
  session.writeParameters(parameters);
}

function shareBias(parameters: Float32Array, { offset, experts, rows }: Tensor): void {
  for (let row = 0; row < rows; row++) {
    const places = Array.from({ length: experts }, (_, expert) => offset + expert * rows + row);
    const shared = mean(places.map((place) => parameters[place] as number));
    for (const place of places) parameters[place] = shared;
  }
}

async function fit(engine: Engine, system: System, raster: Raster, reading: Reading): Promise<number> {
  const protocol = { ...BASE, ...reading.change };
  const spec = specOf(system, protocol, raster.channels);
  const segmentation = pictureSegmentation(spec, raster, system.thresholds);
  const problem = problemOf(spec, segmentation, raster, protocol.seed);
  const tuples = reading.tuples?.(problem) ?? problem.samples.tuples;
  const session = await engine.fitCoordinates({ ...problem, samples: { ...problem.samples, tuples } });
  const step = { learningRate: protocol.learningRate, batch: 0 };
  const stride = reading.afterStep ? 1 : protocol.steps;
  for (let taken = 0; taken < protocol.steps; taken += stride) {
    await session.train(Array(stride).fill(step));
    await reading.afterStep?.(session, spec);
  }
  const quality = psnrOfLoss(await session.loss());
  session.dispose();
  return quality;
}

const { values } = parseArgs({ options: { images: { type: 'string', default: 'corpus/harbour.png' } } });
const engine = await chooseEngine('auto');
const systems = systemsOf('all').filter(({ name }) => SYSTEMS.includes(name));
const rasters: Raster[] = [];
for (const file of await findPictures(values.images.split(','))) {
  rasters.push(croppedTo(REDUCED, await readPicture(file)));
}
const rows: string[][] = [];
for (const reading of READINGS) {
  const cells: string[] = [];
  for (const system of systems) {
    const qualities: number[] = [];
    for (const raster of rasters) qualities.push(await fit(engine, system, raster, reading));
    cells.push(mean(qualities).toFixed(2));
    process.stderr.write(`${reading.name}, ${system.name}: ${cells.at(-1)} dB\n`);
  }
  rows.push([reading.name, ...cells]);
}
process.stdout.write(toMarkdown({ head: ['reading', ...systems.map(({ name }) => name)], rows }));
await engine.dispose();
