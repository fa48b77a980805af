/** @file What became of a job that a worker has done. */

import { createHash } from 'node:crypto';
import type { DoneOutcome } from '../../src/farm/outcome.ts';

/** The outcome of a picture without an error, whose .loe file has the bytes. */
export function doneWith(file: Uint8Array): DoneOutcome {
  const sha256 = createHash('sha256').update(file).digest('hex');
  const size = { width: 1, height: 1, bpp: 1, psnr: Number.POSITIVE_INFINITY, steps: 0, seconds: 1 };
  const figures = { ...size, tune: 'visual', preset: 'flat', engine: null, isBestSoFar: false } as const;
  return { status: 'done', file: { sha256, bytes: file.length }, figures, notes: [], told: [] };
}
