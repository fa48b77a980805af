/** @file Whether metrics work on this machine, which is to be known before hours of encoding. */

import type { Raster } from '../image/raster.ts';
import type { Metric } from './metric.ts';

/** Sides of the pictures of a trial: enough for the tools that refuse small ones. */
const SIDE = 64;

interface Tried {
  readonly working: readonly Metric[];
  /** Why others do not work, as people are told. */
  readonly failures: readonly string[];
}

/** Scores a pair of pictures by each. @throws what the signal was aborted with */
export async function tryMetrics(metrics: readonly Metric[], signal: AbortSignal): Promise<Tried> {
  const working: Metric[] = [];
  const failures: string[] = [];
  for (const metric of metrics) {
    try {
      await metric.score(ramp(1), ramp(3), signal);
      working.push(metric);
    } catch (error) {
      if (signal.aborted) throw error;
      failures.push(`${metric.id} is left out: ${(error as Error).message}`);
    }
  }
  return { working, failures };
}

/** A grey ramp of so many levels per column, in RGB. */
function ramp(slope: number): Raster {
  const data = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => slope * (Math.floor(i / 3) % SIDE));
  return { width: SIDE, height: SIDE, channels: 3, depth: 8, data, colour: [], metadata: [] };
}
