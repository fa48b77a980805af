/** @file Pictures that are fitted by this process. */

import type { encode } from '../../encode.ts';
import { encodeFile, type Place } from '../../encode-file.ts';
import { limitsOf } from '../arguments/options.ts';
import type { Work } from '../batch/local-pool.ts';
import type { Context } from '../context.ts';
import { CheckpointFile } from '../files/checkpoints.ts';
import { readInput } from '../files/input.ts';
import { fileOptionsOf } from './file-options.ts';
import type { Fate, Fitted } from './fitted.ts';
import type { EncodeArguments } from './options.ts';

/** @param encoder the verb, replaceable in tests */
export function fitHere(context: Context, args: EncodeArguments, encoder: typeof encode): Work<Fitted> {
  return async ({ index, job, destination }, lease, hearing) => {
    const bytes = await readInput(context, job.input, limitsOf(args));
    const note = (text: string): void => hearing.note(index, text);
    const { update, end } = hearing.begin(index);
    let checkpoint: CheckpointFile | null = null;
    let endSaving = (): void => {};
    const place: Place = {
      signal: context.signal,
      threadsFor: (pixels) => lease.share(pixels),
      checkpointFor: async (pixels) => {
        checkpoint = await CheckpointFile.open(context, destination, pixels, args.resume, note);
        // From here on the fit hears an interruption by itself, and what it has come to is written.
        endSaving = beginSaving(context);
        return checkpoint;
      },
      onProgress: update,
      onNote: ({ text, isMinor }) => {
        if (!isMinor || args.verbose) note(text);
      },
    };
    try {
      const made = await encodeFile(bytes, fileOptionsOf(args, job.input), place, encoder);
      const release = (fate: Fate): Promise<void> =>
        releaseCheckpoint(checkpoint, fate, made.result.isBestSoFar).finally(endSaving);
      return { ...made, release };
    } catch (error) {
      endSaving();
      throw error;
    } finally {
      end();
    }
  };
}

/** Begins what `whileSaving` is for. @returns ends it */
function beginSaving({ whileSaving }: Context): () => void {
  let end = (): void => {};
  whileSaving(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  return end;
}

async function releaseCheckpoint(
  checkpoint: CheckpointFile | null,
  fate: Fate,
  isBestSoFar: boolean,
): Promise<void> {
  if (fate === 'unfinished') return;
  if (fate === 'kept' && isBestSoFar) checkpoint?.leave('the same command with --force');
  else await checkpoint?.remove();
}
