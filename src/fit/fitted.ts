/** @file What comes out of a fit of either family. */

/** A finished fit. */
export interface Fitted {
  readonly file: Uint8Array;
  /** Of the decoded file, dB. */
  readonly psnr: number;
  /** Training steps taken. */
  readonly steps: number;
}
