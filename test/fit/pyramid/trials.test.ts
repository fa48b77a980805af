/** @file Latents on trial against the reference: every trial again, by the loss of the whole picture in float64. */

import { builtBytes } from '../../../src/built-bytes.ts';
import type { LocalModel } from '../../../src/distortion/distortion.ts';
import { planarOf } from '../../../src/distortion/planar.ts';
import type { PyramidLoss } from '../../../src/engine/pyramid.ts';
import type { Plane } from '../../../src/field/model.ts';
import { type Latents, MAX_LATENT, visitRows } from '../../../src/field/pyramid.ts';
import { type Random, seededRandom } from '../../../src/field/random.ts';
import checkedKernels from '../../../src/fit/pyramid/trials/kernels/built/trials-checked.ts';
import { type LatentTrials, openTrials } from '../../../src/fit/pyramid/trials/latent-trials.ts';
import { canBeTried, TRIAL_LEVELS, type TrialOptions } from '../../../src/fit/pyramid/trials/layout.ts';
import {
  type NamedPyramidProblem,
  PYRAMID_PROBLEMS,
  UNFUSED_PROBLEMS,
} from '../../engine/pyramid-problems.ts';
import { bitsOf } from '../../engine/pyramid-reference/context.ts';
import { referenceLossAt, referenceOutputsAt } from '../../engine/pyramid-reference.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('latents on trial');

const LAMBDA = 0.01;

/** Rows of the picture whose latents are tried together. */
const BAND_ROWS = 64;

/** Kernels with assertions. */
const checked = new WebAssembly.Module(builtBytes(checkedKernels));

/** Squared errors of a pixel that float32 cannot tell from nothing. */
const TIE = 1e-4;

/** A cell, in the order in which they are tried. */
interface Place {
  readonly plane: Plane;
  readonly y: number;
  readonly x: number;
}

function placesOf({ model: { planes, height } }: NamedPyramidProblem): Place[] {
  const places: Place[] = [];
  const bands = Array.from({ length: Math.ceil(height / BAND_ROWS) }, (_, band) => band);
  for (const band of [...bands.filter((band) => band % 2 === 0), ...bands.filter((band) => band % 2 === 1)]) {
    const first = BAND_ROWS * band;
    for (const plane of planes.toReversed()) {
      if (!canBeTried(plane, TRIAL_LEVELS)) continue;
      const size = 2 ** plane.level;
      for (let y = first / size; y < Math.min(plane.height, (first + BAND_ROWS) / size); y++) {
        for (let x = 0; x < plane.width; x++) places.push({ plane, y, x });
      }
    }
  }
  return places;
}

/** Whether the pixels that see a cell are as far from the edges as filters reach twice. */
function isInside({ model }: NamedPyramidProblem, { plane, y, x }: Place) {
  const reach = 2 * model.field.filters.length;
  const reaches = (cell: number, pixels: number): boolean => {
    const size = 2 ** plane.level;
    const [first, end] = plane.level === 0 ? [cell, cell + 1] : [(cell - 1.5) * size, (cell + 2.5) * size];
    return first >= reach && end <= pixels - reach;
  };
  return reaches(y, model.height) && reaches(x, model.width);
}

function cellOf({ plane, y, x }: Place): number {
  return y * plane.width + x;
}

/** One of so many latents that can be tried, and a few that can't. */
function candidatesOf(problem: NamedPyramidProblem, share: number, random: Random): Int8Array[] {
  const candidates = problem.start.latents.map((plane) => new Int8Array(plane.length));
  for (const place of placesOf(problem)) {
    const isCandidate = random() < (isInside(problem, place) ? share : share / 4);
    if (isCandidate) (candidates[place.plane.index] as Int8Array)[cellOf(place)] = random() < 0.5 ? -1 : 1;
  }
  return candidates;
}

/** D and R where the weights are those of the start. @param latents integers */
type Measure = (latents: readonly Float64Array[]) => PyramidLoss;

const fieldOf = ({ start }: NamedPyramidProblem): Float64Array => Float64Array.from(start.field);
const contextOf = ({ start }: NamedPyramidProblem): Float64Array => Float64Array.from(start.context);

/** By the mean squared error itself. */
function lossOf(problem: NamedPyramidProblem): Measure {
  const weights = { field: fieldOf(problem), context: contextOf(problem) };
  return (latents) => referenceLossAt(problem, latents, weights);
}

/** By Σ w (ŷ − t)². */
function modelOf(problem: NamedPyramidProblem, { weights, targets }: LocalModel): Measure {
  const { channels } = problem.raster;
  const [field, context] = [fieldOf(problem), contextOf(problem)];
  return (latents) => {
    const outputs = planarOf(referenceOutputsAt(problem, latents, field), channels);
    const terms = Float64Array.from(
      outputs,
      (value, i) => (weights[i] as number) * (value - (targets[i] as number)) ** 2,
    );
    const distortion = terms.reduce((sum, term) => sum + term, 0);
    return { distortion, bits: bitsOf(problem.model, latents, context, { masses: 0, scales: 0 }) };
  };
}

interface Outcome {
  readonly latents: readonly Float64Array[];
  readonly taken: number;
  readonly refused: number;
}

