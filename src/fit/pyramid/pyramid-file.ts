/** @file A fitted pyramid as a file, decoded and held against the picture: by the distortion of its fit, and by what is asked for. */

import type { FieldContents, QuantizedWeights } from '../../container/contents.ts';
import { planarTargets } from '../../distortion/planar.ts';
import type { HostDistortion, PyramidSession } from '../../engine/pyramid.ts';
import type { Enhancement } from '../../field/enhancement.ts';
import type { Latents } from '../../field/pyramid.ts';
import type { Raster } from '../../image/raster.ts';
import { psnr } from '../../metrics/psnr.ts';
import { rangeGain } from '../../samples/mapping.ts';
import { type MappedPicture, targetOfDecoded } from '../../samples/to-outputs.ts';
import { writeAndDecode } from '../fitted.ts';
import type { FittedPyramid } from './fitted-pyramid.ts';
import type { PyramidJob } from './pyramid-job.ts';

/** @param session of the job */
export async function pyramidFile(
  session: PyramidSession,
  job: PyramidJob,
  weights: QuantizedWeights,
  latents: Latents,
): Promise<FittedPyramid> {
  const { mapped, model, segmentation, start, preset } = job;
  const { picture, samples, alpha } = mapped;
  const pyramid = { model, latents, start: start.id };
  const { spec } = model.field;
  const common = { kind: 'field', ...picture, samples, alpha, spec, segmentation, preset } as const;
  return fileOf(session, job, { ...common, weights, start: null, pyramid, enhancement: null });
}

/** The file with an enhancement layer. */
export function enhancedFile(
  session: PyramidSession,
  job: PyramidJob,
  { contents }: FittedPyramid,
  enhancement: Enhancement,
): Promise<FittedPyramid> {
  return fileOf(session, job, { ...contents, enhancement });
}

async function fileOf(
  { host }: PyramidSession,
  { mapped, ssimulacra2 }: PyramidJob,
  contents: FieldContents,
): Promise<FittedPyramid> {
  const { file, decoded } = await writeAndDecode(contents);
  const decibels = psnr(mapped.picture, decoded);
  return {
    contents,
    file,
    psnr: decibels,
    distortion: await distortionOf(host, mapped, decoded, decibels),
    ...(ssimulacra2 && { ssimulacra2: ssimulacra2(decoded) }),
  };
}

async function distortionOf(
  host: HostDistortion | null,
  mapped: MappedPicture,
  decoded: Raster,
  decibels: number,
): Promise<number> {
  if (host) return host.of(planarTargets(targetOfDecoded(mapped, decoded)));
  // The squared error of samples is exact, as they are integers.
  return 10 ** ((rangeGain(mapped.samples, decoded.depth) - decibels) / 10);
}
