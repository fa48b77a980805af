/** @file What is told of a file that was encoded. */

import type { EncodeResult } from '../../encode.ts';
import type { Job } from '../batch/jobs.ts';
import { formatBytes } from '../batch/summary.ts';
import { type Context, writeJson } from '../context.ts';
import { formatSeconds } from '../terminal/progress.ts';

/** As one line of JSON. */
export function writeRecord(
  context: Context,
  { input, output }: Job,
  result: EncodeResult,
  notes: readonly string[],
): Promise<void> {
  const { file, width, height, bpp, psnr, ssimulacra2, tune, preset, engine, steps, seconds } = result;
  const scores = { psnr, ssimulacra2 };
  const figures = { width, height, bytes: file.length, bpp, ...scores, tune, preset, engine, steps, seconds };
  const hurried = result.isBestSoFar && { bestSoFar: true };
  return writeJson(context, { type: 'encode', input, output, ...figures, ...hurried, notes });
}

/** For people: `a.png -> a.loe  14.7 kB  1.000 bpp  31.50 dB  in 42 s`. */
export function describeResult({ input, output }: Job, result: EncodeResult): string {
  const { file, bpp, psnr, ssimulacra2, seconds } = result;
  const quality = Number.isFinite(psnr) ? `${psnr.toFixed(2)} dB` : 'lossless';
  const score = ssimulacra2 === undefined ? '' : `  SSIMULACRA2 ${ssimulacra2.toFixed(2)}`;
  const rate = `${formatBytes(file.length)}  ${bpp.toFixed(3)} bpp`;
  const hurried = result.isBestSoFar ? ', best so far' : '';
  return `${input} -> ${output}  ${rate}  ${quality}${score}  in ${formatSeconds(seconds)}${hurried}`;
}
