/** @file A fitted pyramid as a file, decoded and held against the picture: by the distortion of its fit, and by what is asked for. */

import type { QuantizedWeights } from '../../container/contents.ts';
import { planarTargets } from '../../distortion/planar.ts';
import type { HostDistortion, PyramidSession } from '../../engine/pyramid.ts';
import type { Latents } from '../../field/pyramid.ts';
import type { Raster } from '../../image/raster.ts';
import { psnr } from '../../metrics/psnr.ts';
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
  const { raster, model, segmentation, start, preset } = job;
  const pyramid = { model, latents, start: start.id };
  const { spec } = model.field;
  const contents = { kind: 'field', ...raster, spec, segmentation, preset, weights, pyramid } as const;
  const { file, decoded } = await writeAndDecode(contents);
  const decibels = psnr(raster, decoded);
  return {
    file,
    psnr: decibels,
    distortion: await distortionOf(session.host, decoded, decibels),
    ...(job.ssimulacra2 && { ssimulacra2: job.ssimulacra2(decoded) }),
  };
}

async function distortionOf(host: HostDistortion | null, decoded: Raster, decibels: number): Promise<number> {
  // The squared error of samples is exact, as they are integers.
  return host ? host.of(planarTargets(decoded)) : 10 ** (-decibels / 10);
}
