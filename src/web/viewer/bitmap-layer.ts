/** @file A picture of so many pixels: enlarged as pages enlarge theirs. */

import type { Context, Layer, Scene } from './layer.ts';

export interface BitmapLayerOptions {
  /** As CSS has it: pixels stay squares. @default false */
  readonly isPixelated?: boolean;
  /** Something better is to come. @default false */
  readonly isPreview?: boolean;
}

export class BitmapLayer implements Layer {
  readonly overview: ImageBitmap;
  readonly #options: BitmapLayerOptions;

  /** @param bitmap closed with the layer */
  constructor(bitmap: ImageBitmap, options: BitmapLayerOptions = {}) {
    this.overview = bitmap;
    this.#options = options;
  }

  get width(): number {
    return this.overview.width;
  }

  get height(): number {
    return this.overview.height;
  }

  prepare(): boolean {
    return this.#options.isPreview !== true;
  }

  draw(context: Context, { placement: { x, y, width, height } }: Scene): void {
    context.imageSmoothingEnabled = this.#options.isPixelated !== true;
    context.imageSmoothingQuality = 'medium';
    context.drawImage(this.overview, x, y, width, height);
  }

  drawNews(): void {}

  close(): void {
    this.overview.close();
  }
}
