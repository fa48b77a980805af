/** @file The canvas that shows a picture. Its natural size is the picture's, however many pixels are shown. */

import type { Size } from '../../image/raster.ts';

export class Surface {
  readonly canvas = document.createElement('canvas');
  #isBlank = true;

  constructor() {
    this.resize({ width: 0, height: 0 });
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
    // Asked for only here, since elements that are made together are not to hold the page up.
    this.canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
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
