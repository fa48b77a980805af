/** @file The fit of a picture, with its progress and its notices shown. */

import type { EncodeOptions, EncodeResult, encode } from '../../encode.ts';
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

export async function fit(
  { signal, whileSaving }: Context,
  args: EncodeArguments,
  { note, begin }: Pick<Task, 'note' | 'begin'>,
  raster: Raster,
  { checkpoint, threads, encoder, onNote }: FitOptions,
): Promise<EncodeResult> {
  const { update, end } = begin();
  try {
    const options: EncodeOptions = {
      ...givenOptions(ENCODER_OPTIONS, args),
      ...(checkpoint && !args.bestSoFar && { onCheckpoint: (bytes) => checkpoint.keep(bytes) }),
      ...(checkpoint?.resume && { resume: checkpoint.resume }),
      threads,
      signal,
      onProgress: update,
      onNotice: ({ kind, text }) => {
        if (kind === 'picture') onNote(text);
        if (kind !== 'choice') note(text);
        else if (args.verbose) note(`fits on ${text}`);
      },
    };
    return await whileSaving(() => encoder(raster, options).finally(() => checkpoint?.settle()));
  } catch (error) {
    await checkpoint?.fail(error);
    throw error;
  } finally {
    end();
  }
}
