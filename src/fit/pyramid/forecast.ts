/**
 * @file What a fit at some λ will come to, before it begins: reverse water-filling (Cover & Thomas, Elements of Information Theory,
 * section 10.3.3) over the coefficients of the picture's 8×8 cosine transform. A coefficient of energy e above the water level θ takes
 * ½ log₂(e/θ) bits and keeps an error of θ, one below takes none and keeps e; θ follows from λ, the slope of distortion over rate.
 */

import type { PyramidLoss } from '../../engine/pyramid.ts';
import { type Picture, peakOf } from '../../image/raster.ts';
import { FORECAST } from './calibration/rate-control.ts';

/** Width and height of a block. */
const SIDE = 8;

/** Blocks at most, evenly spread over a large picture. */
const MAX_BLOCKS = 8192;

/** Energies are counted in classes of 1/CLASSES octave, from 2^LOWEST on. */
const CLASSES = 8;
const LOWEST = -40;

export class Forecast {
  readonly #pixels: number;
  readonly #channels: number;
  /** Share by which a fit of few steps has more bits and more distortion than a long one. */
  readonly #shortFitPenalty: number;
  /** Coefficients per pixel and sums of their energies per pixel, by class of energy. */
  readonly #counts: Float64Array;
  readonly #energies: Float64Array;

  /** @param steps of the fit */
  constructor(raster: Picture, steps: number) {
    this.#shortFitPenalty = Math.min(1, FORECAST.shortFitSteps / steps) ** 2;
    this.#pixels = raster.width * raster.height;
    this.#channels = raster.channels;
    const counts = new Float64Array(-LOWEST * CLASSES + 8 * CLASSES);
    const energies = counts.slice();
    let seen = 0;
    for (const block of blocksOf(raster)) {
      seen += SIDE * SIDE;
      for (const plane of block) countEnergies(plane, counts, energies);
    }
    this.#counts = counts.map((count) => count / seen);
    this.#energies = energies.map((sum) => sum / seen);
  }

  /** Bits of all latents, and distortion. */
  at(lambda: number): PyramidLoss {
    const waterLevel = (this.#channels * lambda) / (2 * Math.LN2);
    let rate = 0;
    let error = 0;
    for (const [i, count] of this.#counts.entries()) {
      if (count === 0) continue;
      const energy = this.#energies[i] as number;
      const octaves = Math.log2(energy / count / waterLevel);
      rate += (Math.max(0, octaves) * count) / 2;
      error += Math.min(energy, waterLevel * count);
    }
    const penalty = 1 + this.#shortFitPenalty;
    return {
      bits: this.#pixels * penalty * Math.exp(FORECAST.rateOffset) * rate ** FORECAST.rateSlope,
      distortion: penalty * FORECAST.distortion * (error / this.#channels),
    };
  }
}

/** Blocks of the picture, one plane of SIDE × SIDE values per component; rows and columns beyond an edge equal the edge's. */
function* blocksOf(raster: Picture): Generator<readonly Float64Array[]> {
  const columns = Math.ceil(raster.width / SIDE);
  const blocks = columns * Math.ceil(raster.height / SIDE);
  const stride = Math.max(1, blocks / MAX_BLOCKS);
  const planes = Array.from({ length: raster.channels }, () => new Float64Array(SIDE * SIDE));
  for (let at = 0; at < blocks; at += stride) {
    const left = (Math.floor(at) % columns) * SIDE;
    const top = Math.floor(Math.floor(at) / columns) * SIDE;
    for (const [channel, plane] of planes.entries()) readPlane(raster, channel, left, top, plane);
    if (planes.length >= 3) toOpponent(planes);
    yield planes;
  }
}

function readPlane(
  { width, height, channels, depth, data }: Picture,
  channel: number,
  left: number,
  top: number,
  plane: Float64Array,
): void {
  const scale = 1 / peakOf(depth);
  for (let i = 0; i < plane.length; i++) {
    const x = Math.min(width - 1, left + (i % SIDE));
    const y = Math.min(height - 1, top + Math.floor(i / SIDE));
    plane[i] = scale * (data[(y * width + x) * channels + channel] as number);
  }
}

/** Orthonormal: luminance and two differences of colour. */
function toOpponent(planes: readonly Float64Array[]): void {
  const [red, green, blue] = planes as [Float64Array, Float64Array, Float64Array];
  for (let i = 0; i < red.length; i++) {
    const [r, g, b] = [red[i] as number, green[i] as number, blue[i] as number];
    red[i] = (r + g + b) / Math.sqrt(3);
    green[i] = (r - b) / Math.sqrt(2);
    blue[i] = (r - 2 * g + b) / Math.sqrt(6);
  }
}

/** Counts a block's coefficients by their energies, but for the mean, which coarse latents carry for nearly nothing. */
function countEnergies(plane: Float64Array, counts: Float64Array, energies: Float64Array): void {
  const coefficients = cosinesTransposed(cosinesTransposed(plane));
  for (let i = 1; i < coefficients.length; i++) {
    const energy = (coefficients[i] as number) ** 2;
    const octave = Math.max(0, Math.log2(energy) - LOWEST);
    const index = Math.min(counts.length - 1, Math.floor(octave * CLASSES));
    counts[index] = (counts[index] as number) + 1;
    energies[index] = (energies[index] as number) + energy;
  }
}

/** The orthonormal DCT-II: [frequency, position]. */
const BASIS = Float64Array.from({ length: SIDE * SIDE }, (_, i) => {
  const [frequency, position] = [Math.floor(i / SIDE), i % SIDE];
  const scale = Math.sqrt((frequency === 0 ? 1 : 2) / SIDE);
  return scale * Math.cos((Math.PI * (position + 0.5) * frequency) / SIDE);
});

/** Every row of a plane transformed, as a column. */
function cosinesTransposed(plane: Float64Array): Float64Array {
  const transformed = new Float64Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    for (let frequency = 0; frequency < SIDE; frequency++) {
      let sum = 0;
      for (let k = 0; k < SIDE; k++) {
        sum += (BASIS[frequency * SIDE + k] as number) * (plane[row * SIDE + k] as number);
      }
      transformed[frequency * SIDE + row] = sum;
    }
  }
  return transformed;
}
