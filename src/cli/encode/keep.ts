/** @file From a fit to its file on disk, and what is told of it. */

import { readFile } from 'node:fs/promises';
import type { EncodeResult } from '../../encode.ts';
import { LoecError } from '../../errors.ts';
import type { Figures, Outcome } from '../batch/outcome.ts';
import type { Order } from '../batch/pool.ts';
import { formatBytes } from '../batch/summary.ts';
import type { Voice } from '../batch/voice.ts';
import { type Context, uninterrupted } from '../context.ts';
import { writeOutput } from '../files/output.ts';
import type { Fitted } from './fitted.ts';
import type { EncodeArguments } from './options.ts';
import { describeResult, writeRecord } from './report.ts';

/** Writes the file, unless it saves nothing and is not wanted then, and tells of it. */
export async function keepFile(
  context: Context,
  args: EncodeArguments,
  order: Order,
  { result, notes, release }: Fitted,
  { note, say }: Voice,
): Promise<Outcome> {
  const { job, stats } = order;
  const excess = excessOf(result.file.length, stats?.size);
  if (excess !== null && args.skipIfLarger) {
    await release('left out');
    return { status: 'skipped', reason: excess };
  }
  if (excess !== null) note(excess);
  try {
    await writeResult(context, args, order, result);
  } catch (error) {
    await release('unfinished');
    throw error;
  }
  await release('kept');
  if (args.json) await writeRecord(context, job, result, excess === null ? notes : [...notes, excess]);
  say(describeResult(job, result));
  return { status: 'done', bytesIn: stats?.size, ...figuresOf(result) };
}

function writeResult(
  context: Context,
  { preserve, verify }: EncodeArguments,
  { destination, stats }: Order,
  { file, isBestSoFar }: EncodeResult,
): Promise<number> {
  // An interruption loses nothing that has been fitted; but readers of a stream may never come.
  const isPatient = destination.kind === 'file' || isBestSoFar;
  return writeOutput(isPatient ? uninterrupted(context) : context, destination, [file], {
    preserved: preserve ? stats : undefined,
    verify: verify ? (path) => checkWritten(path, file) : undefined,
  });
}

/** The file has been decoded where it was made. @throws LoecError E_INPUT where the disk gives back other bytes */
async function checkWritten(path: string, written: Uint8Array): Promise<void> {
  const found = await readFile(path);
  if (found.equals(written)) return;
  const message = `expected the ${written.length} bytes that were written, found ${found.length} others when they were read back: check the disk`;
  throw new LoecError('E_INPUT', message);
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