/** What the trials come to, by definition. @param decided what has been decided, where it does not matter */
function outcomeOf(
  problem: NamedPyramidProblem,
  before: Latents,
  candidates: Int8Array[],
  decided: Latents,
  measure: Measure,
): Outcome {
  const { width, height } = problem.raster;
  const latents = before.map((plane) => Float64Array.from(plane));
  const costOf = (): number => {
    const { distortion, bits } = measure(latents);
    return width * height * distortion + LAMBDA * bits;
  };
  let [taken, refused] = [0, 0];
  let cost = costOf();
  for (const place of placesOf(problem)) {
    const { index } = place.plane;
    const values = latents[index] as Float64Array;
    const at = cellOf(place);
    const delta = candidates[index]?.[at] as number;
    if (delta === 0 || !isInside(problem, place)) continue;
    values[at] = (values[at] as number) + delta;
    const changed = costOf();
    const isTie = Math.abs(changed - cost) < TIE;
    const isTaken = isTie ? decided[index]?.[at] === values[at] : changed < cost;
    if (isTaken) {
      cost = changed;
      taken++;
    } else {
      values[at] = (values[at] as number) - delta;
      refused++;
    }
  }
  return { latents, taken, refused };
}

function optionsOf(
  { model, raster, tuples, start }: NamedPyramidProblem,
  latents: Latents,
  localModel: LocalModel | null = null,
): TrialOptions {
  return { model, raster, localModel, tuples, weights: start, latents, levels: TRIAL_LEVELS, lambda: LAMBDA };
}

function writeCandidates(
  trials: LatentTrials,
  { model: { planes } }: NamedPyramidProblem,
  candidates: Int8Array[],
): void {
  visitRows(planes, candidates, (index, row, values) => {
    if (canBeTried(planes[index] as Plane, TRIAL_LEVELS)) trials.writeCandidates(index, row, values);
  });
}

interface Setup {
  readonly localModel?: LocalModel | null;
  readonly threads?: number;
  readonly module?: WebAssembly.Module;
}

async function trialsOf(
  problem: NamedPyramidProblem,
  latents: Latents,
  candidates: Int8Array[],
  { localModel = null, threads = 1, module }: Setup = {},
): Promise<Latents> {
  const trials = await openTrials(optionsOf(problem, latents, localModel), threads, module);
  let bands = 0;
  writeCandidates(trials, problem, candidates);
  trials.tryAll((count) => {
    bands += count;
  });
  assert.is(bands, trials.bands);
  const decided = trials.latents();
  await trials.dispose();
  return decided;
}

function integersOf({ start: { latents } }: NamedPyramidProblem): Int16Array[] {
  return latents.map((plane) => Int16Array.from(plane, (x) => Math.round(x)));
}

async function localModelOf(
  { distortion, raster }: NamedPyramidProblem,
  outputs: readonly number[],
): Promise<LocalModel> {
  const measured = await distortion.of(raster);
  const model = measured.localModel(planarOf(outputs, raster.channels));
  await measured.dispose();
  return model;
}

for (const [i, problem] of [...PYRAMID_PROBLEMS, ...UNFUSED_PROBLEMS].entries()) {
  test(`${problem.name}: a latent goes where the loss falls, and only there`, async () => {
    const latents = integersOf(problem);
    const given = structuredClone(latents);
    const outputs = referenceOutputsAt(
      problem,
      latents.map((plane) => Float64Array.from(plane)),
      fieldOf(problem),
    );
    const localModel = problem.distortion.fused ? null : await localModelOf(problem, outputs);
    const measure = localModel ? modelOf(problem, localModel) : lossOf(problem);
    const candidates = candidatesOf(problem, problem.large ? 0.004 : 0.06, seededRandom(i + 1));
    const decided = await trialsOf(problem, latents, candidates, { localModel, module: checked });
    const { latents: expected, taken, refused } = outcomeOf(problem, latents, candidates, decided, measure);
    assert.equal(latents, given);
    for (const [index, values] of decided.entries())
      assert.equal([...values], [...(expected[index] as Float64Array)]);
    if (problem.raster.width > 16) assert.ok(taken > 1 && refused > 1, `${taken} taken, ${refused} refused`);
  });
}

test('a local model that is written anew is gone by from then on', async () => {
  const problem = UNFUSED_PROBLEMS[0] as NamedPyramidProblem;
  const latents = integersOf(problem);
  const targets = planarOf(problem.raster.data, problem.raster.channels).map((sample) => sample / 127.5 - 1);
  const models = [1, -1].map((sign) => {
    return { weights: targets.map(() => 1 / targets.length), targets: targets.map((value) => sign * value) };
  });
  const [first, second] = models as [LocalModel, LocalModel];
  const candidates = candidatesOf(problem, 0.3, seededRandom(3));
  const trials = await openTrials(optionsOf(problem, latents, first), 1);
  trials.writeLocalModel(second);
  writeCandidates(trials, problem, candidates);
  trials.tryAll(() => {});
  const decided = trials.latents();
  await trials.dispose();
  assert.equal(decided, await trialsOf(problem, latents, candidates, { localModel: second }));
  assert.not.equal(decided, await trialsOf(problem, latents, candidates, { localModel: first }));
});

/** Of enough bands for two threads. */
const tall = PYRAMID_PROBLEMS.find(({ raster }) => raster.height > 3 * BAND_ROWS) as NamedPyramidProblem;

test('threads change nothing', async () => {
  const latents = integersOf(tall);
  const candidates = candidatesOf(tall, 0.3, seededRandom(5));
  assert.equal(
    await trialsOf(tall, latents, candidates, { threads: 3 }),
    await trialsOf(tall, latents, candidates),
  );
});

test('latents stay within their bounds', async () => {
  const [problem] = PYRAMID_PROBLEMS as [NamedPyramidProblem];
  const latents = integersOf(problem).map((plane) => plane.fill(MAX_LATENT));
  const candidates = candidatesOf(problem, 1, seededRandom(1)).map((plane) => plane.fill(1));
  assert.equal(await trialsOf(problem, latents, candidates), latents);
});

test.run();
