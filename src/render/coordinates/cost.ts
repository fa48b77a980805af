/** @file What evaluating a coordinate field costs, all samples of a position among it; loaded where there is such a field. */

import { EXPERTS, type FieldSpec, tileFrequencies } from '../../field/spec.ts';
import type { Size } from '../../image/raster.ts';
import type { Geometry } from '../geometry.ts';
import { type CostOf, type EvaluatedField, isNative, layerWork, positionWork } from '../pieces.ts';
import { evaluatorMemory } from './memory.ts';

/** Of samples that share their experts, and of no others. */
const GROUP_WORK = 8000;

/** Samples of a block are a multiple of this. */
const BLOCK_QUANTUM = 4;

/**
 * Bytes of the samples of a piece whose positions have sixteen each, the most that two frequencies of tiles give: some 200,000 positions, by what work
 * they are at least, and 28 bytes. Where classes are mixed, a piece has a quarter of the positions, as it counts the most samples that these may have.
 */
const BAND_MEMORY = 1e8;

/** Bytes, at most. */
export function coordinateMemory(spec: FieldSpec): number {
  return evaluatorMemory(spec) + (spec.overlap > 0 ? BAND_MEMORY : 0);
}

/**
 * Samples of the same experts are evaluated together, in blocks of at least four. Where positions have several samples, a piece counts as many as
 * the crop's pieces have on average.
 * @param classes of a label map that count at a position, on average (`class-count.ts`)
 */
export function coordinateCost(
  field: EvaluatedField,
  geometry: Geometry,
  picture: Size,
  classes = mostClasses(field, geometry, picture),
): CostOf {
  const layers = layerWork(field);
  const tuples = EXPERTS ** (tileFrequencies(field.spec).length + Number(field.hasLabels));
  const density = classes * samplesPerClass(field.spec, geometry);
  return (columns, rows) => {
    const positions = columns * rows;
    const samples = density * positions;
    const groups = Math.min(samples, tuples);
    const work =
      (positionWork(field) + layers) * samples + (GROUP_WORK + (BLOCK_QUANTUM - 1) * layers) * groups;
    return { positions, multiplyAdds: work };
  };
}

function mostClasses({ hasLabels }: EvaluatedField, geometry: Geometry, picture: Size): number {
  return hasLabels && !isNative(geometry, picture) ? EXPERTS : 1;
}

/** Of a position and a class, in the crop, at most. */
function samplesPerClass(spec: FieldSpec, { width, height, crop, samplesX, samplesY }: Geometry): number {
  const columns = crop.width * samplesX;
  const rows = crop.height * samplesY;
  const across = mostChoices(spec, columns, width * samplesX) / columns;
  return (across * mostChoices(spec, rows, height * samplesY)) / rows;
}

/**
 * What `length` successive cells of an axis have of choices of tiles (`src/field/tile-overlap.ts`), in all and at most. A crossing of columns
 * and rows has a sample for each choice of its column and each of its row.
 * @param count cells of the whole axis
 */
export function mostChoices(spec: FieldSpec, length: number, count: number): number {
  // A cell in the band of one more frequency has its choices twice, and up to two of each frequency before.
  return tileFrequencies(spec).reduce(
    (choices, frequency, i) => choices + 2 ** i * blendedCells(frequency, spec.overlap, length, count),
    length,
  );
}

/** Of `length` successive cells those within the bands of a frequency, at most. */
function blendedCells(frequency: number, overlap: number, length: number, count: number): number {
  if (overlap === 0) return 0;
  const cellsOfBand = Math.floor((overlap * count) / frequency) + 1;
  const bands = Math.floor((2 * frequency * (length - 1)) / count + 2 * overlap) + 1;
  return Math.min(length, cellsOfBand * Math.min(bands, 2 * frequency - 1));
}
