/** @file A coordinate field at crossings of columns and rows. */

import { type Cells, centres } from '../../field/grid.ts';
import { gridSamples } from '../../field/grid-samples.ts';
import { mixedOutputs } from '../../field/mix.ts';
import type { RasterSegmentation } from '../../field/segmentation.ts';
import type { Field } from '../../field/spec.ts';
import type { TimeSlices } from '../../time-slices.ts';
import { createEvaluator } from './evaluator.ts';

/** At crossings of columns and rows: [rows, columns, channels], not clipped. */
export type Evaluation = (columns: Cells, rows: Cells) => Float32Array;

/** @throws LoecError E_LIMIT, E_ABORTED or E_ENGINE */
export async function coordinateEvaluation(
  field: Field,
  segmentation: RasterSegmentation | null,
  slices: TimeSlices,
): Promise<Evaluation> {
  const evaluator = await createEvaluator(field, slices);
  return (columns, rows) => {
    const samples = gridSamples(field.spec, segmentation, positions(columns), positions(rows));
    return mixedOutputs(evaluator.evaluate(samples), samples.mix);
  };
}

function positions({ start, length, count }: Cells): Float64Array {
  return centres(start, length, count);
}
