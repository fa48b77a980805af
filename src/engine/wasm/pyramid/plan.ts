/** @file Where everything of a pyramid fit lies in memory: bands, grids, weights, scratch. All sizes are known beforehand. */

import { AFFINE } from '../../../field/affine-maps.ts';
import type { ContextSpec } from '../../../field/context.ts';
import { cellCount } from '../../../field/pyramid.ts';
import type { FieldSpec } from '../../../field/spec.ts';
import { type BitDepth, sampleArrayOf } from '../../../image/raster.ts';
import { PAGE_BYTES, roundUp } from '../../../wasm/pages.ts';
import { recordBytes } from '../../../wasm/records.ts';
import type { Region } from '../../../wasm/shared-memory.ts';
import type { AffineLayouts } from './affines.ts';
import { contextScratchBytes } from './context-scratch.ts';
import { fieldScratchBytes } from './field-scratch.ts';
import { BAND, BAND_GRID, GRID, PYRAMID_PROBLEM } from './records.ts';

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

/** Floats of zeros left of a grid's rows and at least as many right of them; rows of zeros above and below. */
export const GRID_MARGIN = 16;
const MARGIN_ROWS = 4;

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
}

/** A latent grid's size and addresses, see `Grid` in `../kernels/pyramid/problem.ts`. */
export interface GridPlan {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly pitch: number;
  readonly values: number;
  readonly latents: number;
  readonly firstMoments: number;
  readonly secondMoments: number;
}

export interface BandGridPlan {
  readonly first: number;
  readonly last: number;
  readonly low: number;
  readonly high: number;
  readonly gradient: number;
}

export interface BandPlan {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly sums: number;
  readonly squaredError: number;
  readonly bits: number;
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
  readonly samples: number;
  readonly samplePitch: number;
  /** 1 or 2. */
  readonly sampleBytes: number;
  /** 0 without experts. */
  readonly tuples: number;
  readonly tuplePitch: number;
  readonly scratch: number;
  readonly scratchBytes: number;
  readonly fieldScratch: number;
  readonly sumsBytes: number;
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
  const { width, height, channels, spec, context, threads } = size;
  const gridSizes = gridSizesOf(size);
  const bandRows = bandRowsOf(height);
  const bandCount = Math.ceil(height / bandRows);
  const affineCount = affines.field.length + affines.context.length;
  const sampleBytes = sampleArrayOf(size.depth).BYTES_PER_ELEMENT;
  const samplePitch = roundUp(sampleBytes * width, 16);
  const tuplePitch = roundUp(4 * width, 32);
  const sumsBytes = FLOAT * affines.sumFloats;
  const fieldScratch = roundUp(fieldScratchBytes(size.width, channels, spec, bandRows), ALIGNMENT);
  const scratchBytes = roundUp(fieldScratch + contextScratchBytes(width, context), ALIGNMENT);
  return {
    start,
    problem: take(recordBytes(PYRAMID_PROBLEM)),
    gridRecords: take(recordBytes(GRID) * gridSizes.length),
    bandRecords: take(recordBytes(BAND) * bandCount),
    bandGridRecords: take(recordBytes(BAND_GRID) * bandCount * gridSizes.length),
    affines: take(recordBytes(AFFINE) * affineCount),
    neighbourSteps: take(8 * context.neighbours),
    coarserCells: take(12 * context.coarser),
    weights: take(FLOAT * affines.weightFloats),
    samples: take(samplePitch * height * channels),
    samplePitch,
    sampleBytes,
    tuples: size.tuples ? take(tuplePitch * height) : 0,
    tuplePitch,
    scratch: take(scratchBytes * threads),
    scratchBytes,
    fieldScratch,
    sumsBytes,
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
