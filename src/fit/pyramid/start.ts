/** @file Where a pyramid fit begins: weights that ship with the code, or a structured start. */

import { type ContextSpec, contextTensors } from '../../field/context.ts';
import { structuredStart } from '../../field/init.ts';
import type { FieldSpec, Tensor } from '../../field/spec.ts';
import { LATEST_START, type Parameters, startOf } from '../../field/starts.ts';

/** Weights that a file is coded against. */
export interface PyramidStart extends Parameters {
  /** The start's number in the file; 0 for one that decoders do not know. */
  readonly id: number;
}

/** The newest start of a field, or a structured one where none fits it. @param seed of the structured start */
export function chooseStart(spec: FieldSpec, context: ContextSpec, seed: number): PyramidStart {
  const learned = startOf(LATEST_START, spec, context);
  return learned ? { ...learned, id: LATEST_START } : { ...structuredStart(spec, context, seed), id: 0 };
}

/**
 * What is added to the foreseen log b. A context model that was fitted to the end says "zero, surely" of a pyramid of zeros, where
 * masses are on their floor and have no gradient (pyramid study, section 5): a fit begins less sure.
 */
const DOUBT = 2;

/** A learned start as a fit begins at it; a structured one is not sure of anything. */
export function beginAt(start: Parameters, contextSpec: ContextSpec): Parameters {
  const context = start.context.slice();
  const bias = contextTensors(contextSpec).at(-1) as Tensor;
  const logScale = bias.offset + 1;
  context[logScale] = (context[logScale] as number) + DOUBT;
  return { field: start.field, context };
}
