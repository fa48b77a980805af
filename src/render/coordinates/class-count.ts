/** @file How many classes of a label map count at a position, on average: counted on the map. */

import { type Cells, centres } from '../../field/grid.ts';
import { type LabelMap, TAPS, tapsOf } from '../../field/indicators.ts';
import type { Segmentation } from '../../field/segmentation.ts';
import { EXPERTS, type FieldSpec } from '../../field/spec.ts';
import { tileChoices } from '../../field/tile-overlap.ts';
import type { Geometry } from '../geometry.ts';
import { isNative } from '../pieces.ts';

/** Positions along an axis that are looked at together: an axis may be long. */
const BLOCK = 1024;

/** Classes in a set, bit c being set for class c. */
const CLASS_COUNTS = Uint8Array.from({ length: 2 ** EXPERTS }, (_, set) => {
  return [0, 1, 2, 3].filter((c) => (set >> c) & 1).length;
});

/** Successive positions of an axis that see the same pixels. */
interface Run {
  /** The first and the last of these pixels. */
  readonly first: number;
  readonly last: number;
  /** Choices of tiles of all of the positions. */
  choices: number;
}

/** A coordinate field whose label map, if it has one, has been read. */
interface Classified {
  readonly spec: FieldSpec;
  readonly segmentation: Segmentation | null;
}

/** Of the crop, at most: as many as there are among the pixels that a position sees. Positions where tiles overlap weigh as many as they have samples. */
export function classesPerPosition({ spec, segmentation }: Classified, geometry: Geometry): number {
  if (segmentation?.kind !== 'raster' || isNative(geometry, segmentation)) return 1;
  const { width, height, crop, samplesX, samplesY } = geometry;
  const columns = { start: crop.x * samplesX, length: crop.width * samplesX, count: width * samplesX };
  const rows = { start: crop.y * samplesY, length: crop.height * samplesY, count: height * samplesY };
  let [samples, choices] = [0, 0];
  for (const rowsOfBlock of blocksOf(rows)) {
    const down = runsOf(spec, 'y', rowsOfBlock, segmentation.height);
    for (const columnsOfBlock of blocksOf(columns)) {
      const across = runsOf(spec, 'x', columnsOfBlock, segmentation.width);
      samples += samplesOf(segmentation, across, down);
      choices += choicesOf(across) * choicesOf(down);
    }
  }
  return samples / choices;
}

function* blocksOf({ start, length, count }: Cells): Generator<Cells> {
  for (let first = 0; first < length; first += BLOCK)
    yield { start: start + first, length: Math.min(BLOCK, length - first), count };
}

function runsOf(spec: FieldSpec, axis: 'x' | 'y', { start, length, count }: Cells, pixels: number): Run[] {
  const positions = centres(start, length, count);
  const { indices } = tapsOf(positions, pixels);
  const runs: Run[] = [];
  for (const [i, { length: choices }] of tileChoices(spec, axis, positions).entries()) {
    const [first, last] = [indices[TAPS * i] as number, indices[TAPS * (i + 1) - 1] as number];
    const run = runs.at(-1);
    if (run && run.first === first && run.last === last) run.choices += choices;
    else runs.push({ first, last, choices });
  }
  return runs;
}

function choicesOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { choices }) => sum + choices, 0);
}

/** Of all crossings of the runs' positions. */
function samplesOf({ width, labels }: LabelMap, across: readonly Run[], down: readonly Run[]): number {
  const start = (across[0] as Run).first;
  const end = (across.at(-1) as Run).last + 1;
  const sets = new Uint8Array(end - start);
  let samples = 0;
  for (const { first, last, choices } of down) {
    sets.fill(0);
    for (let y = first; y <= last; y++) {
      const line = labels.subarray(y * width + start, y * width + end);
      for (let i = 0; i < line.length; i++) sets[i] = (sets[i] as number) | (1 << (line[i] as number));
    }
    samples += choices * samplesOfRow(sets, start, across);
  }
  return samples;
}

/** @param sets of classes in each column of pixels from `start` on */
function samplesOfRow(sets: Uint8Array, start: number, across: readonly Run[]): number {
  let samples = 0;
  for (const { first, last, choices } of across) {
    let set = 0;
    for (let x = first; x <= last; x++) set |= sets[x - start] as number;
    samples += choices * (CLASS_COUNTS[set] as number);
  }
  return samples;
}
