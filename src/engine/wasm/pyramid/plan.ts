/** @file Where everything of a pyramid fit lies in memory: bands, planes, weights. What threads work in, `scratch.ts` adds. */

import { AFFINE, CONTEXT_INPUT, LAYERS } from '../../../field/kernels/built/records.ts';
import type { Model, Plane } from '../../../field/model.ts';
import { type BitDepth, type Size, sampleArrayOf } from '../../../image/raster.ts';
import { PAGE_BYTES, roundUp } from '../../../wasm/pages.ts';
import type { RecordValues } from '../../../wasm/records.ts';
import type { Region } from '../../../wasm/shared-memory.ts';
import {
  BAND,
  BAND_FIELD,
  BAND_PLANE,
  CONTEXT_WORK,
  LATENT_PLANE,
  PYRAMID_PROBLEM,
  STRETCHED_PLANE,
  THREAD,
} from '../kernels/built/records.ts';
import type { AffineLayouts } from './affines.ts';
import { LATENT_MARGIN, MARGIN_ROWS } from './constants.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
const DOUBLE = Float64Array.BYTES_PER_ELEMENT;
const INDEX = Int32Array.BYTES_PER_ELEMENT;
const ALIGNMENT = 64;

/**
 * Rows of the picture that a band owns: few enough that many threads have one each. What lies at the edge of two bands is worked out twice, so
 * those of a large picture, which has enough of them, have more.
 */
function bandRowsOf(height: number): number {
  return height <= 1024 ? 32 : 64;
}

/** The bands that a picture is cut into: the most threads that a kernel keeps busy. */
export function bandCountOf({ height }: Size): number {
  return Math.ceil(height / bandRowsOf(height));
}

/**
 * Rows that a band touches above the cell of its first row and below that of its last: the spline reaches 2, causal
 * neighbours 3.
 */
const TOUCHED_ROWS = 3;

export interface PyramidSize {
  readonly model: Model;
  readonly depth: BitDepth;
  readonly threads: number;
  /** Whether pixels have experts. */
  readonly tuples: boolean;
  /** Whether the distortion is measured in place. */
  readonly fused: boolean;
}

export type PlanePlan = RecordValues<typeof LATENT_PLANE>;
export type BandPlanePlan = RecordValues<typeof BAND_PLANE>;

export interface BandPlan extends RecordValues<typeof BAND> {
  readonly planes: readonly BandPlanePlan[];
}

export interface PyramidPlan extends Region {
  readonly problem: number;
  readonly planeRecords: number;
  readonly bandRecords: number;
  readonly bandPlaneRecords: number;
  readonly affines: number;
  readonly inputRecords: number;
  /** See `sourceIndices`. */
  readonly sources: number;
  readonly weights: number;
  /** 0 without a fused distortion. */
  readonly samples: number;
  readonly samplePitch: number;
  /** 1 or 2. */
  readonly sampleBytes: number;
  /** 0 with a fused distortion. */
  readonly outputs: number;
  /** 0 without experts. */
  readonly tuples: number;
  readonly tuplePitch: number;
  readonly sumsBytes: number;
  /** The address of the records that say what each thread works with. */
  readonly threads: number;
  readonly threadRecords: readonly RecordValues<typeof THREAD>[];
  readonly planes: readonly PlanePlan[];
  readonly bands: readonly BandPlan[];
}

/** @param start a multiple of PAGE_BYTES */
export function planPyramid(size: PyramidSize, affines: AffineLayouts, start: number): PyramidPlan {
  let end = start;
  const take = (bytes: number): number => {
    const address = end;
    end = roundUp(end + bytes, ALIGNMENT);
    return address;
  };
  const { width, height, channels, planes, context } = size.model;
  const bandCount = bandCountOf(size.model);
  const affineCount = affines.field.length + affines.context.length;
  const sampleBytes = sampleArrayOf(size.depth).BYTES_PER_ELEMENT;
  const samplePitch = roundUp(sampleBytes * width, 16);
  const tuplePitch = roundUp(4 * width, 32);
  const sumsBytes = FLOAT * affines.sumFloats;
  const inputs = context.inputs.length;
  const sources = take(INDEX * inputs * planes.length);
  return {
    start,
    problem: take(PYRAMID_PROBLEM.bytes),
    planeRecords: take(LATENT_PLANE.bytes * planes.length),
    bandRecords: take(BAND.bytes * bandCount),
    bandPlaneRecords: take(BAND_PLANE.bytes * bandCount * planes.length),
    affines: take(AFFINE.bytes * affineCount),
    inputRecords: take(CONTEXT_INPUT.bytes * inputs),
    sources,
    weights: take(FLOAT * affines.weightFloats),
    samples: size.fused ? take(samplePitch * height * channels) : 0,
    samplePitch,
    sampleBytes,
    outputs: size.fused ? 0 : take(FLOAT * width * height * channels),
    tuples: size.tuples ? take(tuplePitch * height) : 0,
    tuplePitch,
    sumsBytes,
    threads: take(THREAD.bytes * size.threads),
    threadRecords: Array.from({ length: size.threads }, () => ({
      bandField: take(BAND_FIELD.bytes),
      layers: take(LAYERS.bytes),
      stretchedPlanes: take(STRETCHED_PLANE.bytes * planes.length),
      contextWork: take(CONTEXT_WORK.bytes),
    })),
    planes: planes.map((plane) => planPlane(plane, sources + INDEX * inputs * plane.index, take)),
    bands: Array.from({ length: bandCount }, (_, band) => planBand(band, size.model, sumsBytes, take)),
    get end() {
      return roundUp(end, PAGE_BYTES);
    },
  };
}

function strideOf(width: number): number {
  return FLOAT * (2 * LATENT_MARGIN + roundUp(width, 8));
}

/** @param sources the address of the plane's */
function planPlane(
  { level, reading, width, height }: Plane,
  sources: number,
  take: (bytes: number) => number,
): PlanePlan {
  const stride = strideOf(width);
  const pitch = roundUp(FLOAT * width, 16);
  const perLatent = (): number => take(pitch * height);
  return {
    level,
    isDirect: Number(reading === 'direct'),
    width,
    height,
    stride,
    pitch,
    values: take(stride * (height + 2 * MARGIN_ROWS)) + stride * MARGIN_ROWS + FLOAT * LATENT_MARGIN,
    latents: perLatent(),
    firstMoments: perLatent(),
    secondMoments: perLatent(),
    sources,
  };
}

function planBand(
  band: number,
  { height, planes }: Model,
  sumsBytes: number,
  take: (bytes: number) => number,
): BandPlan {
  const bandRows = bandRowsOf(height);
  const firstRow = band * bandRows;
  const lastRow = Math.min(height, firstRow + bandRows);
  return {
    firstRow,
    lastRow,
    sums: take(sumsBytes),
    squaredError: take(DOUBLE),
    bits: take(DOUBLE * planes.length),
    planes: planes.map(({ width, level }) => {
      const cell = 2 ** level;
      const low = Math.floor(firstRow / cell) - TOUCHED_ROWS;
      const high = Math.floor((lastRow - 1) / cell) + 1 + TOUCHED_ROWS;
      const gradient = take(strideOf(width) * (high - low)) + FLOAT * LATENT_MARGIN;
      return { first: Math.ceil(firstRow / cell), last: Math.ceil(lastRow / cell), low, high, gradient };
    }),
  };
}
