/** @file What a canvas takes: its colour spaces and its pixels. */

/** The colour spaces that a canvas has. */
export type CanvasColorSpace = 'srgb' | 'display-p3';

export const CANVAS_COLOR_SPACES: readonly CanvasColorSpace[] = ['srgb', 'display-p3'];

/** RGBA of 8 bits, straight alpha. */
export interface CanvasPixels {
  readonly width: number;
  readonly height: number;
  readonly colorSpace: CanvasColorSpace;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}
