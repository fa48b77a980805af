/**
 * @file From fitted weights to integers, a layer after the other: each is rounded with error feedback and stays so, and the layers behind it
 * are trained on what rounding left of it. What one layer's rounding costs is so made up by the others, which training on rounded weights
 * (straight-through) does far less well (docs/experiments.md, "Rounding layer by layer").
 */

import type { QuantizedWeights } from '../../container/contents.ts';
import { writeContents } from '../../container/write.ts';
import type { CoordinateSession } from '../../engine/coordinates.ts';
import { sizeMissed } from '../file-target.ts';
import { type CoordinateJob, contentsOf, type Draft, openSession, startOf } from './coordinate-job.ts';
import { pictureSamples, sampleWeights } from './coordinate-problem.ts';
import { CURVATURE_SAMPLES, fieldCurvatures } from './curvature.ts';
import { LayerIntegers } from './layer-integers.ts';
import { SCHEDULE } from './phases.ts';
import { trainRange } from './train-range.ts';
import { STEPS_PER_ROUNDING } from './work.ts';

/** Bytes that a file is planned to be under its size, as a share: the last layer alone meets it to some bytes. */
const SPARE = 0.003;

/** The last layer is rounded so many times at most, each time to what the file was too large by. */
const LAST_ROUNDS = 4;

/** All layers are rounded so many times at most: again where even the coarsest last layer leaves the file too large. */
const MOST_ATTEMPTS = 4;

/** What an attempt keeps for the last layer more than the one before, over the bytes that its file was too large by. */
const MORE_KEPT = 2;

/**
 * The draft's weights on integers, in a file of at most `bytes`.
 * @throws LoecError E_TARGET where the size can't be met
 */
export async function roundLayers(
  job: CoordinateJob,
  draft: Draft,
  bytes: number,
): Promise<QuantizedWeights> {
  let kept = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const { weights, size } = await attemptRounding(job, draft, bytes, kept);
    if (size <= bytes) return weights;
    smallest = Math.min(smallest, size);
    kept += MORE_KEPT * (size - bytes);
  }
  throw sizeMissed(bytes, smallest);
}

interface Attempt {
  readonly weights: QuantizedWeights;
  /** Of the file, in bytes. */
  readonly size: number;
}

/** @param kept bytes that the layers before the last one leave to it beside its share */
async function attemptRounding(
  job: CoordinateJob,
  draft: Draft,
  bytes: number,
  kept: number,
): Promise<Attempt> {
  job.meter.phase(SCHEDULE.recovery.name);
  const session = await openSession(job, draft);
  try {
    return await new LayerRounds(session, job, draft, bytes).run(kept);
  } finally {
    session.dispose();
  }
}

class LayerRounds {
  readonly #session: CoordinateSession;
  readonly #job: CoordinateJob;
  readonly #draft: Draft;
  readonly #bytes: number;
  readonly #integers: LayerIntegers;

  constructor(session: CoordinateSession, job: CoordinateJob, draft: Draft, bytes: number) {
    this.#session = session;
    this.#job = job;
    this.#draft = draft;
    this.#bytes = bytes;
    this.#integers = new LayerIntegers(draft.spec, startOf(job, draft.spec));
  }

  /** @param kept for the last layer, in bytes */
  async run(kept: number): Promise<Attempt> {
    const last = this.#draft.spec.layers.length - 1;
    let room = (1 - SPARE) * this.#bytes - (await this.#bytesBesideWeights());
    for (let layer = 0; layer < last; layer++) {
      await this.#round(layer, room - kept);
      await this.#recover(layer);
    }
    let size = Number.POSITIVE_INFINITY;
    for (let round = 0; round < LAST_ROUNDS && size > this.#bytes; round++) {
      await this.#round(last, room);
      size = await this.#fileSize();
      room -= Math.max(0, size - (1 - SPARE / 2) * this.#bytes);
    }
    return { weights: this.#integers.contents(), size };
  }

  /** Of the file if weights were nothing. */
  async #bytesBesideWeights(): Promise<number> {
    return (await this.#fileSize()) - this.#integers.codedBytes;
  }

  async #fileSize(): Promise<number> {
    return (await writeContents(contentsOf(this.#job, this.#draft, this.#integers.contents()))).length;
  }

  /** @param room bytes that all weights may take */
  async #round(layer: number, room: number): Promise<void> {
    const { spec, segmentation } = this.#draft;
    // A copy: a journal keeps what was read, and `roundLayer` changes it.
    const parameters = (await this.#session.readParameters()).slice();
    const samples = pictureSamples(spec, segmentation, this.#job.mapped.target);
    const { targets, journal } = this.#job;
    const curvatures = await journal.recall(async () => {
      const near = targets && (await targets.at(await this.#session.outputs()));
      const weights = near && sampleWeights(near.weights, samples);
      return fieldCurvatures({ spec, parameters }, samples, CURVATURE_SAMPLES, weights, layer);
    });
    this.#integers.roundLayer(layer, parameters, curvatures, room);
    this.#session.writeParameters(parameters);
    this.#job.meter.did(SCHEDULE.recovery.name, STEPS_PER_ROUNDING);
  }

  /** Trains what comes after a layer that has been rounded. */
  async #recover(layer: number): Promise<void> {
    const { spec } = this.#draft;
    this.#session.trainFrom(layer + 1);
    const share = SCHEDULE.recovery.share / (spec.layers.length - 1);
    const of = Math.max(1, Math.round(share * this.#job.steps));
    await trainRange(this.#session, spec, this.#job, SCHEDULE.recovery, { from: 0, to: of, of });
  }
}
