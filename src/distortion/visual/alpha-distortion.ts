/**
 * @file The visual distortion of a picture with alpha: the mean of those of what is seen of it on black and on white. Its colours are
 * premultiplied: o = a·(v − m), v the colour and m its base as values in [−1, 1], a the opacity. Of the outputs o and α = 2a − 1 a
 * background b shows
 *
 *     a·v + (1 − a)·b = o + b + (α + 1)·(m − b)/2,
 *
 * which is linear, and knows no colour that nobody sees.
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
  readonly #base: readonly number[];
  readonly #seen: readonly Seen[];

  /**
   * @param picture of premultiplied colours, whose samples are those of the outputs
   * @param base of each colour, or of more
   * @param open of a picture without alpha
   * @throws what `open` throws; then nothing stays open
   */
  static async open(
    picture: Picture,
    base: readonly number[],
    open: (seen: Picture) => Promise<ColourDistortion>,
  ): Promise<AlphaDistortion> {
    const ofColours = base.slice(0, picture.channels - 1);
    const onBlack = await open(seenPicture(picture, base, BLACK));
    try {
      const onWhite = await open(seenPicture(picture, base, WHITE));
      return new AlphaDistortion(picture.width * picture.height, ofColours, [
        { background: BLACK, distortion: onBlack },
        { background: WHITE, distortion: onWhite },
      ]);
    } catch (error) {
      onBlack.dispose();
      throw error;
    }
  }

  private constructor(pixels: number, base: readonly number[], seen: readonly Seen[]) {
    this.#pixels = pixels;
    this.#base = base;
    this.#seen = seen;
  }

  /** See `PictureDistortion`. */
  evaluate(outputs: Float32Array, gradient: Float32Array | null): number {
    const sum = new Float32Array(gradient ? outputs.length : 0);
    let value = 0;
    for (const { background, distortion } of this.#seen) {
      const seen = this.#seenOutputs(outputs, background);
      value += SHARE * distortion.evaluate(seen, gradient ? seen : null);
      if (gradient) this.#add(sum, seen, (m) => SHARE * shown(m, background));
    }
    gradient?.set(sum);
    return value;
  }

  /** See `PictureDistortion`. */
  localModel(outputs: Float32Array, reach?: number): LocalModel {
    const gradient = new Float32Array(outputs.length);
    this.evaluate(outputs, gradient);
    const weights = new Float32Array(outputs.length);
    for (const { background, distortion } of this.#seen) {
      const seen = distortion.localModel(this.#seenOutputs(outputs, background));
      this.#add(weights, seen.weights, (m) => SHARE * shown(m, background) ** 2);
    }
    return localModelAt(outputs.slice(), gradient, weights, reach);
  }

  dispose(): void {
    for (const { distortion } of this.#seen) distortion.dispose();
  }

  #seenOutputs(outputs: Float32Array, background: number): Float32Array {
    const seen = outputs.slice(0, -this.#pixels);
    this.#forColours((first, m) => {
      for (let i = first, alphaAt = seen.length; alphaAt < outputs.length; i++, alphaAt++) {
        const opacity = (outputs[alphaAt] as number) + 1;
        seen[i] = (outputs[i] as number) + background + opacity * shown(m, background);
      }
    });
    return seen;
  }

  /** Adds to each colour its share of what there is at its seen sample, and to alpha what there is at those of all colours, times a factor. */
  #add(sum: Float32Array, seen: Float32Array, factorOf: (base: number) => number): void {
    this.#forColours((first, m) => {
      const factor = factorOf(m);
      for (let i = first, alphaAt = seen.length; alphaAt < sum.length; i++, alphaAt++) {
        sum[i] = (sum[i] as number) + SHARE * (seen[i] as number);
        sum[alphaAt] = (sum[alphaAt] as number) + factor * (seen[i] as number);
      }
    });
  }

  /** @param visit gets the index of a colour's first sample, and its base */
  #forColours(visit: (first: number, base: number) => void): void {
    for (const [channel, base] of this.#base.entries()) visit(channel * this.#pixels, base);
  }
}

/** How much a seen sample changes with α. */
function shown(base: number, background: number): number {
  return (base - background) / 2;
}

function seenPicture(
  { width, height, channels, depth, data }: Picture,
  base: readonly number[],
  background: number,
): Picture {
  const colours = (channels - 1) as ChannelCount;
  const [peak, seenPeak] = [peakOf(depth), peakOf(SEEN_DEPTH)];
  const seen = new Uint16Array(width * height * colours);
  for (let i = 0; i < seen.length; i++) {
    const colour = i % colours;
    const first = Math.floor(i / colours) * channels;
    const output = (data[first + colour] as number) / peak;
    const opacity = (data[first + colours] as number) / peak;
    const share = output + background / 2 + opacity * shown(base[colour] as number, background);
    seen[i] = Math.round(seenPeak * Math.min(1, Math.max(0, share)));
  }
  return { width, height, channels: colours, depth: SEEN_DEPTH, data: seen };
}
