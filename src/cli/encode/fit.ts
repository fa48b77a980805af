/** @file The fit of a picture, with its progress and its notices shown. */

import type { EncodeResult, encode } from '../../encode.ts';
import type { Raster } from '../../image/raster.ts';
import type { Task } from '../batch/run.ts';
import type { Context } from '../context.ts';
import { givenOptions } from '../options.ts';
import { ENCODER_OPTIONS, type EncodeArguments } from './options.ts';

interface FitOptions {
  readonly threads: number;
  readonly encoder: typeof encode;
  /** Told what is to be known of the picture. */
  readonly onNote: (note: string) => void;
}

export async function fit(
  { signal }: Context,
  args: EncodeArguments,
  { note, begin }: Pick<Task, 'note' | 'begin'>,
  raster: Raster,
  { threads, encoder, onNote }: FitOptions,
): Promise<EncodeResult> {
  const { update, end } = begin();
  try {
    return await encoder(raster, {
      ...givenOptions(ENCODER_OPTIONS, args),
      threads,
      signal,
      onProgress: update,
      onNotice: ({ kind, text }) => {
        if (kind === 'picture') onNote(text);
        if (kind !== 'choice') note(text);
        else if (args.verbose) note(`fits on ${text}`);
      },
    });
  } finally {
    end();
  }
}
