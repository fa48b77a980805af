/** @file The weights of a fitted pyramid become integers. */

import type { QuantizedWeights } from '../../container/contents.ts';
import type { PyramidSession, PyramidWeights } from '../../engine/pyramid.ts';
import { pairs } from '../../field/spec.ts';
import { WeightIntegers } from '../weights/weight-integers.ts';
import type { WeightPart } from '../weights/weight-part.ts';
import { searchIntegers } from '../weights/weight-search.ts';
import { FIRST_STEP_INDEX } from './calibration/quantization.ts';
import { curvaturesOf, sampleGradients } from './curvature.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { PyramidWeightLoss, WEIGHT_PARTS, weightsOf } from './weight-loss.ts';
import { type OnWork, STEPS_PER_LOSS } from './work.ts';

/**
 * From fitted weights to integers: a search for the tensors' quantization steps, then one for better integers of single weights. Leaves the
 * session with the decoder's parameters.
 * @param lambda the λ that the fit ended with
 */
export async function quantizeWeights(
  session: PyramidSession,
  job: PyramidJob,
  lambda: number,
  onWork: OnWork = () => {},
): Promise<QuantizedWeights> {
  const gradients = await sampleGradients(session, job, lambda, onWork);
  const integers = new WeightIntegers(weightParts(job, await session.readWeights(), gradients));
  const loss = new PyramidWeightLoss(session, job, lambda);
  await searchIntegers(loss, integers, job.effort, (losses) => onWork(STEPS_PER_LOSS * losses));
  session.writeWeights(weightsOf(integers.decoded));
  return integers.contents();
}

/** One for each of `WEIGHT_PARTS`. @param gradients that say what rounding costs (`sampleGradients`) */
export function weightParts(
  { model, start }: PyramidJob,
  fitted: PyramidWeights,
  gradients: readonly PyramidWeights[],
): WeightPart[] {
  return WEIGHT_PARTS.map((part) => {
    const { tensors } = model[part];
    const samples = gradients.map((gradient) => gradient[part]);
    return {
      tensors,
      fitted: fitted[part],
      start: start.id > 0 ? start[part] : null,
      stepIndices: tensors.map(() => FIRST_STEP_INDEX[part]),
      curvatures: pairs(tensors).map(([weight, bias]) => curvaturesOf(weight, bias, samples)),
    };
  });
}
