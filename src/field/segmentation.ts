/**
 * @file The segmentation of a picture: a class per pixel at the picture's own size, and its continuation to every
 * position between the pixels.
 */

/** A picture's classes. */
export interface Segmentation {
  readonly width: number;
  readonly height: number;
  /** The three luminances that cut the classes, 0 … 255; a pixel's class is how many of them its luma exceeds. */
  readonly thresholds: readonly [number, number, number];
  /** [height, width]: 0 … 3. */
  readonly labels: Uint8Array;
}
