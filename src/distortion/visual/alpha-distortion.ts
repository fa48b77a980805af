/**
 * @file The visual distortion of a picture with alpha: the mean of those of what is seen of it on black and on white. Its colours are
 * premultiplied over the middle of their range, o = a·v with v in [−1, 1] and a in [0, 1]; with alpha as a value, α = 2a − 1, what is seen
 * is o + (α − 1)/2 on black and o − (α − 1)/2 on white: linear, and without colours that nobody sees.
 */

import { type ChannelCount, type Picture, peakOf } from '../../image/raster.ts';
import type { LocalModel } from '../distortion.ts';
import type { ColourDistortion } from './colour-distortion.ts';
import { localModelAt } from './local-model.ts';

/** Of the two backgrounds each. */
const SHARE = 1 / 2;

/** Bits of seen samples, as these are no whole steps of the picture's own depth. */
const SEEN_DEPTH = 16;

/** Values of the backgrounds. */
const BLACK = -1;
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
      if (gradient) this.#addGradient(sum, background, seen);
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
      this.#addWeights(weights, seen.weights);
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
        seen[i] = (outputs[i] as number) + (background * (1 - (outputs[alphaAt] as number))) / 2;
      }
    }
    return seen;
  }

  /** Adds the gradient at seen samples to that of the colours and the alpha that they depend on. */
  #addGradient(sum: Float32Array, background: number, seen: Float32Array): void {
    this.#add(sum, seen, SHARE, (-SHARE * background) / 2);
  }

  /** The same with the weights of a local model, which go by squares. */
  #addWeights(sum: Float32Array, seen: Float32Array): void {
    this.#add(sum, seen, SHARE, SHARE / 4);
  }

  /** Adds to each colour what there is at its seen sample, and to alpha what there is at those of all colours, times a factor each. */
  #add(sum: Float32Array, seen: Float32Array, toColour: number, toAlpha: number): void {
    for (let first = 0; first < seen.length; first += this.#pixels) {
      for (let i = first, alphaAt = seen.length; alphaAt < sum.length; i++, alphaAt++) {
        sum[i] = (sum[i] as number) + toColour * (seen[i] as number);
        sum[alphaAt] = (sum[alphaAt] as number) + toAlpha * (seen[i] as number);
      }
    }
  }
}

/** @param picture of premultiplied colours */
function seenPicture({ width, height, channels, depth, data }: Picture, background: number): Picture {
  const colours = (channels - 1) as ChannelCount;
  const [peak, seenPeak] = [peakOf(depth), peakOf(SEEN_DEPTH)];
  const seen = new Uint16Array(width * height * colours);
  for (let i = 0; i < seen.length; i++) {
    const first = Math.floor(i / colours) * channels;
    const colour = (data[first + (i % colours)] as number) / peak;
    const alpha = (data[first + colours] as number) / peak;
    const share = colour + (background * (1 - alpha)) / 2;
    seen[i] = Math.round(seenPeak * Math.min(1, Math.max(0, share)));
  }
  return { width, height, channels: colours, depth: SEEN_DEPTH, data: seen };
}
