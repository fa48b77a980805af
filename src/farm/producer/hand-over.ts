/**
 * @file From pictures to rows of a batch and jobs in its queue. A row is kept once its picture can be had, and its job comes last, so that
 * whatever is cut off in the middle is begun again by the same command.
 */

import { LoecError, throwIfAborted } from '../../errors.ts';
import type { BatchRow } from '../batch-record.ts';
import { keepRows, readBatch, rowsAt, setBatch } from '../batches.ts';
import type { Farm } from '../farm.ts';
import type { DoneOutcome, FarmOutcome } from '../outcome.ts';
import { enterRows, releaseRows } from '../release.ts';
import type { Transfer } from '../transfer/transfer.ts';
import type { ByteWindow } from './byte-window.ts';
import {
  CHUNK_BYTES,
  inChunks,
  type OfferedPicture,
  type ReadSettings,
  type Ready,
  readAll,
  type Unread,
} from './read-pictures.ts';

/** What became of a picture: its row is in the batch, or there is none. */
export type HandedOver = { readonly index: number } | Unread;

export interface HandOverSettings extends ReadSettings {
  readonly farm: Farm;
  /** Where results of the batch are. */
  readonly results: Pick<Transfer, 'hasResult'>;
  /** Of bytes that are kept in Redis until their pictures are settled. */
  readonly window: ByteWindow | null;
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
    const { farm, record, window } = this.#settings;
    const most = Math.min(CHUNK_BYTES, window?.most ?? CHUNK_BYTES);
    for await (const some of inChunks(pictures, most)) {
      throwIfAborted(signal);
      const indices = some.map(({ index }) => index);
      const rows = await rowsAt(farm, record.name, indices);
      const others = some.filter((picture, i) => !this.#isKnown(picture, rows[i] ?? null));
      const read = await readAll(this.#settings, others);
      const ready = read.filter((picture) => 'row' in picture);
      const failed = read.filter((picture) => 'error' in picture);
      const known = indices.filter((_, i) => rows[i]).map((index) => ({ index }));
      yield [...known, ...failed, ...(await this.#handOver(ready, signal))];
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

  async #handOver(pictures: readonly Ready[], signal: AbortSignal): Promise<HandedOver[]> {
    if (pictures.length === 0) return [];
    const { farm, record, window } = this.#settings;
    await this.#checkGoing();
    await window?.room(sizeOf(pictures), signal);
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
