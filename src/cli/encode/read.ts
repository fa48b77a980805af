/** @file The picture that is encoded, and what a person should know of how it was read. */

import { readPng } from '../../image/png/read.ts';
import type { Raster } from '../../image/raster.ts';
import { limitsOf } from '../arguments/options.ts';
import type { Task } from '../batch/run.ts';
import type { Context } from '../context.ts';
import { inputName } from '../files/input.ts';
import { readPictureFile } from '../files/picture-file.ts';
import type { EncodeArguments } from './options.ts';

export async function readPicture(
  context: Context,
  args: EncodeArguments,
  { job: { input }, note }: Pick<Task, 'job' | 'note'>,
): Promise<{ raster: Raster; notes: string[] }> {
  const { bytes, notes: formatNotes, limits } = await readPictureFile(context, input, limitsOf(args));
  const { orient, metadata } = args;
  const picture = await readPng(bytes, {
    name: inputName(input),
    orient,
    metadata: metadata === 'all',
    limits,
    signal: context.signal,
  });
  const notes = [...formatNotes.map((text) => ({ text, isMinor: false })), ...picture.notes];
  for (const { text, isMinor } of notes) {
    if (!isMinor || args.verbose) note(text);
  }
  const dropped = [...new Set(picture.dropped.map((type) => (type === 'eXIf' ? 'EXIF' : 'text')))];
  if (dropped.length > 0) note(`${dropped.join(' and ')} left out; --metadata all keeps it`);
  return { raster: picture.raster, notes: notes.map(({ text }) => text) };
}
