/** @file Pictures at signed addresses. What comes of them goes by Redis, and results to an address, too, where the job has one. */

import { LoecError } from '../../errors.ts';
import type { JobPicture } from '../job.ts';
import { allowedAddress, shown } from './allowed-address.ts';
import type { RedisValues } from './redis-values.ts';
import { download, PATIENCE, upload } from './request.ts';
import { checkPicture, checkSize, otherPicture } from './same-bytes.ts';
import type { JobBytes, StoredCheckpoint, Transfer } from './transfer.ts';

export class SignedAddress implements Transfer {
  readonly #values: RedisValues;
  readonly #allowed: readonly URL[];
  readonly #patience: typeof PATIENCE;

  /**
   * @param values where results and checkpoints go
   * @param allowed what addresses of jobs may begin with
   */
  constructor(values: RedisValues, allowed: readonly URL[], patience = PATIENCE) {
    this.#values = values;
    this.#allowed = allowed;
    this.#patience = patience;
  }

  async fetchPicture(picture: JobPicture, most: number, signal: AbortSignal): Promise<Uint8Array> {
    const { get } = addressesOf(picture);
    checkSize(picture, most);
    const url = allowedAddress(get, this.#allowed);
    const bytes = await download(url, picture.bytes, this.#patience, signal);
    if (bytes === null) throw otherPicture(shown(url));
    checkPicture(picture, bytes, shown(url));
    return bytes;
  }

  async keepResult(job: JobBytes, sha256: string, file: Uint8Array): Promise<void> {
    const { put } = addressesOf(job.picture);
    await this.#values.keepResult(job, sha256, file);
    if (put !== undefined) await upload(allowedAddress(put, this.#allowed), file, this.#patience);
  }

  hasResult(id: string, sha256: string): Promise<boolean> {
    return this.#values.hasResult(id, sha256);
  }

  takeResult(id: string, sha256: string): Promise<Uint8Array | null> {
    return this.#values.takeResult(id, sha256);
  }

  takeCheckpoint(id: string): Promise<StoredCheckpoint | null> {
    return this.#values.takeCheckpoint(id);
  }

  keepCheckpoint(id: string, checkpoint: StoredCheckpoint): Promise<boolean> {
    return this.#values.keepCheckpoint(id, checkpoint);
  }

  dropCheckpoint(id: string): Promise<void> {
    return this.#values.dropCheckpoint(id);
  }
}

function addressesOf({ source }: JobPicture): { get: string; put?: string } {
  if (source.kind === 'address') return source;
  throw new LoecError('E_INPUT', 'the picture has no address');
}
