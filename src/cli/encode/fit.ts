/** @file The fit of a picture, with its progress and its notices shown. */

import type { EncodeOptions, EncodeResult, encode } from '../../encode.ts';
import { LoecError } from '../../errors.ts';
import type { Raster } from '../../image/raster.ts';
import { givenOptions } from '../arguments/options.ts';
import type { Task } from '../batch/run.ts';
import type { Context } from '../context.ts';
import type { CheckpointFile } from '../files/checkpoints.ts';
import { ENCODER_OPTIONS, type EncodeArguments } from './options.ts';

interface FitOptions {
  /** Where the fit is kept if it is interrupted; null where there is no place for it. */
  readonly checkpoint: CheckpointFile | null;
  readonly threads: number;
  readonly encoder: typeof encode;
  /** Told what is to be known of the picture. */
  readonly onNote: (note: string) => void;
}

/** A fit that has found that its target can't be reached does so again. */
async function abandon(checkpoint: CheckpointFile | null, error: unknown): Promise<void> {
  if (error instanceof LoecError && error.code === 'E_TARGET') await checkpoint?.remove();
  else checkpoint?.leave('the same command');
}

export async function fit(
  { signal }: Context,
  args: EncodeArguments,
  { note, begin }: Pick<Task, 'note' | 'begin'>,
  raster: Raster,
  { checkpoint, threads, encoder, onNote }: FitOptions,
): Promise<EncodeResult> {
  const { update, end } = begin();
  try {
    const options: EncodeOptions = {
      ...givenOptions(ENCODER_OPTIONS, args),
      ...(checkpoint && { onCheckpoint: (bytes) => checkpoint.keep(bytes) }),
      ...(checkpoint?.resume && { resume: checkpoint.resume }),
      threads,
      signal,
      onProgress: update,
      onNotice: (notice) => {
        const { kind, text } = notice;
        if (kind === 'resume') return checkpoint?.accept(notice.isAccepted);
        if (kind === 'picture') onNote(text);
        if (kind !== 'choice') note(text);
        else if (args.verbose) note(`fits on ${text}`);
      },
    };
    return await encoder(raster, options).finally(() => checkpoint?.settle());
  } catch (error) {
    await abandon(checkpoint, error);
    throw error;
  } finally {
    end();
  }
}
