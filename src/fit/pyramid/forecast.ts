/**
 * @file What a fit at some λ will come to, before it begins: reverse water-filling (Cover & Thomas, Elements of Information Theory,
 * section 10.3.3) over the coefficients of the picture's 8×8 cosine transform. A coefficient of energy e above the water's level θ takes
 * ½ log₂(e/θ) bits and keeps an error of θ, one below takes none and keeps e; θ follows from λ, the slope of distortion over rate.
 */

import type { PyramidLoss } from '../../engine/pyramid.ts';
import { peakOf, type Raster } from '../../image/raster.ts';

type Samples = Pick<Raster, 'width' | 'height' | 'channels' | 'depth' | 'data'>;

/** Width and height of a block. */
const SIDE = 8;

/** Blocks at most, evenly spread over a large picture. */
const MAX_BLOCKS = 8192;

/** Energies are counted in classes of 1/CLASSES octave, from 2^LOWEST on. */
const CLASSES = 8;
const LOWEST = -40;

/**
 * ln bits per pixel of the latents is SLOPE · ln (bits per pixel foreseen) + OFFSET: fitted to six Kodak pictures at five λ each, default
 * effort (sd 9 %). The distortion, by a factor alone: sd 0.3 dB.
 */
const RATE_SLOPE = 0.89;
const RATE_OFFSET = 0.28;

/** The fit's distortion over the foreseen one. */
const DISTORTION_FACTOR = 1.25;

/** A fit of so many steps has twice the bits, and twice the distortion, of a long one: crops of two pictures, 80, 170 and 500 steps. */
const HASTE_STEPS = 65;

/** Orthonormal: luminance and two differences of colour. */
const OPPONENT = [
  [1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)],
  [1 / Math.sqrt(2), 0, -1 / Math.sqrt(2)],
  [1 / Math.sqrt(6), -2 / Math.sqrt(6), 1 / Math.sqrt(6)],
] as const;

export class Forecast {
  readonly #pixels: number;
  readonly #channels: number;
  readonly #haste: number;
  /** Coefficients per pixel and sums of their energies per pixel, by class of energy. */
  readonly #counts: readonly number[];
  readonly #energies: readonly number[];

  /** @param steps of the fit */
  constructor(raster: Samples, steps: number) {
    this.#haste = Math.min(1, HASTE_STEPS / steps) ** 2;
    this.#pixels = raster.width * raster.height;
    this.#channels = raster.channels;
    const counts: number[] = Array(-LOWEST * CLASSES + 8 * CLASSES).fill(0);
    const energies: number[] = counts.slice();
    let seen = 0;
    for (const block of blocksOf(raster)) {
      seen += SIDE * SIDE;
      for (const energy of acEnergies(block)) {
        const octave = Math.max(0, Math.log2(energy) - LOWEST);
        const index = Math.min(counts.length - 1, Math.floor(octave * CLASSES));
        counts[index] = (counts[index] as number) + 1;
        energies[index] = (energies[index] as number) + energy;
      }
    }
    this.#counts = counts.map((count) => count / seen);
    this.#energies = energies.map((sum) => sum / seen);
  }

  /** Bits of all latents, and mean squared error of values in [0, 1]. */
  at(lambda: number): PyramidLoss {
    const level = (this.#channels * lambda) / (2 * Math.LN2);
    let rate = 0;
    let error = 0;
    for (const [i, count] of this.#counts.entries()) {
      if (count === 0) continue;
      const energy = this.#energies[i] as number;
      const octaves = Math.log2(energy / count / level);
      rate += (Math.max(0, octaves) * count) / 2;
      error += Math.min(energy, level * count);
    }
    return {
      bits: this.#pixels * (1 + this.#haste) * Math.exp(RATE_OFFSET) * rate ** RATE_SLOPE,
      distortion: ((1 + this.#haste) * DISTORTION_FACTOR * error) / this.#channels,
    };
  }
}

/** Blocks of the picture, one plane of SIDE × SIDE values per component; rows and columns beyond an edge equal the edge's. */
function* blocksOf({ width, height, channels, depth, data }: Samples): Generator<Float64Array[]> {
  const columns = Math.ceil(width / SIDE);
  const blocks = columns * Math.ceil(height / SIDE);
  const stride = Math.max(1, blocks / MAX_BLOCKS);
  for (let at = 0; at < blocks; at += stride) {
    const left = (Math.floor(at) % columns) * SIDE;
    const top = Math.floor(Math.floor(at) / columns) * SIDE;
    const planes = Array.from({ length: channels }, () => new Float64Array(SIDE * SIDE));
    for (let i = 0; i < SIDE * SIDE; i++) {
      const x = Math.min(width - 1, left + (i % SIDE));
      const y = Math.min(height - 1, top + Math.floor(i / SIDE));
      for (const [channel, plane] of planes.entries()) {
        plane[i] = (data[(y * width + x) * channels + channel] as number) / peakOf(depth);
      }
    }
    if (channels >= 3) toOpponent(planes);
    yield planes;
  }
}

function toOpponent(planes: readonly Float64Array[]): void {
  const [red, green, blue] = planes as [Float64Array, Float64Array, Float64Array];
  for (let i = 0; i < red.length; i++) {
    const rgb = [red[i], green[i], blue[i]] as [number, number, number];
    for (const [component, [r, g, b]] of OPPONENT.entries()) {
      (planes[component] as Float64Array)[i] = r * rgb[0] + g * rgb[1] + b * rgb[2];
    }
  }
}

/** Energies of a block's coefficients without the means, which coarse latents carry for nearly nothing. */
function* acEnergies(planes: readonly Float64Array[]): Generator<number> {
  for (const plane of planes) {
    const coefficients = cosines(transpose(cosines(plane)));
    for (let i = 1; i < coefficients.length; i++) yield (coefficients[i] as number) ** 2;
  }
}

/** The orthonormal DCT-II: [frequency, position]. */
const BASIS = Array.from({ length: SIDE * SIDE }, (_, i) => {
  const [frequency, position] = [Math.floor(i / SIDE), i % SIDE];
  const scale = Math.sqrt((frequency === 0 ? 1 : 2) / SIDE);
  return scale * Math.cos((Math.PI * (position + 0.5) * frequency) / SIDE);
});

/** Every row of a plane transformed. */
function cosines(plane: Float64Array): Float64Array {
  return plane.map((_, i) => {
    const row = i - (i % SIDE);
    let sum = 0;
    for (let k = 0; k < SIDE; k++)
      sum += (BASIS[(i % SIDE) * SIDE + k] as number) * (plane[row + k] as number);
    return sum;
  });
}

function transpose(plane: Float64Array): Float64Array {
  return plane.map((_, i) => plane[(i % SIDE) * SIDE + Math.floor(i / SIDE)] as number);
}
