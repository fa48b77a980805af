/** @file What a label map says of alpha at any positions: classes of it, or where alpha is a mask, opacities. */

import { type Cells, centres } from '../field/grid.ts';
import { classesAt } from '../field/segmentation.ts';
import { type AlphaClasses, BETWEEN, type SampleMapping } from '../samples/mapping.ts';
import { coloursAt } from './flat/colours-at.ts';

const OPACITIES = Float64Array.of(0, 1);

/**
 * [rows, columns]. What is near a pixel between the exact classes is itself between them, so that soft edges have no steps (docs/experiments.md,
 * "Soft alpha: the base of premultiplied colours"). Borders of a mask are drawn as those of flat pictures are.
 */
export function alphaClassesAt(
  map: AlphaClasses,
  { alpha }: SampleMapping,
  columns: Cells,
  rows: Cells,
): ArrayLike<number> {
  if (alpha.kind !== 'mask') return classesAt(map, positions(columns), positions(rows), BETWEEN);
  const opacityMap = { ...map, indices: map.labels, channels: 1, isAntialiased: false };
  return coloursAt(opacityMap, OPACITIES, columns, rows);
}

function positions({ start, length, count }: Cells): Float64Array {
  return centres(start, length, count);
}
