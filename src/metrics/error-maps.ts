/** @file The three maps of errors of SSIMULACRA2 on one plane, pooled as they are made. */

import type { Size } from '../image/raster.ts';
import { BLUR_RADIUS, BlurWindow } from './blur-window.ts';

/** Bounds the quotient of SSIM on flat ground, for values within 0 … 1: 0.03². */
const C2 = 0.0009;

/**
 * How far plane `b` is from plane `a`, both [height, width] and within 0 … 1, by three maps: 1 − SSIM; edges of `b` where `a` is
 * smooth (ringing, blocks, bands); edges of `a` that `b` has lost (blur).
 * @returns the means of the maps in this order, then their 4-norms, which the worst places rule: six numbers, all 0 for equal
 * planes
 */
export function errorNorms(a: Float32Array, b: Float32Array, { width, height }: Size): number[] {
  const outside = new Float32Array(width);
  const rowOf = (plane: Float32Array, y: number): Float32Array =>
    y < height ? plane.subarray(y * width, (y + 1) * width) : outside;
  const moments = new BlurredMoments(width);
  const sums = new Float64Array(6);
  for (let below = 0; below < height + BLUR_RADIUS; below++) {
    moments.take(rowOf(a, below), rowOf(b, below));
    const y = below - BLUR_RADIUS;
    if (y < 0) continue;
    moments.blur();
    addStructure(moments, sums);
    addEdges(rowOf(a, y), rowOf(b, y), moments, sums);
  }
  const pixels = width * height;
  return Array.from(sums, (sum, i) => (i < 3 ? sum / pixels : (sum / pixels) ** (1 / 4)));
}

/** What the maps of a row need of its surroundings. */
class BlurredMoments {
  /** Blurred a and b, a² + b², and a·b. */
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly squares: Float32Array;
  readonly products: Float32Array;
  readonly #windows: readonly [BlurWindow, BlurWindow, BlurWindow, BlurWindow];

  constructor(width: number) {
    this.a = new Float32Array(width);
    this.b = new Float32Array(width);
    this.squares = new Float32Array(width);
    this.products = new Float32Array(width);
    const window = (): BlurWindow => new BlurWindow(width);
    this.#windows = [window(), window(), window(), window()];
  }

  /** Moves all windows down by a row. */
  take(rowA: Float32Array, rowB: Float32Array): void {
    const [a, b, squares, products] = this.#windows;
    for (let x = 0; x < rowA.length; x++) {
      const valueA = rowA[x] as number;
      const valueB = rowB[x] as number;
      a.next[x + BLUR_RADIUS] = valueA;
      b.next[x + BLUR_RADIUS] = valueB;
      squares.next[x + BLUR_RADIUS] = valueA * valueA + valueB * valueB;
      products.next[x + BLUR_RADIUS] = valueA * valueB;
    }
    for (const window of this.#windows) window.advance();
  }

  /** Blurs the row in the middle of the windows. */
  blur(): void {
    const [a, b, squares, products] = this.#windows;
    a.blurInto(this.a);
    b.blurInto(this.b);
    squares.blurInto(this.squares);
    products.blurInto(this.products);
  }
}

/** SSIM with (μ_a − μ_b)² in place of the luminance term, whose denominator would weigh dark places more. */
function addStructure({ a, b, squares, products }: BlurredMoments, sums: Float64Array): void {
  let [mean, fourth] = [0, 0];
  for (let x = 0; x < a.length; x++) {
    const meanA = a[x] as number;
    const meanB = b[x] as number;
    const difference = meanA - meanB;
    const luminance = 1 - difference * difference;
    const covariance = (products[x] as number) - meanA * meanB;
    const variances = (squares[x] as number) - meanA * meanA - meanB * meanB;
    const error = Math.max(0, 1 - (luminance * (2 * covariance + C2)) / (variances + C2));
    mean += error;
    fourth += fourthPower(error);
  }
  add(sums, 0, mean, fourth);
}

/** An edge is how far a pixel is from its blurred surroundings. */
function addEdges(
  rowA: Float32Array,
  rowB: Float32Array,
  { a, b }: BlurredMoments,
  sums: Float64Array,
): void {
  let [ringing, ringing4, blur, blur4] = [0, 0, 0, 0];
  for (let x = 0; x < rowA.length; x++) {
    const edgeA = Math.abs((rowA[x] as number) - (a[x] as number));
    const edgeB = Math.abs((rowB[x] as number) - (b[x] as number));
    const change = (1 + edgeB) / (1 + edgeA) - 1;
    if (change > 0) {
      ringing += change;
      ringing4 += fourthPower(change);
    } else {
      blur -= change;
      blur4 += fourthPower(change);
    }
  }
  add(sums, 1, ringing, ringing4);
  add(sums, 2, blur, blur4);
}

/** Several times as fast as `x ** 4`. */
function fourthPower(x: number): number {
  return x * x * (x * x);
}

function add(sums: Float64Array, map: number, mean: number, fourth: number): void {
  (sums[map] as number) += mean;
  (sums[map + 3] as number) += fourth;
}
