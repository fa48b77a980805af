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

const BLACK = 0;
const WHITE = 1;

interface Seen {
  readonly background: number;
  readonly distortion: ColourDistortion;
}

export class AlphaDistortion {
  readonly #pixels: number;
  readonly #seen: readonly Seen[];

  /** @param open of a picture without alpha @throws what `open` throws; then nothing stays open */
  static async open(
    picture: Picture,
    open: (seen: Picture) => Promise<ColourDistortion>,
  ): Promise<AlphaDistortion> {
    const onBlack = await open(seenPicture(picture, BLACK));
    try {
      const onWhite = await open(seenPicture(picture, WHITE));
      return new AlphaDistortion(picture.width * picture.height, [
        { background: BLACK, distortion: onBlack },
        { background: WHITE, distortion: onWhite },
      ]);
    } catch (error) {
      onBlack.dispose();
      throw error;
    }
  }

  private constructor(pixels: number, seen: readonly Seen[]) {
    this.#pixels = pixels;
    this.#seen = seen;
  }

  /** See `PictureDistortion`. */
  evaluate(outputs: Float32Array, gradient: Float32Array | null): number {
    const sum = new Float32Array(gradient ? outputs.length : 0);
    let value = 0;
    for (const { background, distortion } of this.#seen) {
      const seen = this.#seenOutputs(outputs, background);
      value += SHARE * distortion.evaluate(seen, gradient ? seen : null);
      if (gradient) this.#addGradient(sum, outputs, background, seen);
    }
    gradient?.set(sum);
    return value;
  }

  /** See `PictureDistortion`. */
  localModel(outputs: Float32Array): LocalModel {
    const gradient = new Float32Array(outputs.length);
    this.evaluate(outputs, gradient);
    const weights = new Float32Array(outputs.length);
    for (const { background, distortion } of this.#seen) {
      const seen = distortion.localModel(this.#seenOutputs(outputs, background));
      this.#addWeights(weights, outputs, background, seen.weights);
    }
    return localModelAt(outputs.slice(), gradient, weights);
  }

  dispose(): void {
    for (const { distortion } of this.#seen) distortion.dispose();
  }

  #seenOutputs(outputs: Float32Array, background: number): Float32Array {
    const seen = outputs.slice(0, -this.#pixels);
    for (let first = 0; first < seen.length; first += this.#pixels) {
      for (let i = first, alphaAt = seen.length; alphaAt < outputs.length; i++, alphaAt++) {
        const alpha = valueAt(outputs, alphaAt);
        seen[i] = 2 * (valueAt(outputs, i) * alpha + background * (1 - alpha)) - 1;
      }
    }
    return seen;
  }

  /** Adds the gradient at seen samples to that of the colours and the alpha that they depend on. */
  #addGradient(sum: Float32Array, outputs: Float32Array, background: number, seen: Float32Array): void {
    for (let first = 0; first < seen.length; first += this.#pixels) {
      for (let i = first, alphaAt = seen.length; alphaAt < outputs.length; i++, alphaAt++) {
        const slope = SHARE * (seen[i] as number);
        sum[i] = (sum[i] as number) + slope * valueAt(outputs, alphaAt);
        sum[alphaAt] = (sum[alphaAt] as number) + slope * (valueAt(outputs, i) - background);
      }
    }
  }

  /** The same with the weights of a local model, which go by squares. */
  #addWeights(sum: Float32Array, outputs: Float32Array, background: number, seen: Float32Array): void {
    for (let first = 0; first < seen.length; first += this.#pixels) {
      for (let i = first, alphaAt = seen.length; alphaAt < outputs.length; i++, alphaAt++) {
        const weight = SHARE * (seen[i] as number);
        sum[i] = (sum[i] as number) + weight * valueAt(outputs, alphaAt) ** 2;
        sum[alphaAt] = (sum[alphaAt] as number) + weight * (valueAt(outputs, i) - background) ** 2;
      }
    }
  }
}

/** In [0, 1]. */
function valueAt(outputs: Float32Array, i: number): number {
  return ((outputs[i] as number) + 1) / 2;
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
