/** @file What a field leaves out of its picture, in the planes of an enhancement layer. */

import type { FieldContents } from '../../../container/contents.ts';
import { meanings } from '../../../field/enhancement.ts';
import { peakOf, type Size } from '../../../image/raster.ts';
import { fieldValues } from '../../../render/field-values.ts';
import { TRANSPARENT } from '../../../samples/mapping.ts';
import type { MappedPicture } from '../../../samples/to-outputs.ts';

export interface Missing extends Size {
  /** One plane per output, [height, width], in units of values in [−1, 1]. */
  readonly planes: readonly Float32Array[];
}

/** Where nobody sees the outputs, nothing is missing. */
export async function missingOf(contents: FieldContents, { target, alpha }: MappedPicture): Promise<Missing> {
  const values = await fieldValues(contents);
  const { width, height, channels, depth, data } = target;
  const scale = 2 / peakOf(depth);
  const planes = meanings(channels).map((unit) => {
    const plane = new Float32Array(width * height);
    for (let i = 0, at = 0; i < plane.length; i++) {
      let sum = 0;
      for (const meaning of unit) {
        const value = Math.min(1, Math.max(-1, values[at] as number));
        sum += meaning * ((data[at] as number) * scale - 1 - value);
        at++;
      }
      if (alpha?.labels[i] !== TRANSPARENT) plane[i] = sum;
    }
    return plane;
  });
  return { width, height, planes };
}
