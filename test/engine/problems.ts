/** @file Small fitting problems: every preset and selector, odd sizes, one to four channels. */

import {
  type AdamCoordinateState,
  type CoordinateProblem,
  initialState,
} from '../../src/engine/coordinates.ts';
import { centre } from '../../src/field/grid.ts';
import { initialParameters } from '../../src/field/init.ts';
import { type PresetOptions, presetSpec } from '../../src/field/presets.ts';
import { selectTuple } from '../../src/field/selectors.ts';
import type { FieldSpec } from '../../src/field/spec.ts';

export interface NamedProblem extends CoordinateProblem<AdamCoordinateState> {
  readonly name: string;
  /** Those of `start`. */
  readonly parameters: Float32Array;
}

/** A picture of `width` × `height` positions with smooth colours and classes in diagonal stripes. */
export function problemOf(
  name: string,
  spec: FieldSpec,
  width: number,
  height: number,
  batches = 1,
): NamedProblem {
  const channels = spec.layers.at(-1)?.width ?? 1;
  const count = width * height;
  const coordinates = new Float32Array(2 * count);
  const tuples = new Uint32Array(count);
  const targets = new Float32Array(channels * count);
  for (let i = 0; i < count; i++) {
    const [column, row] = [i % width, Math.floor(i / width)];
    const [x, y] = [centre(column, width), centre(row, height)];
    coordinates.set([x, y], 2 * i);
    tuples[i] = selectTuple(spec, x, y, Math.floor((column + row) / 3) % 4);
    for (let c = 0; c < channels; c++) targets[i * channels + c] = 0.8 * Math.sin(3 * x + 2 * y * (c + 1));
  }
  // A seed at which no gradient is so near 0 that rounding may choose its sign, which is all that Adam's first step goes by.
  const parameters = initialParameters(spec, 13);
  const start = initialState(parameters, 'adam');
  return { name, spec, samples: { coordinates, tuples }, targets, parameters, start, batches };
}

const preset = (
  name: Parameters<typeof presetSpec>[0],
  options: PresetOptions,
  width: number,
  height: number,
  batches?: number,
): NamedProblem =>
  problemOf(
    `${name} ${JSON.stringify(options)} on ${width}x${height}`,
    presetSpec(name, options),
    width,
    height,
    batches,
  );

export const PROBLEMS: readonly NamedProblem[] = [
  preset('siren', { width: 8, channels: 3 }, 33, 17, 3),
  preset('siren', { width: 1, channels: 1, depth: 2 }, 1, 1),
  preset('siren', { width: 40, channels: 3 }, 9, 8),
  preset('seg-loe', { width: 72, channels: 3 }, 8, 6),
  preset('loe', { width: 7, channels: 2, depth: 5 }, 33, 17, 2),
  preset('loe-ftc', { width: 20, channels: 3 }, 7, 5),
  preset('loe-qt', { width: 8, channels: 4, depth: 3 }, 33, 17),
  preset('seg-loe', { width: 7, channels: 3 }, 33, 17),
  preset('seg-loe', { width: 8, channels: 1, segmentLayer: 1 }, 7, 5),
  preset('seg-loe', { width: 8, channels: 2, segmentLayer: 2 }, 7, 5),
  preset('seg-loe', { width: 9, channels: 4, segmentLayer: 3 }, 16, 9),
];

/** ‖a − b‖ / ‖b‖ */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += ((a[i] as number) - (b[i] as number)) ** 2;
    norm += (b[i] as number) ** 2;
  }
  return Math.sqrt(difference / (norm || 1));
}
