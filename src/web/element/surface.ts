/** @file The canvas that shows a picture. Its natural size is the picture's, however many pixels are shown. */

import type { Size } from '../../image/raster.ts';

export class Surface {
  readonly canvas = document.createElement('canvas');
  #isBlank = true;
  readonly #context: ImageBitmapRenderingContext;

  constructor() {
    this.resize({ width: 0, height: 0 });
    this.#context = this.canvas.getContext('bitmaprenderer') as ImageBitmapRenderingContext;
  }

  /** What is shown stays where the size does. */
  resize({ width, height }: Size): void {
    const { canvas } = this;
    if (canvas.width === width && canvas.height === height) return;
    canvas.width = width;
    canvas.height = height;
  }

  /** The bitmap is the canvas' from now on. */
  show(bitmap: ImageBitmap): void {
    this.#context.transferFromImageBitmap(bitmap);
    this.#isBlank = false;
  }

  /** Gives the pixels back. A canvas without a bitmap would have as many as its natural size. */
  clear(): void {
    if (this.#isBlank) return;
    const blank = new OffscreenCanvas(1, 1);
    blank.getContext('2d');
    this.show(blank.transferToImageBitmap());
    this.#isBlank = true;
  }
}
