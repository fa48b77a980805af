/**
 * @file From pictures to rows of a batch and jobs in its queue. A row is kept once its picture can be had, and its job comes last, so that
 * whatever is cut off in the middle is begun again by the same command.
 */

import { createHash } from 'node:crypto';
import { LoecError, throwIfAborted } from '../../errors.ts';
import { type BatchRecord, type BatchRow, jobOf } from '../batch-record.ts';
import { type IndexedRow, keepRows, readBatch, rowsAt, setBatch } from '../batches.ts';
import type { Farm } from '../farm.ts';
import { jobIdOf } from '../job-id.ts';
import type { WantedRow } from '../ledger.ts';
import type { DoneOutcome, FarmOutcome } from '../outcome.ts';
import { enterRows, releaseRows } from '../release.ts';
import type { Offering, Transfer } from '../transfer/transfer.ts';
import type { ByteWindow } from './byte-window.ts';

/** Pictures that are handed over in one step: so many, or those that have so many bytes together. */
const CHUNK = 250;
const CHUNK_BYTES = 2 ** 24;

/** Pictures that are read beside each other: a disk or a network lets each wait. */
const READ_AT_A_TIME = 4;

/** A picture before it is read, and its place in the batch. */
export interface OfferedPicture extends Omit<BatchRow, 'picture'> {
  readonly index: number;
  /** Of the file, as far as it is known. */
  readonly size: number;
}

/** What became of a picture: its row is in the batch, or there is none. */
export type HandedOver = { readonly index: number } | Unread;

interface Unread {
  readonly index: number;
  readonly error: unknown;
}

export interface HandOverSettings {
  readonly farm: Farm;
  readonly record: BatchRecord;
  readonly offering: Offering;
  /** Where results of the batch are. */
  readonly results: Pick<Transfer, 'hasResult'>;
  /** The bytes of a picture. @throws LoecError for one that can't be read */
  readonly read: (input: string) => Promise<Uint8Array>;
  /** Of bytes that are kept in Redis until their pictures are settled. */
  readonly window: ByteWindow | null;
}

/** A picture that has been read. */
interface Ready extends IndexedRow, WantedRow {
  readonly bytes: Uint8Array;
}

export class HandOver {
  readonly #settings: HandOverSettings;
  /** Rows of the batch so far. */
  #count = 0;

  constructor(settings: HandOverSettings) {
    this.#settings = settings;
  }

  /**
   * Pictures that are in the batch already are left as they are.
   * @throws LoecError E_USAGE where another one has a picture's place, E_ABORTED where the batch was cancelled
   */
  async *run(pictures: AsyncIterable<OfferedPicture>, signal: AbortSignal): AsyncGenerator<HandedOver[]> {
    const { farm, record } = this.#settings;
    for await (const some of inChunks(pictures)) {
      throwIfAborted(signal);
      const indices = some.map(({ index }) => index);
      const rows = await rowsAt(farm, record.name, indices);
      const others = some.filter((picture, i) => !this.#isKnown(picture, rows[i] ?? null));
      const read = await this.#readAll(others);
      const ready = read.filter((picture) => 'row' in picture);
      const failed = read.filter((picture) => 'error' in picture);
      const known = indices.filter((_, i) => rows[i]).map((index) => ({ index }));
      yield [...known, ...failed, ...(await this.#handOver(ready))];
    }
    await setBatch(farm, record.name, 'isWhole');
  }

  /** @throws LoecError E_USAGE for the row of another picture */
  #isKnown({ index, input }: OfferedPicture, row: BatchRow | null): boolean {
    if (row === null) return false;
    this.#count++;
    if (row.input === input) return true;
    const { name } = this.#settings.record;
    const message = `expected ${row.input} as picture ${index + 1} of ${name}, found ${input}: give other pictures another --name`;
    throw new LoecError('E_USAGE', message);
  }

  async #readAll(pictures: readonly OfferedPicture[]): Promise<(Ready | Unread)[]> {
    const read: (Ready | Unread)[] = [];
    for (let at = 0; at < pictures.length; at += READ_AT_A_TIME) {
      const some = pictures.slice(at, at + READ_AT_A_TIME);
      const readings = some.map((picture) =>
        this.#read(picture).catch((error: unknown) => ({ index: picture.index, error })),
      );
      read.push(...(await Promise.all(readings)));
    }
    return read;
  }

  async #read({ index, size: _, ...picture }: OfferedPicture): Promise<Ready> {
    const { record, offering, read } = this.#settings;
    const source = await offering.sourceOf(picture.input);
    const bytes = await read(picture.input);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const row: BatchRow = { ...picture, picture: { sha256, bytes: bytes.length, source } };
    return { index, row, bytes, sha256, id: jobIdOf(jobOf(record, row)) };
  }

