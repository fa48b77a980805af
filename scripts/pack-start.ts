/** @file From parameters to a table of formats/starts (formats/loe.md, section 11). */

import { CONTEXT_STEP, FIELD_STEP, type StartModel } from '../src/entropy/starts.ts';
import { encodeWeights } from '../src/entropy/weights.ts';
import { contextTensors } from '../src/field/context.ts';
import type { Parameters } from '../src/field/parameters.ts';
import { quantize } from '../src/field/quantizer.ts';
import { tensorsOf } from '../src/field/spec.ts';

/** The table of a model's parameters. */
export function packStart({ field, context }: Parameters, model: StartModel): Uint8Array {
  const [ofField, ofContext] = [tensorsOf(model.field), contextTensors(model.context)];
  return encodeWeights(
    [...ofField, ...ofContext],
    [
      ...ofField.map((tensor) => quantize(field, tensor, FIELD_STEP)),
      ...ofContext.map((tensor) => quantize(context, tensor, CONTEXT_STEP)),
    ],
  );
}
