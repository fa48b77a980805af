/**
 * @file The ablation of docs/experiments.md, "Sizes of the pyramid's networks": pyramid fields with one thing changed, fitted to the
 * middles of pictures. What is compared is D + λR at rounded latents, R the bits of the latents by the context model; weights are only
 * counted.
 *
 *     npm run bench:ablation -- --images corpus/kodak/kodim03.png,… --steps 600 --tune psnr
 */

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { mean } from '../src/bench/summary.ts';
import { distortionFor } from '../src/distortion/by-tune.ts';
import type { Tune } from '../src/distortion/tunes.ts';
import { chooseEngine } from '../src/engine/choose.ts';
import type { Engine } from '../src/engine/engine.ts';
import type { PyramidLoss } from '../src/engine/pyramid.ts';
import { type ContextSpec, contextTensors } from '../src/field/context.ts';
import { type Model, modelOf } from '../src/field/model.ts';
import type { Parameters } from '../src/field/parameters.ts';
import { PYRAMID_CONTEXTS, presetSpec } from '../src/field/presets.ts';
import { levelCount } from '../src/field/pyramid.ts';
import {
  type FieldSpec,
  type LayerSpec,
  parameterCount,
  type Selector,
  valueCount,
} from '../src/field/spec.ts';
import { structuredStart } from '../src/field/structured-start.ts';
import { firstTuples } from '../src/fit/pyramid/experts.ts';
import { Forecast } from '../src/fit/pyramid/forecast.ts';
import { mainSchedule, scheduledStep } from '../src/fit/pyramid/schedule.ts';
import { chooseStart, latentGain, lessConfident, withGain } from '../src/fit/pyramid/start.ts';
import { lambdaOfQuality } from '../src/fit/pyramid/target.ts';
import { cropRaster } from '../src/image/crop.ts';
import { readPng } from '../src/image/png/read.ts';
import type { Raster } from '../src/image/raster.ts';

const WIDTH = 384;
const HEIGHT = 256;
const LAMBDA = lambdaOfQuality(45, 8);

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: 'corpus/harbour.png' },
    steps: { type: 'string', default: '600' },
    tune: { type: 'string', default: 'psnr' },
    threads: { type: 'string', default: '2' },
  },
});
const STEPS = Number(values.steps);
const TUNE = values.tune as Tune;

interface Variant {
  readonly field: FieldSpec;
  readonly context: ContextSpec;
  readonly isLearned?: boolean;
}

const PLAIN: Variant = {
  field: presetSpec('pyramid', { channels: 3, levels: levelCount(WIDTH, HEIGHT) }),
  context: PYRAMID_CONTEXTS.small,
};

function withContext(change: Partial<ContextSpec>): Variant {
  return { ...PLAIN, context: { ...PLAIN.context, ...change } };
}

function withField(change: Partial<FieldSpec>): Variant {
  return { ...PLAIN, field: { ...PLAIN.field, ...change } };
}

/** @param change of the first layer */
function withHidden(change: Partial<LayerSpec>): Variant {
  const [hidden, ...others] = PLAIN.field.layers as [LayerSpec, ...LayerSpec[]];
  return withField({ layers: [{ ...hidden, ...change }, ...others] });
}

const tile = (frequency: number): Selector => ({ kind: 'tile', frequency });

/** The first one is what the others are compared with. */
const MODELS: readonly (readonly [string, Variant])[] = [
  ['structured start', PLAIN],
  ['learned start', { ...PLAIN, isLearned: true }],
  ['no activation', withHidden({ activation: { kind: 'linear' } })],
  ['16 hidden units', withHidden({ width: 16 })],
  ['48 hidden units', withHidden({ width: 48 })],
  ['no filters', withField({ filters: 0 })],
  ['one filter', withField({ filters: 1 })],
  ['three filters', withField({ filters: 3 })],
  ['experts by 2×2 tiles', withHidden({ selector: tile(1) })],
  ['experts by 4×4 tiles', withHidden({ selector: tile(2) })],
  ['context of 6 neighbours', withContext({ neighbours: 6 })],
  ['context of 18 neighbours', withContext({ neighbours: 18 })],
  ['no cells of coarser planes', withContext({ coarser: 0 })],
  ['6 cells of coarser planes', withContext({ coarser: 6 })],
  ['context model 8 wide', withContext({ width: 8 })],
  ['context model 24 wide', withContext({ width: 24 })],
];

async function middleOf(path: string): Promise<Raster> {
  const { raster } = await readPng(await readFile(path), { name: path });
  const left = Math.floor((raster.width - WIDTH) / 2);
  const top = Math.floor((raster.height - HEIGHT) / 2);
  return cropRaster(raster, left, top, WIDTH, HEIGHT);
}

function learnedStart(model: Model): Parameters {
  const learned = chooseStart(model, 1);
  return {
    field: withGain(model, learned.field, latentGain(LAMBDA)),
    context: lessConfident(model, learned.context),
  };
}

async function fit(engine: Engine, raster: Raster, { field, context, isLearned = false }: Variant) {
  const gain = isLearned ? latentGain(LAMBDA) : 1;
  const model = modelOf(field, context, raster);
  const session = await engine.fitPyramid({
    model,
    raster,
    distortion: distortionFor(TUNE, null),
    tuples: firstTuples({ model }),
    start: { ...(isLearned ? learnedStart(model) : structuredStart(model, 1)), latents: null },
  });
  const bitsPerPixel = new Forecast(raster, STEPS).at(LAMBDA).bits / (WIDTH * HEIGHT);
  const main = mainSchedule(STEPS, isLearned, bitsPerPixel, LAMBDA);
  const schedule = { ...main, latentRate: main.latentRate / gain };
  for (let i = 0; i < STEPS; i++) await session.train([scheduledStep(schedule, i, STEPS, LAMBDA, i)]);
  const loss = await session.loss();
  session.dispose();
  return loss;
}

function row(cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

/** What a model costs more than another at the same quality, as a share of the rate: the rise of D/λ + R over R. */
function excess({ distortion, bits }: PyramidLoss, than: PyramidLoss): number {
  const pixels = WIDTH * HEIGHT;
  return (((distortion - than.distortion) / LAMBDA) * pixels + bits - than.bits) / than.bits;
}

const engine = await chooseEngine('wasm', { threads: Number(values.threads) });
const pictures = await Promise.all(values.images.split(',').map(middleOf));
row(['change', 'weights', 'bytes of latents', '−10 log₁₀ D', 'rate', 'of each picture']);
row(Array(6).fill('---'));
let plain: readonly PyramidLoss[] | undefined;
for (const [name, model] of MODELS) {
  const losses: PyramidLoss[] = [];
  for (const picture of pictures) losses.push(await fit(engine, picture, model));
  plain ??= losses;
  const changes = losses.map((loss, i) => 100 * excess(loss, plain?.[i] as PyramidLoss));
  row([
    name,
    parameterCount(model.field) + valueCount(contextTensors(model.context)),
    Math.round(mean(losses.map(({ bits }) => bits / 8))),
    mean(losses.map(({ distortion }) => -10 * Math.log10(distortion))).toFixed(2),
    `${mean(changes).toFixed(1)} %`,
    changes.map((change) => change.toFixed(1)).join(', '),
  ]);
}
await engine.dispose();
