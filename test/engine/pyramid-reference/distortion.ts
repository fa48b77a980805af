/** @file D of a field's outputs and its gradient at them, in float64. */

import { VISUAL } from '../../../src/distortion/visual/visual.ts';
import type { PyramidProblem } from '../../../src/engine/pyramid.ts';
import { type Picture, peakOf } from '../../../src/image/raster.ts';
import { BLURRED_ERROR, BlurredError } from '../../distortion/blurred-error.ts';
import { visualReference } from '../../distortion/visual-reference.ts';
import { at, type Vector } from './affine.ts';

/** D, and ∂D/∂ŷ as [pixel][channel]. */
interface Measured {
  readonly value: number;
  readonly deltas: Vector[];
}

/** @param outputs [pixel][channel] */
export function measured({ distortion, raster }: PyramidProblem, outputs: readonly Vector[]): Measured {
  if (distortion === BLURRED_ERROR) return planarly(raster, outputs, blurredError);
  if (distortion === VISUAL) return planarly(raster, outputs, visualReference);
  return squaredError(raster, outputs);
}

/** Errors are halved, as [−1, 1] is twice as long as [0, 1]. */
function squaredError({ channels, depth, data }: Picture, outputs: readonly Vector[]): Measured {
  const errors = outputs.map((values, pixel) =>
    values.map((value, channel) => {
      const sample = data[pixel * channels + channel] as number;
      return (value - ((2 * sample) / peakOf(depth) - 1)) / 2;
    }),
  );
  const sum = errors.reduce((total, row) => total + row.reduce((part, error) => part + error ** 2, 0), 0);
  return {
    value: sum / data.length,
    deltas: errors.map((row) => row.map((error) => error / data.length)),
  };
}

/** D and its gradient from planar outputs. */
type PlanarReference = (picture: Picture, planes: Float64Array) => { value: number; gradient: Float64Array };

function planarly(picture: Picture, outputs: readonly Vector[], reference: PlanarReference): Measured {
  const { channels } = picture;
  const pixels = outputs.length;
  const planes = new Float64Array(channels * pixels);
  for (const [pixel, values] of outputs.entries()) {
    for (const [channel, value] of values.entries()) planes[channel * pixels + pixel] = value;
  }
  const { value, gradient } = reference(picture, planes);
  const deltas = outputs.map((values, pixel) =>
    values.map((_, channel) => at(gradient, channel * pixels + pixel)),
  );
  return { value, deltas };
}

function blurredError(picture: Picture, planes: Float64Array): ReturnType<PlanarReference> {
  const gradient = planes.slice();
  return { value: new BlurredError(picture).evaluate(planes, gradient), gradient };
}
