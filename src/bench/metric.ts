/** @file What a measure of decoded pictures is. */

import type { Raster } from '../image/raster.ts';

export interface Metric {
  /** For example `ms-ssim`. */
  readonly id: string;
  /** As in `--metric`. */
  readonly specification: string;
  readonly score: (reference: Raster, decoded: Raster, signal: AbortSignal | undefined) => Promise<number>;
}
