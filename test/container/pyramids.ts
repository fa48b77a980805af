/** @file Contents with a pyramid, for tests: small latents and weights without a meaning. */

import { type Contents, weightTensors } from '../../src/container/contents.ts';
import { PYRAMID_CONTEXTS, presetSpec } from '../../src/field/presets.ts';
import { gridSize } from '../../src/field/pyramid.ts';
import { seededRandom } from '../../src/field/random.ts';
import { type FieldSpec, inputWidth, outputWidth } from '../../src/field/spec.ts';
import { newestStart } from '../../src/field/starts.ts';
import type { ChannelCount } from '../../src/image/raster.ts';

/** Where the field has a start, every second tensor is a difference to it. */
export function pyramidContents(
  width = 21,
  height = 13,
  spec: FieldSpec = presetSpec('pyramid', { channels: 3, grids: 7 }),
): Contents {
  const random = seededRandom(5);
  const start = newestStart(spec, PYRAMID_CONTEXTS.small);
  const tensors = weightTensors(spec, { context: PYRAMID_CONTEXTS.small });
  const latents = Array.from({ length: inputWidth(spec) }, (_, integer) => {
    const size = gridSize(width, height, integer);
    return Int16Array.from({ length: size.width * size.height }, () => Math.round(8 * random() ** 3 - 1));
  });
  return {
    width,
    height,
    channels: outputWidth(spec) as ChannelCount,
    depth: 8,
    colour: [],
    metadata: [],
    spec,
    weights: {
      kind: 'quantized',
      stepIndices: tensors.map((_, i) => 3 * i - 120),
      integers: tensors.map(({ length }) =>
        Int32Array.from({ length }, () => Math.round(40 * random() - 20)),
      ),
      fromStart: tensors.map((_, i) => start > 0 && i % 2 === 0),
    },
    pyramid: { context: PYRAMID_CONTEXTS.small, latents, start },
    segmentation: null,
    preset: 'pyramid',
  };
}
