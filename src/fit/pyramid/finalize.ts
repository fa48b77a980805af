/** @file From a session's latents and weights to a file: weights on integers, latents rounded. */

import type { QuantizedWeights } from '../../container/contents.ts';
import { writeContents } from '../../container/write.ts';
import { decode } from '../../decode.ts';
import type { Engine } from '../../engine/engine.ts';
import type { PyramidProblem, PyramidSession } from '../../engine/pyramid.ts';
import { modelOf } from '../../field/model.ts';
import type { Latents } from '../../field/pyramid.ts';
import { cropRaster } from '../../image/crop.ts';
import { psnr } from '../../metrics/psnr.ts';
import type { ProgressMeter } from '../progress.ts';
import { firstTuples } from './experts.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { quantizeWeights } from './quantize-weights.ts';
import { optimizeLatents } from './rdoq.ts';

/** Width and height at most of the piece that stands for a picture of one colour. */
const PIECE = 128;

/** What a fit has come to. */
export interface FittedPyramid {
  readonly file: Uint8Array;
  /** Of the decoded file, dB. */
  readonly psnr: number;
}

/** The session as a file; its own parameters stay as they were fitted. @param lambda that weights are worth */
export async function finalize(
  session: PyramidSession,
  job: PyramidJob,
  lambda: number,
  meter: ProgressMeter,
): Promise<FittedPyramid> {
  meter.phase('quantize');
  const onWork = (steps: number): void => meter.did('quantize', steps);
  const before = await session.readWeights();
  const weights = await quantizeWeights(session, job, lambda, onWork);
  const latents = await optimizeLatents(session, job, lambda, onWork);
  session.writeWeights(before);
  return pack(job, weights, latents);
}

/** As `finalize` for a picture of one colour, of which a piece says what steps cost: all of it would take minutes. */
export async function finalizeUniform(
  engine: Engine,
  problem: PyramidProblem,
  session: PyramidSession,
  job: PyramidJob,
  lambda: number,
): Promise<FittedPyramid> {
  const { width, height } = job.raster;
  const raster = cropRaster(job.raster, 0, 0, Math.min(width, PIECE), Math.min(height, PIECE));
  const { field, context } = job.model;
  const model = modelOf(field.spec, context.spec, raster);
  const piece = { ...job, raster, model };
  const share = (raster.width * raster.height) / (width * height);
  const small = await engine.fitPyramid({ ...problem, raster, model, tuples: firstTuples(piece) });
  try {
    const weights = await quantizeWeights(small, piece, lambda * share);
    return await pack(job, weights, await session.readLatents());
  } finally {
    small.dispose();
  }
}

async function pack(
  { raster, model, segmentation, start, preset, signal }: PyramidJob,
  weights: QuantizedWeights,
  latents: Latents,
): Promise<FittedPyramid> {
  const file = await writeContents({
    ...raster,
    spec: model.field.spec,
    segmentation,
    preset,
    weights,
    pyramid: { model, latents, start: start.id },
  });
  const decoded = await decode(file, signal ? { signal } : {});
  return { file, psnr: psnr(raster, decoded) };
}
