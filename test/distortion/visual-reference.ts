/**
 * @file The visual distortion by its definition, in double precision: windows are sums over their positions, the gradient and the local model
 * are worked out term by term from 1 − (2σ_ab + C₂)/(σ_a² + σ_b² + C₂).
 */

import { planarOf } from '../../src/distortion/planar.ts';
import {
  type ScaleWeights,
  STABILITY,
  visualWeights,
  WINDOW_SIGMA,
} from '../../src/distortion/visual/calibration.ts';
import { type Picture, peakOf } from '../../src/image/raster.ts';

const RADIUS = 4;
const LEAST_SIDE = 8;

/** One component at one scale, row by row. */
interface Grid {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
}

export interface VisualResults {
  readonly value: number;
  readonly gradient: Float64Array;
  /** wᵢ of the local model. */
  readonly weights: Float64Array;
}

/** What a grid adds to D, and its derivative and curvature at each position. */
interface Results {
  value: number;
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
}

/**
 * @param outputs planar, in [−1, 1]
 * @param base of premultiplied colours, in [−1, 1]
 */
export function visualReference(
  picture: Picture,
  outputs: ArrayLike<number>,
  base: readonly number[] = [0, 0, 0],
): VisualResults {
  const values = Float64Array.from(outputs, (output) => (output + 1) / 2);
  const wanted = Float64Array.from(
    planarOf(picture.data, picture.channels),
    (sample) => sample / peakOf(picture.depth),
  );
  return picture.channels % 2 === 0
    ? seenResults(picture, values, wanted, base)
    : colourResults(picture, values, wanted);
}

/** Premultiplied colours on black and on white, half of a background being ½ from the middle, by the chain rule. Seen originals are stored at 16 bits. */
function seenResults(
  picture: Picture,
  values: Float64Array,
  wanted: Float64Array,
  base: readonly number[],
): VisualResults {
  const pixels = picture.width * picture.height;
  const count = values.length - pixels;
  const results = {
    value: 0,
    gradient: new Float64Array(values.length),
    weights: new Float64Array(values.length),
  };
  for (const background of [-0.5, 0.5]) {
    const byAlpha = (i: number): number => at(base, Math.floor(i / pixels)) / 2 - background;
    const seen = (all: Float64Array): Float64Array =>
      all.slice(0, count).map((colour, i) => {
        const alpha = all[count + (i % pixels)] as number;
        return colour + background + alpha * byAlpha(i);
      });
    const original = seen(wanted).map((value) => Math.round(65535 * Math.min(1, Math.max(0, value))) / 65535);
    const { value, gradient, weights } = colourResults(picture, seen(values), original);
    results.value += value / 2;
    for (let i = 0; i < count; i++) {
      const a = count + (i % pixels);
      add(results.gradient, i, at(gradient, i) / 2);
      add(results.gradient, a, (at(gradient, i) * byAlpha(i)) / 2);
      add(results.weights, i, at(weights, i) / 2);
      add(results.weights, a, (at(weights, i) * byAlpha(i) ** 2) / 2);
    }
  }
  return results;
}

const at = (values: ArrayLike<number>, i: number): number => values[i] as number;
const add = (values: Float64Array, i: number, value: number): void => {
  values[i] = at(values, i) + value;
};

/** Of values in [0, 1]; the gradient is by outputs, which span twice as much. */
function colourResults(
  { width, height }: Picture,
  values: Float64Array,
  wanted: Float64Array,
): VisualResults {
  const pixels = width * height;
  const channels = values.length / pixels;
  const { error: share, components } = visualWeights(channels);
  const errors = values.map((value, i) => value - at(wanted, i));
  let value = (share * errors.reduce((sum, error) => sum + error ** 2, 0)) / errors.length;
  const gradient = errors.map((error) => (share * error) / errors.length);
  const weights = errors.map(() => share / (4 * errors.length));
  for (const { coefficients, scales } of components) {
    const gridOf = (all: Float64Array): Grid => ({
      width,
      height,
      values: Float64Array.from({ length: pixels }, (_, i) =>
        coefficients.reduce((sum, share, channel) => sum + share * at(all, channel * pixels + i), 0),
      ),
    });
    const results = scaleResults(gridOf(wanted), gridOf(values), scales);
    value += results.value;
    for (const [channel, share] of coefficients.entries()) {
      for (let i = 0; i < pixels; i++) {
        add(gradient, channel * pixels + i, (share * at(results.gradient, i)) / 2);
        add(weights, channel * pixels + i, (share ** 2 * at(results.curvature, i)) / 4);
      }
    }
  }
  return { value, gradient, weights };
}

