/** @file Opens pictures for those that know what they ask: elements and verbs, which have checked their options. */

import { throwIfAborted } from '../../errors.ts';
import type { OpenOptions } from './options.ts';
import { RemotePicture } from './remote-picture.ts';
import { type PictureSource, partsOf } from './source.ts';

/** Resolves once the whole file is there. @throws LoecError as `openPicture` says */
export async function openRemotely(source: PictureSource, options: OpenOptions): Promise<RemotePicture> {
  throwIfAborted(options.signal);
  const parts = partsOf(source, options.signal);
  const picture = new RemotePicture(options);
  try {
    await picture.receive(parts);
    return picture;
  } catch (error) {
    picture.close();
    throw error;
  }
}
