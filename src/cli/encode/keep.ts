/** @file From a fit to its file on disk, and what is told of it. */

import type { EncodeResult } from '../../encode.ts';
import type { Raster } from '../../image/raster.ts';
import type { Figures, Outcome } from '../batch/outcome.ts';
import type { Task } from '../batch/run.ts';
import { formatBytes } from '../batch/summary.ts';
import { type Context, uninterrupted } from '../context.ts';
import type { CheckpointFile } from '../files/checkpoints.ts';
import { writeOutput } from '../files/output.ts';
import type { EncodeArguments } from './options.ts';
import { describeResult, writeRecord } from './report.ts';
import { verifyBytes, verifyFile } from './verify.ts';

/** A fit, and what is known beside it. */
interface Fitted {
  readonly raster: Raster;
  readonly notes: string[];
  readonly threads: number;
  readonly checkpoint: CheckpointFile | null;
  readonly result: EncodeResult;
}

/** Writes the file, unless it saves nothing and is not wanted then, and tells of it. */
export async function keepFile(
  context: Context,
  args: EncodeArguments,
  { job, destination, stats, note, say }: Task,
  { raster, notes, threads, checkpoint, result }: Fitted,
): Promise<Outcome> {
  const { file } = result;
  const excess = excessOf(file.length, stats?.size);
  if (excess !== null && args.skipIfLarger) {
    await checkpoint?.remove();
    return { status: 'skipped', reason: excess };
  }
  if (excess !== null) {
    note(excess);
    notes.push(excess);
  }
  // An interruption loses nothing that has been fitted; but readers of a stream may never come.
  const isPatient = destination.kind === 'file' || result.isBestSoFar;
  const saving = isPatient ? uninterrupted(context) : context;
  const check = { raster, psnr: result.psnr, threads, signal: saving.signal };
  if (args.verify && destination.kind !== 'file') await verifyBytes(file, check);
  await writeOutput(saving, destination, [file], {
    preserved: args.preserve ? stats : undefined,
    verify: args.verify ? (path) => verifyFile(path, file, check) : undefined,
  });
  if (result.isBestSoFar) checkpoint?.leave('the same command with --force');
  else await checkpoint?.remove();
  if (args.json) await writeRecord(context, job, result, notes);
  say(describeResult(job, result));
  return { status: 'done', bytesIn: stats?.size, ...figuresOf(result) };
}

/** What to say of a file that saves nothing; null of one that does. @param input bytes of the input, where they are known */
function excessOf(output: number, input = Number.POSITIVE_INFINITY): string | null {
  if (output < input) return null;
  return `the .loe file (${formatBytes(output)}) saves nothing over the input (${formatBytes(input)}): keep that, or ask for less quality`;
}

function figuresOf(result: EncodeResult): Figures {
  const { file, width, height, psnr, ssimulacra2, preset, tune, seconds } = result;
  return { bytesOut: file.length, width, height, psnr, ssimulacra2, preset, tune, seconds };
}
