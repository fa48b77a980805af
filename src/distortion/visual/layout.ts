/** @file A picture to compare with in the kernels' memory: what `kernels/problem.ts` declares. */

import type { BitDepth, Size } from '../../image/raster.ts';
import { peakOf, sampleArrayOf } from '../../image/raster.ts';
import { PAGE_BYTES, roundUp } from '../../wasm/pages.ts';
import { type RecordValues, writeRecord, writeRecords } from '../../wasm/records.ts';
import type { Region } from '../../wasm/shared-memory.ts';
import { type ComponentWeights, type ScaleWeights, STABILITY, type VisualWeights } from './calibration.ts';
import { BAND_ROWS, BORDER_ROWS } from './constants.ts';
import { BAND, COMPARISON, PROBLEM, RING, SCALE, THREAD } from './kernels/built/records.ts';
import { insideFactors, windowTaps } from './window.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
const DOUBLE = Float64Array.BYTES_PER_ELEMENT;
const ALIGNMENT = 64;

/** Floats and samples that rows are whole multiples of; see `kernels/blur.ts`. */
const BLOCK = 16;

/** Scales end before the shorter side is below this. */
const LEAST_SIDE = 8;

/** A picture without alpha. */
export interface VisualSize extends Size {
  /** 1 or 3. */
  readonly channels: number;
  readonly depth: BitDepth;
  readonly weights: VisualWeights;
  readonly threads: number;
}

type ScalePlan = RecordValues<typeof SCALE>;
type BandPlan = RecordValues<typeof BAND>;

export interface VisualPlan extends Region {
  readonly problem: number;
  readonly samples: number;
  readonly samplePitch: number;
  readonly coefficients: number;
  readonly taps: number;
  readonly scaleRecords: number;
  readonly bandRecords: number;
  readonly threads: number;
  readonly threadRecords: readonly Pick<RecordValues<typeof THREAD>, 'comparisons' | 'rings'>[];
  /** Of a component, from 1:1 on; the same number of each. */
  readonly scales: readonly (readonly ScalePlan[])[];
  /** Of 1:1, where each has all components. */
  readonly bands: readonly BandPlan[];
  readonly coarseBands: readonly BandPlan[];
}

/** The bands that a picture is cut into: the most threads that a kernel keeps busy. */
export function bandCountOf({ height }: Size): number {
  return Math.ceil(height / BAND_ROWS);
}

/** @param start a multiple of PAGE_BYTES */
export function planVisual(size: VisualSize, start: number): VisualPlan {
  let end = start;
  const take = (bytes: number): number => {
    const address = end;
    end = roundUp(end + bytes, ALIGNMENT);
    return address;
  };
  const { width, height, channels, depth, weights, threads } = size;
  const { components } = weights;
  const count = scaleCount(size);
  const problem = take(PROBLEM.bytes);
  const scaleRecords = take(SCALE.bytes * components.length * count);
  const scales = components.map((component, index) =>
    Array.from({ length: count }, (_, scale) => planScale(size, component, index, scale, take)),
  );
  const recordOf = (component: number, scale: number): number =>
    scaleRecords + SCALE.bytes * (component * count + scale);
  const samplePitch = sampleArrayOf(depth).BYTES_PER_ELEMENT * roundUp(width, BLOCK);
  const bands = planBands(scaleRecords, height, DOUBLE * (1 + components.length), take);
  // Those of the largest scales first: what is left to wait for at the end is short.
  const coarseBands = Array.from({ length: count }, (_, scale) => scale)
    .slice(1)
    .flatMap((scale) =>
      scales.flatMap((plans, component) => {
        const { isCompared, height } = plans[scale] as ScalePlan;
        return isCompared === 0 ? [] : planBands(recordOf(component, scale), height, DOUBLE, take);
      }),
    );
  return {
    start,
    problem,
    samples: take(samplePitch * height * channels),
    samplePitch,
    coefficients: take(FLOAT * components.length * channels),
    taps: take(FLOAT * windowTaps().length),
    scaleRecords,
    bandRecords: take(BAND.bytes * (bands.length + coarseBands.length)),
    threads: take(THREAD.bytes * threads),
    threadRecords: Array.from({ length: threads }, () => ({
      comparisons: take(COMPARISON.bytes * components.length),
      rings: take(2 * RING.bytes * components.length),
    })),
    scales,
    bands,
    coarseBands,
    get end() {
      return roundUp(end, PAGE_BYTES);
    },
  };
}

