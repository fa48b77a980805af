/** @file One sample for each position of a grid, so that training where tiles overlap takes no longer. */

import type { GridSamples } from '../../field/grid-samples.ts';
import { mixedCount } from '../../field/mix.ts';
import type { Random } from '../../field/random.ts';
import type { Samples } from '../../field/selectors.ts';

/**
 * Of the samples of each position one, drawn with its share as the probability: in a band the experts of both tiles learn the picture, the
 * more the more they count.
 */
export function drawnSamples({ coordinates, tuples, mix }: GridSamples, random: Random): Samples {
  if (mix === null) return { coordinates, tuples };
  const { positions, shares } = mix;
  const drawn = new Uint32Array(mixedCount(mix));
  let total = 0;
  for (let i = 0; i < positions.length; i++) {
    const isFirst = positions[i] !== positions[i - 1];
    total = (shares[i] as number) + (isFirst ? 0 : total);
    // Takes the place of the one before it as often as it should in the end.
    if (random() * total <= (shares[i] as number)) drawn[positions[i] as number] = i;
  }
  return {
    coordinates: Float32Array.from(
      { length: 2 * drawn.length },
      (_, i) => coordinates[2 * (drawn[i >> 1] as number) + (i & 1)] as number,
    ),
    tuples: Uint32Array.from(drawn, (sample) => tuples[sample] as number),
  };
}
