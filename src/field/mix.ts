/** @file From the outputs of samples to those of positions, where tiles overlap or classes are mixed and a position has several samples. */

/** How samples make the outputs of positions. */
export interface Mix {
  /** [samples]: the position of each; from 0 on, each at least once, and in order. */
  readonly positions: Uint32Array;
  /** [samples]: how much of the position's outputs is the sample's; those of a position sum to 1. */
  readonly shares: Float32Array;
}

/** Positions that samples are mixed to. */
export function mixedCount({ positions }: Mix): number {
  return (positions.at(-1) as number) + 1;
}

/**
 * The outputs at the positions, in float32 steps: [positions, channels].
 * @param outputs [samples, channels]
 * @param mix null where samples are positions
 */
export function mixedOutputs(outputs: Float32Array, mix: Mix | null): Float32Array {
  if (mix === null) return outputs;
  const { positions, shares } = mix;
  const channels = outputs.length / positions.length;
  const mixed = new Float32Array(channels * mixedCount(mix));
  let before = -1;
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i] as number;
    for (let channel = 0; channel < channels; channel++) {
      const product = Math.fround((shares[i] as number) * (outputs[i * channels + channel] as number));
      const place = position * channels + channel;
      mixed[place] = position === before ? (mixed[place] as number) + product : product;
    }
    before = position;
  }
  return mixed;
}