/** Of a grid and all coarser ones. */
function scaleResults(a: Grid, b: Grid, [weights, ...coarser]: readonly ScaleWeights[]): Results {
  if (weights === undefined || Math.min(a.width, a.height) < LEAST_SIDE) {
    const none = new Float64Array(a.values.length);
    return { value: 0, gradient: none, curvature: none.slice() };
  }
  const results = differences(a, b, weights);
  const next = scaleResults(halved(a), halved(b), coarser);
  results.value += next.value;
  forHalves(a, (fine, coarse) => {
    add(results.gradient, fine, at(next.gradient, coarse) / 4);
    add(results.curvature, fine, at(next.curvature, coarse) / 4);
  });
  return results;
}

/** Visits each of the four positions that a coarser one is the mean of. */
function forHalves({ width, height }: Grid, visit: (fine: number, coarse: number) => void): void {
  const half = Math.ceil(width / 2);
  for (let y = 0; y < 2 * Math.ceil(height / 2); y++) {
    for (let x = 0; x < 2 * half; x++) {
      visit(
        Math.min(y, height - 1) * width + Math.min(x, width - 1),
        Math.floor(y / 2) * half + Math.floor(x / 2),
      );
    }
  }
}

function halved(grid: Grid): Grid {
  const [width, height] = [Math.ceil(grid.width / 2), Math.ceil(grid.height / 2)];
  const values = new Float64Array(width * height);
  forHalves(grid, (fine, coarse) => add(values, coarse, at(grid.values, fine) / 4));
  return { width, height, values };
}

/** Visits the positions that the window of each position sees, with weights whose sum is 1. */
function forWindows({ width, height }: Grid, visit: (i: number, j: number, weight: number) => void): void {
  const seen = (position: number, count: number): { other: number; weight: number }[] => {
    const all = Array.from({ length: 2 * RADIUS + 1 }, (_, k) => position - RADIUS + k)
      .filter((other) => other >= 0 && other < count)
      .map((other) => ({ other, weight: Math.exp(-((other - position) ** 2) / (2 * WINDOW_SIGMA ** 2)) }));
    const sum = all.reduce((total, { weight }) => total + weight, 0);
    return all.map(({ other, weight }) => ({ other, weight: weight / sum }));
  };
  const columns = Array.from({ length: width }, (_, x) => seen(x, width));
  for (let y = 0; y < height; y++) {
    for (const row of seen(y, height)) {
      for (let x = 0; x < width; x++) {
        for (const column of columns[x] ?? []) {
          visit(y * width + x, row.other * width + column.other, row.weight * column.weight);
        }
      }
    }
  }
}

function differences(a: Grid, b: Grid, { structure, luminance }: ScaleWeights): Results {
  const count = a.values.length;
  const moments = Array.from({ length: 5 }, () => new Float64Array(count));
  const [meanA, meanB, squareA, squareB, product] = moments as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  forWindows(a, (i, j, w) => {
    const [x, y] = [at(a.values, j), at(b.values, j)];
    for (const [k, term] of [x, y, x * x, y * y, x * y].entries())
      add(moments[k] as Float64Array, i, w * term);
  });
  const above = product.map((value, i) => 2 * (value - at(meanA, i) * at(meanB, i)) + STABILITY);
  const below = squareA.map(
    (value, i) => value + at(squareB, i) - at(meanA, i) ** 2 - at(meanB, i) ** 2 + STABILITY,
  );
  const d = above.map((value, i) => 1 - value / at(below, i));
  const meanErrors = meanB.map((mean, i) => mean - at(meanA, i));
  const terms = d.map((one, i) => structure * one + luminance * at(meanErrors, i) ** 2);
  const value = terms.reduce((sum, term) => sum + term, 0) / count;
  const [gradient, curvature] = [new Float64Array(count), new Float64Array(count)];
  forWindows(a, (i, j, w) => {
    const byAbove = 2 * (at(a.values, j) - at(meanA, i));
    const byBelow = 2 * (at(b.values, j) - at(meanB, i));
    const ratio = at(above, i) / at(below, i);
    const byStructure = (structure / at(below, i)) * (ratio * byBelow - byAbove);
    add(gradient, j, (w / count) * (byStructure + 2 * luminance * at(meanErrors, i)));
    add(curvature, j, (w / count) * (structure / at(below, i) + luminance));
  });
  return { value, gradient, curvature };
}
