/** @file What latents become before the loss sees them. */

import type { LatentNoise } from '../../../src/engine/pyramid.ts';

/** Latents as the loss sees them, and dq/dx. */
export interface Seen {
  readonly values: readonly Float64Array[];
  readonly slopes: readonly Float64Array[];
}

export function seenLatents(latents: readonly Float64Array[], noise: LatentNoise): Seen {
  const pairs = latents.map((values, plane) =>
    Array.from(values, (x, i): [number, number] => {
      if (noise.temperature === 0) return [Math.floor(x + 0.5), 1];
      const [inner, innerSlope] = soften(x, noise.temperature);
      const [outer, outerSlope] = soften(inner + gaussian(noise, plane, i), noise.temperature);
      return [outer, outerSlope * innerSlope];
    }),
  );
  return {
    values: pairs.map((grid) => Float64Array.from(grid, ([value]) => value)),
    slopes: pairs.map((grid) => Float64Array.from(grid, ([, slope]) => slope)),
  };
}

/** s(x) and s′(x). */
function soften(x: number, temperature: number): [number, number] {
  const floor = Math.floor(x);
  const bend = Math.tanh((x - floor - 0.5) / temperature);
  const span = 2 * Math.tanh(1 / (2 * temperature));
  return [floor + 0.5 + bend / span, (1 - bend * bend) / (temperature * span)];
}

/** In exact integers: the contract's hash, without 32-bit multiplication. */
function gaussian({ sigma, seed }: LatentNoise, plane: number, i: number): number {
  const wrap = (value: bigint): bigint => BigInt.asUintN(32, value);
  const hash = (value: bigint): bigint => {
    let v = wrap(value);
    v = wrap((v ^ (v >> 16n)) * 0x7feb352dn);
    v = wrap((v ^ (v >> 15n)) * 0x846ca68bn);
    return v ^ (v >> 16n);
  };
  const start = hash(BigInt(seed) * 9781n + BigInt(plane) * 977n + 12345n);
  const first = hash(start + BigInt(i));
  const second = hash(first ^ 0x9e3779b9n);
  const sum = (first & 0xffffn) + (first >> 16n) + (second & 0xffffn) + (second >> 16n);
  return Number(sum - 131070n) * (1.7320508 / 65536) * sigma;
}
