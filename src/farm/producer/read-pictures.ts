/** @file Pictures of a batch, read as far as the queue has to know them. */

import { createHash } from 'node:crypto';
import { type BatchRecord, type BatchRow, jobOf } from '../batch-record.ts';
import type { IndexedRow } from '../batches.ts';
import { jobIdOf } from '../job-id.ts';
import type { WantedRow } from '../ledger.ts';
import type { Offering } from '../transfer/transfer.ts';

/** Pictures that are in memory at a time: so many, or those that have so many bytes together. */
const CHUNK = 250;
export const CHUNK_BYTES = 2 ** 24;

/** Pictures that are read beside each other: a disk or a network lets each wait. */
const READ_AT_A_TIME = 4;

/** A picture before it is read, and its place in the batch. */
export interface OfferedPicture extends Omit<BatchRow, 'picture'> {
  readonly index: number;
  /** Of the file, as far as it is known. */
  readonly size: number;
}

export interface Ready extends IndexedRow, WantedRow {
  readonly bytes: Uint8Array;
}

export interface Unread {
  readonly index: number;
  readonly error: unknown;
}

export interface ReadSettings {
  readonly record: BatchRecord;
  readonly offering: Offering;
  /** The bytes of a picture. @throws LoecError for one that can't be read */
  readonly read: (input: string) => Promise<Uint8Array>;
}

/** In groups of so many bytes, or little more. */
export async function* inChunks(
  pictures: AsyncIterable<OfferedPicture>,
  most: number,
): AsyncGenerator<OfferedPicture[]> {
  let chunk: OfferedPicture[] = [];
  let bytes = 0;
  for await (const picture of pictures) {
    chunk.push(picture);
    bytes += picture.size;
    if (chunk.length < CHUNK && bytes < most) continue;
    yield chunk;
    [chunk, bytes] = [[], 0];
  }
  if (chunk.length > 0) yield chunk;
}

export async function readAll(
  settings: ReadSettings,
  pictures: readonly OfferedPicture[],
): Promise<(Ready | Unread)[]> {
  const read: (Ready | Unread)[] = [];
  for (let at = 0; at < pictures.length; at += READ_AT_A_TIME) {
    const some = pictures.slice(at, at + READ_AT_A_TIME);
    const readings = some.map((picture) =>
      readOne(settings, picture).catch((error: unknown) => ({ index: picture.index, error })),
    );
    read.push(...(await Promise.all(readings)));
  }
  return read;
}

async function readOne(
  { record, offering, read }: ReadSettings,
  { index, size: _, ...picture }: OfferedPicture,
): Promise<Ready> {
  const source = await offering.sourceOf(picture.input);
  const bytes = await read(picture.input);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const row: BatchRow = { ...picture, picture: { sha256, bytes: bytes.length, source } };
  return { index, row, bytes, sha256, id: jobIdOf(jobOf(record, row)) };
}
