/** @file Contents with a pyramid, for tests: small latents and weights without a meaning. */

import type { FieldContents } from '../../src/container/contents.ts';
import { newestStart } from '../../src/entropy/starts.ts';
import { modelOf } from '../../src/field/model.ts';
import { PYRAMID_CONTEXTS, presetSpec } from '../../src/field/presets.ts';
import { seededRandom } from '../../src/field/random.ts';
import type { FieldSpec } from '../../src/field/spec.ts';
import type { ChannelCount } from '../../src/image/raster.ts';
import { plainMapping } from '../../src/samples/mapping.ts';

/** Where the field has a start, every second tensor is a difference to it. */
export function pyramidContents(
  width = 21,
  height = 13,
  spec: FieldSpec = presetSpec('pyramid', { channels: 3, levels: 7 }),
): FieldContents {
  const random = seededRandom(5);
  const model = modelOf(spec, PYRAMID_CONTEXTS.small, { width, height });
  const start = newestStart(model);
  const { tensors } = model;
  const channels = model.channels as ChannelCount;
  const latents = model.planes.map((plane) =>
    Int16Array.from({ length: plane.width * plane.height }, () => Math.round(8 * random() ** 3 - 1)),
  );
  return {
    kind: 'field',
    width,
    height,
    channels,
    depth: 8,
    colour: [],
    metadata: [],
    samples: plainMapping({ channels, depth: 8 }),
    alpha: null,
    spec,
    weights: {
      kind: 'quantized',
      stepIndices: tensors.map((_, i) => 3 * i - 120),
      integers: tensors.map(({ length }) =>
        Int32Array.from({ length }, () => Math.round(40 * random() - 20)),
      ),
      fromStart: tensors.map((_, i) => start > 0 && i % 2 === 0),
    },
    start: null,
    pyramid: { model, latents, start },
    segmentation: null,
    enhancement: null,
    preset: 'pyramid',
  };
}