/** Scales that components are compared at, and 1:1, where the squared error is. */
function scaleCount({ width, height, weights }: VisualSize): number {
  const wanted = Math.max(...weights.components.map(({ scales }) => 1 + scales.findLastIndex(isSeen)));
  let count = 1;
  while (count < wanted && Math.min(width, height) > (LEAST_SIDE - 1) * 2 ** count) count++;
  return count;
}

function isSeen({ structure, luminance }: ScaleWeights): boolean {
  return structure > 0 || luminance > 0;
}

const UNSEEN: ScaleWeights = { structure: 0, luminance: 0 };

function planScale(
  { width, height }: VisualSize,
  { scales }: ComponentWeights,
  component: number,
  index: number,
  take: (bytes: number) => number,
): ScalePlan {
  const halved = (pixels: number): number => Math.ceil(pixels / 2 ** index);
  const [columns, rows] = [halved(width), halved(height)];
  const isLarge = Math.min(columns, rows) >= LEAST_SIDE;
  const seen = (isLarge && scales[index]) || UNSEEN;
  const pitch = FLOAT * roundUp(columns, BLOCK);
  const borders = 2 * BORDER_ROWS * (Math.ceil(rows / BAND_ROWS) - 1);
  const isStored = index > 0;
  return {
    component,
    width: columns,
    height: rows,
    pitch,
    original: isStored ? take(pitch * rows) : 0,
    outputs: isStored ? take(pitch * rows) : 0,
    borders: isStored || isSeen(seen) ? take(pitch * borders) : 0,
    columnFactors: take(pitch),
    rowFactors: take(FLOAT * rows),
    isCompared: Number(isSeen(seen)),
    structure: seen.structure / (columns * rows),
    luminance: seen.luminance / (columns * rows),
  };
}

function planBands(
  scale: number,
  height: number,
  sumBytes: number,
  take: (bytes: number) => number,
): BandPlan[] {
  return Array.from({ length: Math.ceil(height / BAND_ROWS) }, (_, band) => ({
    scale,
    firstRow: band * BAND_ROWS,
    lastRow: Math.min(height, (band + 1) * BAND_ROWS),
    sums: take(sumBytes),
  }));
}

/** Writes all but samples and what threads work in. */
export function writeVisual(memory: WebAssembly.Memory, size: VisualSize, plan: VisualPlan): void {
  const { width, height, channels, depth, weights } = size;
  const { scales, bands, coarseBands, problem, threadRecords, ...addresses } = plan;
  writeRecord(memory, problem, PROBLEM, {
    ...addresses,
    width,
    height,
    channels,
    sampleBytes: sampleArrayOf(depth).BYTES_PER_ELEMENT,
    sampleScale: 2 / peakOf(depth),
    components: scales.length,
    scales: scales[0]?.length ?? 0,
    stability: STABILITY,
    errorWeight: weights.error / (2 * width * height * channels),
    bands: bands.length,
    coarseBands: coarseBands.length,
  });
  writeRecords(memory, plan.scaleRecords, SCALE, scales.flat());
  for (const [thread, records] of threadRecords.entries()) {
    writeRecord(memory, plan.threads + THREAD.bytes * thread, THREAD, records);
  }
  writeRecords(memory, plan.bandRecords, BAND, [...bands, ...coarseBands]);
  const writeFloats = (address: number, values: ArrayLike<number>): void =>
    new Float32Array(memory.buffer, address, values.length).set(values);
  // Outputs span [−1, 1], what is compared half of that.
  const coefficients = weights.components.flatMap((component) => component.coefficients.map((c) => c / 2));
  writeFloats(plan.coefficients, coefficients);
  writeFloats(plan.taps, windowTaps());
  for (const scale of scales.flat()) {
    writeFloats(scale.columnFactors, insideFactors(scale.width));
    writeFloats(scale.rowFactors, insideFactors(scale.height));
  }
}
