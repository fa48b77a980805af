/**
 * @file A picture becomes the contents of a pyramid file: fit latents, field and context model together while λ follows the aim;
 * settle the weights on integers; where the file misses its aim, go on for a while at a corrected λ.
 */

import type { QuantizedWeights } from '../../container/contents.ts';
import { writeContents } from '../../container/write.ts';
import { decode } from '../../decode.ts';
import type { Engine } from '../../engine/engine.ts';
import type { PyramidLoss, PyramidProblem, PyramidSession } from '../../engine/pyramid.ts';
import { LoecError } from '../../errors.ts';
import { cropRaster } from '../../image/crop.ts';
import { peakOf } from '../../image/raster.ts';
import { psnr } from '../../metrics/psnr.ts';
import { Pacer } from '../pacer.ts';
import type { ProgressMeter } from '../progress.ts';
import { type Aim, clampLambda, correction, firstLambda, LambdaControl } from './aim.ts';
import { deriveClasses, firstTuples, STEPS_PER_DERIVATION } from './experts.ts';
import type { PyramidJob } from './job.ts';
import { CORRECTION, MAIN, MAIN_UNLEARNED, type Stretch, stepOfStretch } from './schedule.ts';
import { latentGain, lessSure, withColour, withGain } from './start.ts';
import { WeightSearch } from './weights.ts';

/** Steps of a correction, as a share of the main stretch. */
const CORRECTION_SHARE = 0.12;

/** Corrections at most: with them an encode takes less than twice its main stretch. */
const MAX_CORRECTIONS = 4;

/** A file this much under its size, or this far above its PSNR in dB, is good enough. */
const SIZE_TOLERANCE = 0.018;
const PSNR_TOLERANCE = 0.1;

/** Steps of a correction at least. */
const LEAST_STEPS = 60;

/** A fit at zeros says little of where it will end: share of the main stretch after which λ follows. */
const FOLLOW_MAIN_FROM = 0.1;

/** What weights, header and frames take, about. */
const OTHER_BITS = 8 * 700;

/** Steps that are counted for the search of the weights' steps, as a share of the main stretch. */
const SEARCH_SHARE = 0.05;

/** Width and height at most of the piece that stands for a picture of one colour. */
const PIECE = 128;

/** What a fit has come to. */
export interface FittedPyramid {
  readonly file: Uint8Array;
  /** Of the decoded file, dB. */
  readonly psnr: number;
}

/** Training steps that a fit will probably take. */
export function expectedSteps({ aim, effort }: PyramidJob): number {
  const corrections = aim.kind === 'lambda' ? 0 : CORRECTION_SHARE;
  return effort.steps * (1 + corrections + SEARCH_SHARE);
}

/** @throws LoecError E_TARGET where the aim can't be met, E_LIMIT or E_ABORTED */
export async function fitPyramid(
  engine: Engine,
  job: PyramidJob,
  meter: ProgressMeter,
): Promise<FittedPyramid> {
  const { raster, spec, context, start } = job;
  const lambda = firstLambda(job.aim, raster.width * raster.height);
  const colour = meanColour(raster);
  const field = withColour(spec, start.field, colour);
  const problem = {
    spec,
    context,
    raster,
    tuples: firstTuples(job),
    start: { field, context: start.context, latents: null },
  };
  const session = await engine.fitPyramid(problem);
  try {
    if (await isExact(session, raster)) {
      const fitted = await settlePlain(engine, problem, session, job, lambda);
      if (reaches(job.aim, fitted)) return fitted;
      if (job.aim.kind === 'bytes') return missed(job.aim);
    }
    if (start.id === 0) return await fitIn(session, job, lambda, MAIN_UNLEARNED, meter);
    const gain = latentGain(lambda);
    session.writeWeights({
      field: withColour(spec, withGain(spec, start.field, gain), colour),
      context: lessSure(start.context, context),
    });
    return await fitIn(session, job, lambda, { ...MAIN, latentRate: MAIN.latentRate / gain }, meter);
  } finally {
    session.dispose();
  }
}

/** Whether the field is within rounding of the picture, as it begins at that of a picture of one colour. */
async function isExact(session: PyramidSession, { depth }: PyramidJob['raster']): Promise<boolean> {
  const { distortion } = await session.loss('distortion');
  return distortion < 1 / (100 * peakOf(depth) ** 2);
}

/** In [−1, 1]. */
function meanColour(raster: PyramidJob['raster']): number[] {
  const { channels, data, depth } = raster;
  const sums = new Float64Array(channels);
  for (let i = 0; i < data.length; i++)
    sums[i % channels] = (sums[i % channels] as number) + (data[i] as number);
  const scale = (2 * channels) / (data.length * peakOf(depth));
  return Array.from(sums, (sum) => sum * scale - 1);
}

