/** @file What a field leaves out of its picture, in the planes of an enhancement layer. */

import type { Contents } from '../../../container/contents.ts';
import { meanings } from '../../../field/enhancement.ts';
import { type Picture, peakOf, type Size } from '../../../image/raster.ts';
import { fieldValues } from '../../../render/field-values.ts';

export interface Missing extends Size {
  /** One plane per output, [height, width], in units of values in [−1, 1]. */
  readonly planes: readonly Float32Array[];
}

/** @param picture what the field's outputs should be */
export async function missingOf(contents: Contents, picture: Picture): Promise<Missing> {
  const values = await fieldValues(contents);
  const { width, height, channels, depth, data } = picture;
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
      plane[i] = sum;
    }
    return plane;
  });
  return { width, height, planes };
}
