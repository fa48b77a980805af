/** @file One sample for each position of a grid, so that training where tiles overlap takes no longer. */

import type { GridSamples } from '../../field/grid-samples.ts';
import { mixedCount } from '../../field/mix.ts';
import type { Random } from '../../field/random.ts';
import type { Samples } from '../../field/selectors.ts';

/**
 * Of the samples of each position one, drawn with its share as the probability: in a band the experts of both tiles learn the picture, the
 * more the more they count.
 * @param random takes a step for each sample, also where there is no choice: pieces of a grid are drawn as all of it at once
 */
export function drawnSamples({ coordinates, tuples, mix }: GridSamples, random: Random): Samples {
  if (mix === null) {
    for (let i = 0; i < tuples.length; i++) random();
    return { coordinates, tuples };
  }
  const { positions, shares } = mix;
  const drawn = new Uint32Array(mixedCount(mix));
  let total = 0;
  for (let i = 0; i < positions.length; i++) {
    const isFirst = positions[i] !== positions[i - 1];
    total = (shares[i] as number) + (isFirst ? 0 : total);
    // Takes the place of the one before it as often as it should in the end.
    if (random() * total <= (shares[i] as number)) drawn[positions[i] as number] = i;
  }
  return pickSamples({ coordinates, tuples }, drawn);
}

/** The samples with these indices, in their order. */
export function pickSamples({ coordinates, tuples }: Samples, indices: Uint32Array): Samples {
  const picked = new Float32Array(2 * indices.length);
  for (let i = 0; i < indices.length; i++) {
    const sample = indices[i] as number;
    picked[2 * i] = coordinates[2 * sample] as number;
    picked[2 * i + 1] = coordinates[2 * sample + 1] as number;
  }
  return { coordinates: picked, tuples: indices.map((sample) => tuples[sample] as number) };
}
