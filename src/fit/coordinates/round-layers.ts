/**
 * @file From fitted weights to integers, a layer after the other: each is rounded with error feedback and stays so, and the layers behind it
 * are trained on what rounding left of it. What one layer's rounding costs is so made up by the others, which training on rounded weights
 * (straight-through) does far less well (docs/experiments.md, "Rounding layer by layer").
 */

import type { QuantizedWeights } from '../../container/contents.ts';
import { codeMap, type MapCoder, writeContents } from '../../container/write.ts';
import { gatherPlanar } from '../../distortion/planar.ts';
import type { CoordinateSession } from '../../engine/coordinates.ts';
import type { LabelMap } from '../../field/indicators.ts';
import { outputWidth } from '../../field/spec.ts';
import { sizeMissed } from '../file-target.ts';
import type { Curvature } from '../weights/curvature.ts';
import { type CoordinateJob, contentsOf, type Draft, problemOf, startOf } from './coordinate-job.ts';
import { CURVATURE_SAMPLES, fieldCurvatures, type SpreadSamples, spreadSamples } from './curvature.ts';
import { LayerIntegers } from './layer-integers.ts';
import type { MovingTargets } from './moving-targets.ts';
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
  const remembering = rememberedMaps();
  let kept = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const { weights, size } = await attemptRounding(job, draft, bytes, kept, remembering);
    if (size <= bytes) return weights;
    smallest = Math.min(smallest, size);
    kept += MORE_KEPT * (size - bytes);
  }
  throw sizeMissed(bytes, smallest);
}

/** Codes a map once: files of all integers have the same. */
function rememberedMaps(): MapCoder {
  const coded = new Map<LabelMap, Uint8Array>();
  return (map, classes) => {
    const bytes = coded.get(map) ?? codeMap(map, classes);
    coded.set(map, bytes);
    return bytes;
  };
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
  mapCoder: MapCoder,
): Promise<Attempt> {
  job.meter.phase(SCHEDULE.recovery.name);
  const rounds = await LayerRounds.open(job, draft, bytes, mapCoder);
  try {
    return await rounds.run(kept);
  } finally {
    rounds.dispose();
  }
}

/** What is rounded next. */
interface FittedLayer {
  readonly layer: number;
  /** Of the field. */
  readonly parameters: Float32Array;
  /** By affine map and expert, from the layer on. */
  readonly curvatures: readonly (readonly Curvature[])[];
}

class LayerRounds {
  readonly #session: CoordinateSession;
  readonly #job: CoordinateJob;
  readonly #draft: Draft;
  readonly #bytes: number;
  readonly #integers: LayerIntegers;
  /** By which curvatures are taken. */
  readonly #spread: SpreadSamples;

  readonly #mapCoder: MapCoder;

  static async open(
    job: CoordinateJob,
    draft: Draft,
    bytes: number,
    mapCoder: MapCoder,
  ): Promise<LayerRounds> {
    const problem = problemOf(job, draft);
    const spread = spreadSamples(problem.samples, CURVATURE_SAMPLES);
    return new LayerRounds(await job.engine.fitCoordinates(problem), job, draft, bytes, spread, mapCoder);
  }

  private constructor(
    session: CoordinateSession,
    job: CoordinateJob,
    draft: Draft,
    bytes: number,
    spread: SpreadSamples,
    mapCoder: MapCoder,
  ) {
    this.#session = session;
    this.#job = job;
    this.#draft = draft;
    this.#bytes = bytes;
    this.#integers = new LayerIntegers(draft.spec, startOf(job, draft.spec));
    this.#spread = spread;
    this.#mapCoder = mapCoder;
  }

  dispose(): void {
    this.#session.dispose();
  }

  /** @param kept for the last layer, in bytes */
  async run(kept: number): Promise<Attempt> {
    const last = this.#draft.spec.layers.length - 1;
    for (let layer = 0; layer < last; layer++) {
      const fitted = await this.#fitted(layer);
      this.#round(fitted, (await this.#room()) - kept);
      await this.#recover(layer);
    }
    const fitted = await this.#fitted(last);
    let room = await this.#room();
    let size = Number.POSITIVE_INFINITY;
    for (let round = 0; round < LAST_ROUNDS && size > this.#bytes; round++) {
      this.#round(fitted, room);
      size = await this.#fileSize();
      room -= Math.max(0, size - (1 - SPARE / 2) * this.#bytes);
    }
    return { weights: this.#integers.contents(), size };
  }

  /** Bytes that all weights may take: fewer after a layer, as the header then holds its steps. */
  async #room(): Promise<number> {
    return (1 - SPARE) * this.#bytes - ((await this.#fileSize()) - this.#integers.codedBytes);
  }

  async #fileSize(): Promise<number> {
    const contents = contentsOf(this.#job, this.#draft, this.#integers.contents());
    return (await writeContents(contents, undefined, this.#mapCoder)).length;
  }

  /** The field as it has been trained, before a layer is rounded. */
  async #fitted(layer: number): Promise<FittedLayer> {
    const { spec } = this.#draft;
    const parameters = await this.#session.readParameters();
    const { targets, journal } = this.#job;
    const curvatures = await journal.recall(async () => {
      const weights = targets && (await this.#weightsBy(targets));
      return fieldCurvatures({ spec, parameters }, this.#spread.samples, weights, layer);
    });
    this.#job.meter.did(SCHEDULE.recovery.name, STEPS_PER_ROUNDING);
    return { layer, parameters, curvatures };
  }

  /** Of the squared errors of the samples that curvatures are taken by: [samples, channels]. */
  async #weightsBy(targets: MovingTargets): Promise<Float32Array> {
    const channels = outputWidth(this.#draft.spec);
    const weights = targets.weightsNear(await this.#session.outputs());
    const { indices } = this.#spread;
    const ofSamples = new Float32Array(channels * indices.length);
    gatherPlanar(weights, indices, channels, ofSamples);
    return ofSamples;
  }

  /** @param room bytes that all weights may take */
  #round({ layer, parameters, curvatures }: FittedLayer, room: number): void {
    // A copy: a journal keeps what was read, and `roundLayer` changes it.
    const rounded = parameters.slice();
    this.#integers.roundLayer(layer, rounded, curvatures, room);
    this.#session.writeParameters(rounded);
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
