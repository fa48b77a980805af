/** @file What a measure of decoded pictures is. */

import type { Raster } from '../image/raster.ts';
import type { Need } from './needs.ts';

export interface Metric {
  /** For example `ms-ssim`. */
  readonly id: string;
  /** As in `--metric`. */
  readonly specification: string;
  /** Programs without which it does not work. */
  readonly needs: readonly Need[];
  readonly score: (reference: Raster, decoded: Raster, signal: AbortSignal | undefined) => Promise<number>;
}
