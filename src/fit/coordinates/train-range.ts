/** @file The training loop: a range of a phase's steps, reported, and left at the best parameters seen. */

import type { CoordinateSession, CoordinateStep } from '../../engine/coordinates.ts';
import { LoecError } from '../../errors.ts';
import type { FieldSpec } from '../../field/spec.ts';
import { inBatches } from '../step-batches.ts';
import type { CoordinateJob } from './coordinate-job.ts';
import { baseLearningRate, learningRateAt, type Phase, SCHEDULE, warmth } from './phases.ts';

/** Part of a phase: steps `from` … `to` − 1 of `of`. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
  readonly of: number;
}

/** Of the parameters that take the place of all before them. */
const BEST = 'best parameters';

/** Passes over all batches between two comparisons of the loss: fixed, so that a seed gives the same file on any machine. */
const EPOCHS_PER_CHUNK = 4;

/** Share of the float phase that lowers the squared error (docs/experiments.md, "Coordinate fields for the eye"). */
const ROUGH_SHARE = 0.2;

/**
 * Trains through the range. The parameters of the best chunk are put back at the end if a later one is worse.
 * @throws LoecError E_ENGINE where the loss is no finite number any more: whatever is made of such a field is garbage
 */
export async function trainRange(
  session: CoordinateSession,
  spec: FieldSpec,
  { meter, journal, targets }: CoordinateJob,
  phase: Phase,
  range: StepRange,
): Promise<void> {
  // Without a step there is nothing to aim at anew, nor to compare.
  if (journal.isHurried) return;
  const baseRate = baseLearningRate(spec);
  const takeSteps = async (steps: readonly CoordinateStep[]): Promise<Float32Array> => {
    const losses = new Float32Array(steps.length);
    await inBatches(journal, 0, steps.length, async (from, to) => {
      const taken = await session.train(steps.slice(from, to));
      if (!taken.every(Number.isFinite)) throw diverged(phase);
      losses.set(taken, from);
      // By weights the loss is no squared error.
      meter.took(phase.name, taken.length, targets ? {} : { psnr: psnrOf(mean(taken)) });
    });
    return losses;
  };
  const parametersNow = (): Promise<Float32Array> => journal.recall(() => session.readParameters(), BEST);
  let best = { loss: Number.POSITIVE_INFINITY, parameters: await parametersNow() };
  const chunk = EPOCHS_PER_CHUNK * session.batches;
  for (let at = range.from; at < range.to; at += chunk) {
    if (targets && !isRough(phase, at, range)) {
      await targets.renew(session);
      // Losses by other targets can't be compared with those to come.
      best = { ...best, loss: Number.POSITIVE_INFINITY };
    }
    const count = Math.min(chunk, range.to - at);
    const steps = Array.from({ length: count }, (_, i) => ({
      learningRate:
        baseRate * warmth(phase, at + i - range.from, range.of) * learningRateAt(phase, at + i, range.of),
      batch: at + i,
    }));
    const losses = await takeSteps(steps);
    if (journal.isHurried) return;
    const loss = mean(losses.subarray(-session.batches));
    if (loss < best.loss) best = { loss, parameters: await parametersNow() };
  }
  if (!Number.isFinite(await keepBest(session, best.parameters))) throw diverged(phase);
}

function diverged({ name }: Phase): LoecError {
  const message = `the fit diverged in the phase "${name}": its error is no finite number; try another engine or seed`;
  return new LoecError('E_ENGINE', message);
}

/** Whether the picture is not there yet for a distortion to judge it: the steps lower the squared error. */
function isRough(phase: Phase, at: number, { of }: StepRange): boolean {
  return phase === SCHEDULE.float && at < ROUGH_SHARE * of;
}

/**
 * The loss of a chunk is measured while the parameters move; the loss over all positions decides.
 * @returns that loss
 */
async function keepBest(session: CoordinateSession, best: Float32Array): Promise<number> {
  const last = await session.readParameters();
  const lastLoss = await session.loss();
  session.writeParameters(best);
  const bestLoss = await session.loss();
  if (!(lastLoss <= bestLoss)) return bestLoss;
  session.writeParameters(last);
  return lastLoss;
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a mean squared error of values in [−1, 1], in dB. */
function psnrOf(loss: number): number {
  return 10 * Math.log10(4 / loss);
}
