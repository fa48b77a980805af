/** @file From fitted weights to integers: a search for the tensors' quantization steps, then one for better integers of single weights. */

import type { QuantizedWeights } from '../../container/contents.ts';
import type { PyramidSession } from '../../engine/pyramid.ts';
import { sampleGradients } from './curvature.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { WeightIntegers } from './weight-integers.ts';
import { WeightSearch } from './weight-search.ts';
import type { OnWork } from './work.ts';

/**
 * Leaves the session with the decoder's parameters.
 * @param lambda the λ that the fit ended with
 * @throws LoecError E_ABORTED
 */
export async function quantizeWeights(
  session: PyramidSession,
  job: PyramidJob,
  lambda: number,
  onWork: OnWork = () => {},
): Promise<QuantizedWeights> {
  const { sweeps, refinements } = job.effort;
  const gradients = await sampleGradients(session, job, lambda, onWork);
  const integers = new WeightIntegers(job, await session.readWeights(), gradients);
  const search = new WeightSearch(session, job, lambda, integers, onWork);
  for (let sweep = 0; sweep < sweeps; sweep++) await search.searchSteps();
  for (let round = 0; round < refinements; round++) await search.refineIntegers();
  session.writeWeights(integers.decoded);
  return integers.contents();
}
