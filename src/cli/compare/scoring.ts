/** @file All measures of two pictures, worked out beside the main thread. */

import type { Worker } from 'node:worker_threads';
import { butteraugli } from '../../bench/command-metric.ts';
import { LoecError } from '../../errors.ts';
import { errorOf } from '../../failure.ts';
import { createThread } from '../../runtime/node-thread.ts';
import { untilAborted } from '../../until-aborted.ts';
import type { Pair, ScoreAnswer } from './score-messages.ts';

export interface Scores {
  /** By metric; Infinity is the PSNR of equal pictures. */
  readonly scores: Readonly<Record<string, number>>;
  /** Why others are missing, by metric. */
  readonly missing: Readonly<Record<string, string>>;
}

export class Scoring {
  readonly #worker: Worker = createThread(new URL('./score-thread.js', import.meta.url));

  /** Of one pair at a time. @throws LoecError E_ABORTED, after which there is nothing left to do but `end` */
  async score(pair: Pair, signal: AbortSignal): Promise<Scores> {
    const [own, byCommand] = await Promise.all([this.#ownScores(pair, signal), byButteraugli(pair, signal)]);
    return { scores: { ...own, ...byCommand.scores }, missing: byCommand.missing };
  }

  async #ownScores(pair: Pair, signal: AbortSignal): Promise<Record<string, number>> {
    const answered = new Promise<ScoreAnswer>((resolve, reject) => {
      this.#worker.removeAllListeners().once('message', resolve).once('error', reject);
      this.#worker.postMessage(pair);
    });
    const answer = await untilAborted(signal, answered);
    if ('failure' in answer) throw errorOf(answer.failure);
    return answer.scores;
  }

  /** Ends the thread, at whatever it is. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Not every machine has the program. */
async function byButteraugli({ a, b }: Pair, signal: AbortSignal): Promise<Scores> {
  const { id } = butteraugli;
  try {
    return { scores: { [id]: await butteraugli.score(a, b, signal) }, missing: {} };
  } catch (error) {
    if (!(error instanceof LoecError) || error.code !== 'E_ENGINE') throw error;
    return { scores: {}, missing: { [id]: error.message } };
  }
}
