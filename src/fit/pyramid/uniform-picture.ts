/** @file The short way of pictures of one colour, whose fit is exact where it begins: only weights are left to be coded. */

import type { Engine } from '../../engine/engine.ts';
import type { PyramidSession } from '../../engine/pyramid.ts';
import { modelOf } from '../../field/model.ts';
import { cropRaster } from '../../image/crop.ts';
import { peakOf, type Raster } from '../../image/raster.ts';
import { problemOf } from './begin-training.ts';
import { firstTuples } from './experts.ts';
import type { FittedPyramid } from './fitted-pyramid.ts';
import { pyramidFile } from './pyramid-file.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { quantizeWeights } from './quantize-weights.ts';
import { meanColour } from './start-colour.ts';

/** Width and height at most of the piece of a picture that says what quantization steps cost: all of it would take minutes. */
const PIECE = 128;

/**
 * null where the picture is not of one colour.
 * @param session of `problemOf`
 */
export async function encodeUniform(
  engine: Engine,
  session: PyramidSession,
  job: PyramidJob,
): Promise<FittedPyramid | null> {
  const { raster, model, lambda } = job;
  if (!isUniform(raster)) return null;
  const { width, height } = raster;
  const piece = cropRaster(raster, 0, 0, Math.min(width, PIECE), Math.min(height, PIECE));
  const share = (piece.width * piece.height) / (width * height);
  const pieceModel = modelOf(model.field.spec, model.context.spec, piece);
  const small = { ...job, raster: piece, model: pieceModel };
  const smallSession = await engine.fitPyramid({
    ...problemOf(job),
    raster: piece,
    model: pieceModel,
    tuples: firstTuples(small),
  });
  try {
    const weights = await quantizeWeights(smallSession, small, lambda * share);
    return await pyramidFile(session, job, weights, await session.readLatents());
  } finally {
    smallSession.dispose();
  }
}

/** Whether the squared error of the mean colour, which a fit begins with, is next to nothing. */
function isUniform(raster: Raster): boolean {
  const { channels, data, depth } = raster;
  const peak = peakOf(depth);
  const colour = meanColour(raster).map((value) => ((value + 1) * peak) / 2);
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += ((data[i] as number) - (colour[i % channels] as number)) ** 2;
  return sum / data.length < 1 / 100;
}
