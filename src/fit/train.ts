/** @file The training loop: a range of a phase's steps, watched, stoppable, and left at the best parameters seen. */

import type { FitSession, Step } from '../engine/engine.ts';
import { throwIfAborted } from '../errors.ts';
import { learningRateAt, type Phase } from './schedule.ts';

export interface TrainingWatch {
  readonly signal: AbortSignal | undefined;
  /** Called several times a second with the steps taken since and their mean squared error. */
  readonly onSteps: (steps: number, loss: number) => void;
}

/** Part of a phase: steps `from` … `to` − 1 of `of`. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
  readonly of: number;
}

/** Passes over all batches between two looks at the loss: fixed, so that a seed gives the same file on any machine. */
const EPOCHS_PER_CHUNK = 4;

/** Milliseconds of training between two turns of the event loop. */
const TURN_MS = 200;

/**
 * Trains through the range at the phase's share of `baseRate`. The parameters of the best chunk are put back at the end if a later one diverged.
 * @throws LoecError E_ABORTED
 */
export async function trainRange(
  session: FitSession,
  phase: Phase,
  baseRate: number,
  range: StepRange,
  watch: TrainingWatch,
): Promise<void> {
  const trainer = new PacedTrainer(session, watch);
  let best = { loss: Number.POSITIVE_INFINITY, parameters: session.readParameters() };
  const chunk = EPOCHS_PER_CHUNK * session.batches;
  for (let at = range.from; at < range.to; at += chunk) {
    const count = Math.min(chunk, range.to - at);
    const steps = Array.from({ length: count }, (_, i) => ({
      learningRate: baseRate * learningRateAt(phase, at + i, range.of),
      batch: at + i,
    }));
    const losses = await trainer.train(steps);
    const loss = mean(losses.subarray(-session.batches));
    if (loss < best.loss) best = { loss, parameters: session.readParameters() };
  }
  await keepBest(session, best.parameters);
}

/**
 * Takes as many steps at a time as TURN_MS has room for, so that Ctrl-C does not wait for a chunk of a wide field. How
 * steps are split changes no result.
 */
class PacedTrainer {
  readonly #session: FitSession;
  readonly #watch: TrainingWatch;
  #stepsPerTurn = 1;

  constructor(session: FitSession, watch: TrainingWatch) {
    this.#session = session;
    this.#watch = watch;
  }

  /** @returns the loss before each step */
  async train(steps: readonly Step[]): Promise<Float32Array> {
    const losses = new Float32Array(steps.length);
    for (let at = 0, count = 0; at < steps.length; at += count) {
      throwIfAborted(this.#watch.signal);
      const started = performance.now();
      const taken = await this.#session.train(steps.slice(at, at + this.#stepsPerTurn));
      count = taken.length;
      this.#stepsPerTurn = Math.max(1, Math.floor((TURN_MS * count) / (performance.now() - started)));
      losses.set(taken, at);
      this.#watch.onSteps(count, mean(taken));
      await nextTurn();
    }
    return losses;
  }
}

/** The loss of a chunk is measured while the parameters move; the last word has the loss over all positions. */
async function keepBest(session: FitSession, best: Float32Array): Promise<void> {
  const last = session.readParameters();
  const lastLoss = await session.loss();
  session.writeParameters(best);
  if (lastLoss <= (await session.loss())) session.writeParameters(last);
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Lets timers, signals and other work run. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