async function fitIn(
  session: PyramidSession,
  job: PyramidJob,
  first: number,
  main: Stretch,
  meter: ProgressMeter,
): Promise<FittedPyramid> {
  const { aim, effort } = job;
  let state = await train(
    session,
    job,
    main,
    aim,
    effort.steps,
    { lambda: first, from: FOLLOW_MAIN_FROM },
    meter,
  );
  let best: FittedPyramid | null = null;
  for (let corrections = 0; ; corrections++) {
    meter.phase('quantize');
    const fitted = await settle(session, job, state.lambda);
    if (reaches(aim, fitted) && (!best || fitted.file.length < best.file.length === (aim.kind === 'psnr'))) {
      best = fitted;
    }
    if (isClose(aim, fitted) || corrections === MAX_CORRECTIONS) break;
    const steps = Math.max(LEAST_STEPS, Math.round(CORRECTION_SHARE * effort.steps));
    const sharper = asTrained(inside(aim), state.loss, fitted);
    const seen = { ...state.loss, bits: state.loss.bits + OTHER_BITS };
    const lambda = clampLambda(state.lambda * correction(sharper, seen));
    state = await train(session, job, CORRECTION, sharper, steps, { lambda, from: 0.2 }, meter);
  }
  return best ?? missed(aim);
}

/** Whether a file keeps the aim's promise. */
function reaches(aim: Aim, { file, psnr }: FittedPyramid): boolean {
  if (aim.kind === 'bytes') return file.length <= aim.bytes;
  return aim.kind === 'lambda' || psnr >= aim.psnr;
}

/** Whether there is nothing left to correct. */
function isClose(aim: Aim, fitted: FittedPyramid): boolean {
  if (!reaches(aim, fitted)) return false;
  if (aim.kind === 'bytes') return fitted.file.length >= aim.bytes * (1 - SIZE_TOLERANCE);
  return aim.kind === 'lambda' || fitted.psnr <= aim.psnr + PSNR_TOLERANCE;
}

/** The middle of what is close to the aim. */
function inside(aim: Aim): Aim {
  if (aim.kind === 'bytes') return { ...aim, bytes: aim.bytes * (1 - SIZE_TOLERANCE / 2) };
  return aim.kind === 'psnr' ? { ...aim, psnr: aim.psnr + PSNR_TOLERANCE / 2 } : aim;
}

/** The aim in terms of what training sees: noisy latents and about so many other bits, where the file has its own. */
function asTrained(aim: Aim, trained: PyramidLoss, { file, psnr }: FittedPyramid): Aim {
  if (aim.kind === 'bytes') {
    return { ...aim, bytes: (aim.bytes * (trained.bits + OTHER_BITS)) / (8 * file.length) };
  }
  return aim.kind === 'psnr' ? { ...aim, psnr: aim.psnr + decibels(trained.distortion) - psnr } : aim;
}

function decibels(distortion: number): number {
  return -10 * Math.log10(distortion);
}

/** @throws LoecError E_TARGET */
function missed(aim: Aim): never {
  const asked =
    aim.kind === 'psnr' ? `${aim.psnr} dB were` : `${(aim as { bytes: number }).bytes} bytes were`;
  throw new LoecError('E_TARGET', `${asked} not reached; ask for a larger file or try a higher effort`);
}

/** @returns λ and the loss at the end */
async function train(
  session: PyramidSession,
  job: PyramidJob,
  stretch: Stretch,
  aim: Aim,
  of: number,
  { lambda, from: followFrom }: { readonly lambda: number; readonly from: number },
  meter: ProgressMeter,
): Promise<{ lambda: number; loss: PyramidLoss }> {
  const control = new LambdaControl(aim, lambda, OTHER_BITS, followFrom);
  let last: PyramidLoss = { distortion: 1, bits: 0 };
  await new Pacer(job.signal).run(0, of, async (from, to) => {
    for (let i = from; i < to; i++) {
      if (i % STEPS_PER_DERIVATION === 0) await deriveClasses(session, job);
      const step = stepOfStretch(stretch, i, of, control.lambda, job.seed + i);
      const [loss] = (await session.train([step])) as [PyramidLoss];
      control.follow(loss, i, of);
      last = loss;
    }
    meter.took('fit', to - from, decibels(last.distortion));
  });
  return { lambda: control.lambda, loss: last };
}

/** The session's latents and weights as a file; its own parameters stay as they were fitted. */
async function settle(session: PyramidSession, job: PyramidJob, lambda: number): Promise<FittedPyramid> {
  const before = session.readWeights();
  const weights = await new WeightSearch(session, job, lambda).search(job.effort.sweeps);
  session.writeWeights(before);
  return pack(session, job, weights);
}

/** As `settle` for a picture of one colour, of which a piece says what steps cost: all of it would take minutes. */
async function settlePlain(
  engine: Engine,
  problem: PyramidProblem,
  session: PyramidSession,
  job: PyramidJob,
  lambda: number,
): Promise<FittedPyramid> {
  const { width, height } = job.raster;
  const raster = cropRaster(job.raster, 0, 0, Math.min(width, PIECE), Math.min(height, PIECE));
  const piece = { ...job, raster };
  const share = (raster.width * raster.height) / (width * height);
  const small = await engine.fitPyramid({ ...problem, raster, tuples: firstTuples(piece) });
  try {
    const weights = await new WeightSearch(small, piece, lambda * share).search(job.effort.sweeps);
    return await pack(session, job, weights);
  } finally {
    small.dispose();
  }
}

/** The session's latents with `weights` as a file. */
async function pack(
  session: PyramidSession,
  { raster, spec, context, segmentation, start, preset, signal }: PyramidJob,
  weights: QuantizedWeights,
): Promise<FittedPyramid> {
  const file = await writeContents({
    ...raster,
    spec,
    segmentation,
    preset,
    weights,
    pyramid: { context, latents: session.readLatents(), start: start.id },
  });
  const decoded = await decode(file, signal ? { signal } : {});
  return { file, psnr: psnr(raster, decoded) };
}
