/** @file A label map within a border of label 0, so that whoever reads the neighbours of a pixel need not ask where the picture ends. */

import type { Size } from '../../image/raster.ts';

/** Columns to the left and right, and rows above. */
const BORDER = 1;

/** Pixels x … right − 1 of the rows y … bottom − 1, within the picture. */
export interface Block {
  readonly x: number;
  readonly y: number;
  readonly right: number;
  readonly bottom: number;
}

export class BorderedLabels implements Size {
  readonly width: number;
  readonly height: number;
  /** From a label to that below it. */
  readonly stride: number;
  /** [BORDER + height, stride]. */
  readonly data: Uint8Array;

  /** @param labels [height, width] */
  constructor(labels: Uint8Array, width: number, height: number) {
    this.width = width;
    this.height = height;
    this.stride = width + 2 * BORDER;
    this.data = new Uint8Array(this.stride * (height + BORDER));
    this.write(this.whole, labels);
  }

  get whole(): Block {
    return { x: 0, y: 0, right: this.width, bottom: this.height };
  }

  /** Index of a pixel's label; that of x = width is where a row ends. */
  at(x: number, y: number): number {
    return (y + BORDER) * this.stride + x + BORDER;
  }

  /** Puts the block's labels, row by row, into `kept`. */
  read({ x, y, right, bottom }: Block, kept: Uint8Array): void {
    let i = 0;
    for (let row = y; row < bottom; row++) {
      const end = this.at(right, row);
      for (let at = this.at(x, row); at < end; at++) kept[i++] = this.data[at] as number;
    }
  }

  /** Gives the block the labels that were read. */
  write({ x, y, right, bottom }: Block, kept: Uint8Array): void {
    let i = 0;
    for (let row = y; row < bottom; row++) {
      const end = this.at(right, row);
      for (let at = this.at(x, row); at < end; at++) this.data[at] = kept[i++] as number;
    }
  }

  fill({ x, y, right, bottom }: Block, label: number): void {
    for (let row = y; row < bottom; row++) this.data.fill(label, this.at(x, row), this.at(right, row));
  }

  /** Bit set of the block's labels. */
  labelsIn({ x, y, right, bottom }: Block): number {
    let found = 0;
    for (let row = y; row < bottom; row++) {
      const end = this.at(right, row);
      for (let at = this.at(x, row); at < end; at++) found |= 1 << (this.data[at] as number);
    }
    return found;
  }
}
