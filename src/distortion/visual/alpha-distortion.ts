/**
 * @file The visual distortion of a picture with alpha: the mean of those of what is seen of it on black and on white. A seen value in [0, 1] is
 * c·a + b·(1 − a), c the colour's value, a that of alpha, b the background: hidden colours count nothing.
 */

import { type ChannelCount, type Picture, peakOf } from '../../image/raster.ts';
import type { LocalModel } from '../distortion.ts';
import type { ColourDistortion } from './colour-distortion.ts';
import { localModelAt } from './local-model.ts';

/** Of the two backgrounds each. */
const SHARE = 1 / 2;

/** Bits of seen samples, as these are no whole steps of the picture's own depth. */
const SEEN_DEPTH = 16;

interface Seen {
  /** 0 black, 1 white. */
  readonly background: number;
  readonly distortion: ColourDistortion;
}

export class AlphaDistortion {
  readonly #pixels: number;
  readonly #seen: readonly Seen[];

  /** @param open of a picture without alpha */
  static async open(
    picture: Picture,
    open: (seen: Picture) => Promise<ColourDistortion>,
  ): Promise<AlphaDistortion> {
    const seen: Seen[] = [];
    for (const background of [0, 1]) {
      seen.push({ background, distortion: await open(seenPicture(picture, background)) });
    }
    return new AlphaDistortion(picture.width * picture.height, seen);
  }

  private constructor(pixels: number, seen: readonly Seen[]) {
    this.#pixels = pixels;
    this.#seen = seen;
  }

  /** See `PictureDistortion`. */
  evaluate(outputs: Float32Array, gradient: Float32Array | null): number {
    const sum = new Float64Array(gradient ? outputs.length : 0);
    let value = 0;
    for (const { background, distortion } of this.#seen) {
      const seen = this.#seenOutputs(outputs, background);
      value += SHARE * distortion.evaluate(seen, gradient ? seen : null);
      if (gradient) this.#addBack(sum, outputs, background, seen, (derivative) => derivative);
    }
    gradient?.set(sum);
    return value;
  }

  /** See `PictureDistortion`. */
  localModel(outputs: Float32Array): LocalModel {
    const gradient = new Float32Array(outputs.length);
    this.evaluate(outputs, gradient);
    const weights = new Float64Array(outputs.length);
    for (const { background, distortion } of this.#seen) {
      const seen = distortion.localModel(this.#seenOutputs(outputs, background));
      this.#addBack(weights, outputs, background, seen.weights, (derivative) => derivative ** 2);
    }
    return localModelAt(outputs, gradient, Float32Array.from(weights));
  }

  dispose(): void {
    for (const { distortion } of this.#seen) distortion.dispose();
  }

  #seenOutputs(outputs: Float32Array, background: number): Float32Array {
    const seen = outputs.slice(0, -this.#pixels);
    for (let i = 0; i < seen.length; i++) {
      const { colour, alpha } = this.#valuesAt(outputs, i);
      seen[i] = 2 * (colour * alpha + background * (1 - alpha)) - 1;
    }
    return seen;
  }

  /**
   * Adds what seen samples have to the colours and the alpha that they depend on.
   * @param factorOf the derivative of a seen sample by one of these
   */
  #addBack(
    sum: Float64Array,
    outputs: Float32Array,
    background: number,
    seen: Float32Array,
    factorOf: (derivative: number) => number,
  ): void {
    for (let i = 0; i < seen.length; i++) {
      const { colour, alpha, alphaAt } = this.#valuesAt(outputs, i);
      const share = SHARE * (seen[i] as number);
      sum[i] = (sum[i] as number) + share * factorOf(alpha);
      sum[alphaAt] = (sum[alphaAt] as number) + share * factorOf(colour - background);
    }
  }

  /** Of a sample of colour, in [0, 1], and its pixel's alpha. */
  #valuesAt(outputs: Float32Array, i: number): { colour: number; alpha: number; alphaAt: number } {
    const alphaAt = outputs.length - this.#pixels + (i % this.#pixels);
    const inRange = (output: number | undefined): number => ((output as number) + 1) / 2;
    return { colour: inRange(outputs[i]), alpha: inRange(outputs[alphaAt]), alphaAt };
  }
}

function seenPicture({ width, height, channels, depth, data }: Picture, background: number): Picture {
  const colours = (channels - 1) as ChannelCount;
  const [peak, seenPeak] = [peakOf(depth), peakOf(SEEN_DEPTH)];
  const seen = new Uint16Array(width * height * colours);
  for (let i = 0; i < seen.length; i++) {
    const first = Math.floor(i / colours) * channels;
    const colour = (data[first + (i % colours)] as number) / peak;
    const alpha = (data[first + colours] as number) / peak;
    seen[i] = Math.round(seenPeak * (colour * alpha + background * (1 - alpha)));
  }
  return { width, height, channels: colours, depth: SEEN_DEPTH, data: seen };
}
