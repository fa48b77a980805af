/** @file The training loop: a range of a phase's steps, watched, stoppable, and left at the best parameters seen. */

import type { CoordinateSession, CoordinateStep } from '../../engine/coordinates.ts';
import type { TrainingWatch } from '../progress.ts';
import { Pacer } from '../time-slices.ts';
import { learningRateAt, type Phase } from './phases.ts';

/** Part of a phase: steps `from` … `to` − 1 of `of`. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
  readonly of: number;
}

/** Passes over all batches between two looks at the loss: fixed, so that a seed gives the same file on any machine. */
const EPOCHS_PER_CHUNK = 4;

/**
 * Trains through the range at the phase's share of `baseRate`. The parameters of the best chunk are put back at the end if a later one diverged.
 * @throws LoecError E_ABORTED
 */
export async function trainRange(
  session: CoordinateSession,
  phase: Phase,
  baseRate: number,
  range: StepRange,
  watch: TrainingWatch,
): Promise<void> {
  const pacer = new Pacer(watch.signal);
  let best = { loss: Number.POSITIVE_INFINITY, parameters: await session.readParameters() };
  const chunk = EPOCHS_PER_CHUNK * session.batches;
  for (let at = range.from; at < range.to; at += chunk) {
    const count = Math.min(chunk, range.to - at);
    const steps = Array.from({ length: count }, (_, i) => ({
      learningRate: baseRate * learningRateAt(phase, at + i, range.of),
      batch: at + i,
    }));
    const losses = await takeSteps(session, steps, pacer, watch.onSteps);
    const loss = mean(losses.subarray(-session.batches));
    if (loss < best.loss) best = { loss, parameters: await session.readParameters() };
  }
  await keepBest(session, best.parameters);
}

/** @returns the loss before each step */
async function takeSteps(
  session: CoordinateSession,
  steps: readonly CoordinateStep[],
  pacer: Pacer,
  onSteps: TrainingWatch['onSteps'],
): Promise<Float32Array> {
  const losses = new Float32Array(steps.length);
  await pacer.run(0, steps.length, async (from, to) => {
    const taken = await session.train(steps.slice(from, to));
    losses.set(taken, from);
    onSteps(taken.length, mean(taken));
  });
  return losses;
}

/** The loss of a chunk is measured while the parameters move; the last word has the loss over all positions. */
async function keepBest(session: CoordinateSession, best: Float32Array): Promise<void> {
  const last = await session.readParameters();
  const lastLoss = await session.loss();
  session.writeParameters(best);
  if (lastLoss <= (await session.loss())) session.writeParameters(last);
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