  async #handOver(pictures: readonly Ready[]): Promise<HandedOver[]> {
    if (pictures.length === 0) return [];
    const { farm, record, window } = this.#settings;
    await this.#checkGoing();
    await window?.room(sizeOf(pictures));
    const made = await farm.ledger.want(record.name, pictures);
    const results = await Promise.all(pictures.map(({ id }, i) => this.#resultOf(id, made[i] ?? null)));
    const fresh = pictures.filter((_, i) => results[i] === null);
    const failed = await this.#offer(fresh);
    await this.#enter(fresh.filter((picture) => !failed.has(picture)));
    const known = pictures.filter((_, i) => results[i] !== null);
    await keepRows(farm, record.name, known, false);
    for (const [i, picture] of pictures.entries()) {
      const result = results[i];
      if (result) await releaseRows(farm, await farm.ledger.settle(picture, result));
    }
    return pictures.map((picture) => ({ index: picture.index, ...failed.get(picture) }));
  }

  /** Somebody may cancel a batch that is still handed over. */
  async #checkGoing(): Promise<void> {
    const { farm, record } = this.#settings;
    const batch = await readBatch(farm, record.name);
    if (batch !== null && !batch.isCancelled) return;
    throw new LoecError('E_ABORTED', `the batch ${record.name} was cancelled while it was handed over`);
  }

  /** What was made of the same job before, if its file is there. */
  async #resultOf(id: string, made: FarmOutcome | null): Promise<DoneOutcome | null> {
    if (made?.status !== 'done') return null;
    return (await this.#settings.results.hasResult(id, made.file.sha256)) ? made : null;
  }

  /** @returns those that could not be offered, which are wanted no more */
  async #offer(pictures: readonly Ready[]): Promise<Map<Ready, { error: unknown }>> {
    const { farm, record, offering, window } = this.#settings;
    const failed = new Map<Ready, { error: unknown }>();
    for (const picture of pictures) {
      try {
        await offering.offer(picture.row.picture, picture.bytes);
        window?.take(picture.index, picture.bytes.length);
      } catch (error) {
        failed.set(picture, { error });
      }
    }
    await farm.ledger.unwant(record.name, [...failed.keys()]);
    return failed;
  }

  /** Keeps rows, and adds their jobs, or those of the rows whose turn it is. */
  async #enter(pictures: readonly Ready[]): Promise<void> {
    const { farm, record } = this.#settings;
    await keepRows(farm, record.name, pictures, record.share !== undefined);
    await enterRows(
      farm,
      record,
      pictures.map(({ row }) => row),
      this.#count,
    );
    this.#count += pictures.length;
  }
}

function sizeOf(pictures: readonly Ready[]): number {
  return pictures.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

async function* inChunks(pictures: AsyncIterable<OfferedPicture>): AsyncGenerator<OfferedPicture[]> {
  let chunk: OfferedPicture[] = [];
  let bytes = 0;
  for await (const picture of pictures) {
    chunk.push(picture);
    bytes += picture.size;
    if (chunk.length < CHUNK && bytes < CHUNK_BYTES) continue;
    yield chunk;
    [chunk, bytes] = [[], 0];
  }
  if (chunk.length > 0) yield chunk;
}
