/** @file What a decoder is willing to allocate; checked against the header before anything is. */

export interface Limits {
  /** Pixels of the coded picture. */
  readonly pixels: number;
  /** Pixels of the output of one decode. */
  readonly outputPixels: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Parameters of the field and of its context model. */
  readonly parameters: number;
}

export const DEFAULT_LIMITS: Limits = {
  pixels: 2 ** 27,
  outputPixels: 2 ** 30,
  bytes: 2 ** 28,
  parameters: 2 ** 24,
};
