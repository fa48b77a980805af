/** @file A coordinate field at crossings of columns and rows. */

import { coordinateParameters, type StoredCoordinates } from '../../container/coordinate-parameters.ts';
import { type Cells, centres } from '../../field/grid.ts';
import { gridSamples } from '../../field/grid-samples.ts';
import { mixedOutputs } from '../../field/mix.ts';
import type { RasterSegmentation } from '../../field/segmentation.ts';
import type { TimeSlices } from '../../time-slices.ts';
import { createEvaluator } from './evaluator.ts';

/** At crossings of columns and rows: [rows, columns, channels], not clipped. */
export type Evaluation = (columns: Cells, rows: Cells) => Float32Array;

/** @throws LoecError E_LIMIT, E_ABORTED or E_ENGINE */
export async function coordinateEvaluation(
  stored: StoredCoordinates,
  segmentation: RasterSegmentation | null,
  slices: TimeSlices,
): Promise<Evaluation> {
  const { spec } = stored;
  const parameters = await slices.take(coordinateParameters(stored));
  const evaluator = await createEvaluator({ spec, parameters }, slices);
  return (columns, rows) => {
    const samples = gridSamples(spec, segmentation, positions(columns), positions(rows));
    return mixedOutputs(evaluator.evaluate(samples), samples.mix);
  };
}

function positions({ start, length, count }: Cells): Float64Array {
  return centres(start, length, count);
}
