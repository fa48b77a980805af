/**
 * @file Where a decoded PNG comes from. The picture that a .loe file was made from often lies beside it, under the name that `decode` would
 * give its output; only what can be decoded again may be replaced there.
 */

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { LoecError } from '../../errors.ts';
import { pngChunk } from '../../image/png/chunks.ts';
import type { Destination } from './destinations.ts';
import { orNull, reasonOf } from './file-errors.ts';

/** By PNG's rules for names: readers may ignore it, it is nobody's standard, and who changes pixels leaves it out. */
const TYPE = 'loEC';

/** Bytes of PNG's signature and its header chunk. */
const HEADER = 8 + 25;

/** The pieces of a PNG with the hash of the file that it is decoded from. */
export async function* withOrigin(
  pieces: AsyncIterable<Uint8Array>,
  file: Uint8Array,
): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for await (const piece of pieces) {
    if (offset === HEADER) yield originChunk(file);
    yield piece;
    offset += piece.length;
  }
}

/** @throws LoecError E_OVERWRITE where the destination is a picture that was not decoded from this file */
export async function checkOrigin(
  { kind, exists, path, name }: Destination,
  file: Uint8Array,
): Promise<void> {
  if (kind !== 'file' || !exists || (await isDecodedFrom(path, file))) return;
  const message = `${name} exists and was not decoded from this file: it may be the original; -o for another name, or -o ${name} --force to replace it`;
  throw new LoecError('E_OVERWRITE', message);
}

async function isDecodedFrom(path: string, file: Uint8Array): Promise<boolean> {
  const expected = originChunk(file);
  const found = Buffer.alloc(expected.length);
  const picture = await orNull(open(path)).catch((cause) => {
    const message = `${path} can't be read, so it may be an original: ${reasonOf(cause)}`;
    throw new LoecError('E_INPUT', message, { cause });
  });
  // A link that leads to nothing: there is no picture to lose.
  if (picture === null) return true;
  await picture.read(found, 0, found.length, HEADER).finally(() => picture.close());
  return found.equals(expected);
}

function originChunk(file: Uint8Array): Uint8Array {
  return pngChunk(TYPE, createHash('sha256').update(file).digest());
}
