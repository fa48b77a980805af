/** @file The outputs of a field at the pixels of its picture, as a decoder of the file will have them before they become samples. */

import type { FieldContents } from '../container/contents.ts';
import { outputWidth } from '../field/spec.ts';
import { UNBOUNDED_LIMITS } from '../limits.ts';
import { TimeSlices } from '../time-slices.ts';
import { outputGeometry } from './geometry.ts';
import { sceneOf } from './scene.ts';

/** Rows that are evaluated at a time. */
const ROWS = 64;

/** [height, width, outputs], not clipped. @throws LoecError E_LIMIT, E_ABORTED or E_ENGINE */
export async function fieldValues(contents: FieldContents): Promise<Float32Array> {
  const { width, height, spec, samples } = contents;
  const bare: FieldContents = { ...contents, samples: { ...samples, alpha: { kind: 'none' } }, alpha: null };
  const slices = new TimeSlices();
  const scene = await sceneOf(bare, outputGeometry(contents, {}, UNBOUNDED_LIMITS), slices);
  const run = width * outputWidth(spec);
  const values = new Float32Array(run * height);
  const columns = { start: 0, length: width, count: width };
  for (let start = 0; start < height; start += ROWS) {
    const length = Math.min(ROWS, height - start);
    values.set(await scene.evaluate(columns, { start, length, count: height }), run * start);
    await slices.pause();
  }
  return values;
}
