/** @file Where everything of a pyramid fit lies in memory: bands, grids, weights. What threads work in, `scratch.ts` adds. */

import type { ContextSpec } from '../../../field/context.ts';
import { AFFINE, COARSER_CELL, LAYERS, NEIGHBOUR } from '../../../field/kernels/built/records.ts';
import { cellCount } from '../../../field/pyramid.ts';
import type { FieldSpec } from '../../../field/spec.ts';
import { type BitDepth, sampleArrayOf } from '../../../image/raster.ts';
import { PAGE_BYTES, roundUp } from '../../../wasm/pages.ts';
import type { RecordValues } from '../../../wasm/records.ts';
import type { Region } from '../../../wasm/shared-memory.ts';
import {
  BAND,
  BAND_FIELD,
  BAND_GRID,
  CONTEXT_WORK,
  GRID,
  PYRAMID_PROBLEM,
  STRETCHED_GRID,
  THREAD,
} from '../kernels/built/records.ts';
import type { AffineLayouts } from './affines.ts';
import { GRID_MARGIN, MARGIN_ROWS } from './constants.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
const DOUBLE = Float64Array.BYTES_PER_ELEMENT;
const ALIGNMENT = 64;

/**
 * Rows of the picture that a band owns: few enough that many threads have one each. What lies at the edge of two bands is worked out twice, so
 * those of a large picture, which has enough of them, have more.
 */
function bandRowsOf(height: number): number {
  return height <= 1024 ? 32 : 64;
}

/**
 * Rows that a band touches above the cell of its first row and below that of its last: the spline reaches 2, causal
 * neighbours 3.
 */
const REACH = 3;

export interface PyramidSize {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: BitDepth;
  readonly spec: FieldSpec;
  readonly context: ContextSpec;
  readonly threads: number;
  /** Whether pixels have experts. */
  readonly tuples: boolean;
  /** Whether the distortion is measured in place. */
  readonly fused: boolean;
}

export type GridPlan = RecordValues<typeof GRID>;
export type BandGridPlan = RecordValues<typeof BAND_GRID>;

export interface BandPlan extends RecordValues<typeof BAND> {
  readonly grids: readonly BandGridPlan[];
}

export interface PyramidPlan extends Region {
  readonly problem: number;
  readonly gridRecords: number;
  readonly bandRecords: number;
  readonly bandGridRecords: number;
  readonly affines: number;
  readonly neighbourSteps: number;
  readonly coarserCells: number;
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
  readonly grids: readonly GridPlan[];
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
  const { width, height, channels, context } = size;
  const gridSizes = gridSizesOf(size);
  const bandRows = bandRowsOf(height);
  const bandCount = Math.ceil(height / bandRows);
  const affineCount = affines.field.length + affines.context.length;
  const sampleBytes = sampleArrayOf(size.depth).BYTES_PER_ELEMENT;
  const samplePitch = roundUp(sampleBytes * width, 16);
  const tuplePitch = roundUp(4 * width, 32);
  const sumsBytes = FLOAT * affines.sumFloats;
  return {
    start,
    problem: take(PYRAMID_PROBLEM.bytes),
    gridRecords: take(GRID.bytes * gridSizes.length),
    bandRecords: take(BAND.bytes * bandCount),
    bandGridRecords: take(BAND_GRID.bytes * bandCount * gridSizes.length),
    affines: take(AFFINE.bytes * affineCount),
    neighbourSteps: take(NEIGHBOUR.bytes * context.neighbours),
    coarserCells: take(COARSER_CELL.bytes * context.coarser),
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
      stretchedGrids: take(STRETCHED_GRID.bytes * gridSizes.length),
      contextWork: take(CONTEXT_WORK.bytes),
    })),
    grids: gridSizes.map((grid) => planGrid(grid, take)),
    bands: Array.from({ length: bandCount }, (_, band) => planBand(band, size, gridSizes, sumsBytes, take)),
    get end() {
      return roundUp(end, PAGE_BYTES);
    },
  };
}

interface GridSize {
  readonly width: number;
  readonly height: number;
}

function gridSizesOf({ spec, width, height }: PyramidSize): GridSize[] {
  const planes = spec.input.kind === 'pyramid' ? spec.input.planes : [];
  return planes.map(({ level }) => ({ width: cellCount(width, level), height: cellCount(height, level) }));
}

function strideOf(width: number): number {
  return FLOAT * (2 * GRID_MARGIN + roundUp(width, 8));
}

function planGrid({ width, height }: GridSize, take: (bytes: number) => number): GridPlan {
  const stride = strideOf(width);
  const pitch = roundUp(FLOAT * width, 16);
  const plane = (): number => take(pitch * height);
  return {
    width,
    height,
    stride,
    pitch,
    values: take(stride * (height + 2 * MARGIN_ROWS)) + stride * MARGIN_ROWS + FLOAT * GRID_MARGIN,
    latents: plane(),
    firstMoments: plane(),
    secondMoments: plane(),
  };
}

function planBand(
  band: number,
  { height }: PyramidSize,
  grids: readonly GridSize[],
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
    bits: take(DOUBLE * grids.length),
    grids: grids.map(({ width }, level) => {
      const cell = 2 ** level;
      const low = Math.floor(firstRow / cell) - REACH;
      const high = Math.floor((lastRow - 1) / cell) + 1 + REACH;
      const gradient = take(strideOf(width) * (high - low)) + FLOAT * GRID_MARGIN;
      return { first: Math.ceil(firstRow / cell), last: Math.ceil(lastRow / cell), low, high, gradient };
    }),
  };
}
