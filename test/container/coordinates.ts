/** @file Contents with a field of coordinates whose tensors are differences from a start, for tests: small weights without a meaning. */

import type { FieldContents, QuantizedWeights } from '../../src/container/contents.ts';
import { presetSpec } from '../../src/field/presets.ts';
import { tensorsOf } from '../../src/field/spec.ts';
import { plainMapping } from '../../src/samples/mapping.ts';

interface StartedContents extends FieldContents {
  readonly weights: QuantizedWeights & { readonly fromStart: readonly boolean[] };
}

/** Those of the first layer, all biases and the last weights are differences. */
export function startedContents(seed: number): StartedContents {
  const spec = presetSpec('loe-ftc', { width: 5, channels: 3 });
  const tensors = tensorsOf(spec);
  return {
    kind: 'field',
    width: 6,
    height: 4,
    channels: 3,
    depth: 8,
    colour: [],
    metadata: [],
    samples: plainMapping({ channels: 3, depth: 8 }),
    alpha: null,
    spec,
    start: { seed },
    pyramid: null,
    segmentation: null,
    enhancement: null,
    preset: 'loe',
    weights: {
      kind: 'quantized',
      stepIndices: tensors.map((_, i) => 3 * i - 90),
      integers: tensors.map(({ length }) => Int32Array.from({ length }, (_, i) => ((i * 37) % 41) - 20)),
      fromStart: tensors.map(
        ({ layer, kind }, i) => layer === 0 || kind === 'bias' || i === tensors.length - 2,
      ),
    },
  };
}
