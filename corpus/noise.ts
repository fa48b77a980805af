/** @file Value noise: what makes the corpus' surfaces look like something. */

/** A number in [0, 1) for a lattice point; any well-mixed hash would do. */
function lattice(x: number, y: number, seed: number): number {
  let hash = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

const ease = (t: number): number => t * t * (3 - 2 * t);
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;

/** Smooth noise in [0, 1) with features of size 1. */
function valueNoise(x: number, y: number, seed: number): number {
  const [i, j] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [ease(x - i), ease(y - j)];
  const top = mix(lattice(i, j, seed), lattice(i + 1, j, seed), u);
  const bottom = mix(lattice(i, j + 1, seed), lattice(i + 1, j + 1, seed), u);
  return mix(top, bottom, v);
}

/** Fractal sum of octaves, each half as large and half as strong: [0, 1). */
export function fractal(x: number, y: number, octaves: number, seed: number): number {
  let sum = 0;
  let total = 0;
  for (let octave = 0; octave < octaves; octave++) {
    const strength = 2 ** -octave;
    sum += strength * valueNoise(x * 2 ** octave, y * 2 ** octave, seed + octave);
    total += strength;
  }
  return sum / total;
}
