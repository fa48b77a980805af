/** @file Bytes in a folder that all machines see: pictures where they lie, results and checkpoints in the farm's own part of it. */

import { realpath } from 'node:fs/promises';
import { LoecError, throwIfAborted } from '../../errors.ts';
import { DEFAULT_LIMITS } from '../../limits.ts';
import type { JobPicture, PictureSource } from '../job.ts';
import { LIFE, LIFE_WHEN_FETCHED } from '../keys.ts';
import { FarmFolder } from './farm-folder.ts';
import { unreadable } from './file-errors.ts';
import { FolderCheckpoints } from './folder-checkpoints.ts';
import { openInside, pathBelow, refused, whyOutside } from './inside-root.ts';
import { readBounded } from './read-bounded.ts';
import { checkPicture, checkSize, damagedResult, otherPicture, sha256Of } from './same-bytes.ts';
import type { JobBytes, Offering, StoredCheckpoint, Transfer } from './transfer.ts';

/** Bytes of the largest .loe file that can be asked for. */
const MOST_RESULT_BYTES = DEFAULT_LIMITS.bytes;

/** Milliseconds between two looks at all files. */
const SWEEP_EVERY_MS = 3_600_000;

export class SharedFolder implements Transfer, Offering {
  readonly #root: string;
  readonly #folder: FarmFolder;
  readonly #checkpoints: FolderCheckpoints;
  /** Milliseconds since 1970. */
  #swept = 0;

  /**
   * @param root the folder, as this machine names it
   * @param farm its name
   */
  constructor(root: string, farm: string) {
    this.#root = root;
    this.#folder = new FarmFolder(root, farm);
    this.#checkpoints = new FolderCheckpoints(this.#folder);
  }

  async sourceOf(path: string): Promise<PictureSource> {
    const real = await realpath(path).catch((cause) => {
      throw unreadable(path, cause);
    });
    const below = await pathBelow(this.#root, real);
    const reason = below === null ? 'it does not lie below' : whyOutside(below);
    if (below !== null && reason === null) return { kind: 'shared', path: below };
    const where = real === path ? path : `${path} (${real})`;
    const message = `${where} can't be shared by the folder ${this.#root}, which --root names: ${reason}`;
    throw new LoecError('E_USAGE', message);
  }

  /** They lie there already. */
  async offer(): Promise<void> {}

  async fetchPicture(picture: JobPicture, most: number, signal: AbortSignal): Promise<Uint8Array> {
    const { source } = picture;
    if (source.kind !== 'shared') throw new Error('internal: the picture is not in the folder');
    const { path } = source;
    const reason = whyOutside(path);
    if (reason !== null) throw refused(path, reason);
    checkSize(picture, most);
    const bytes = await this.#read(path, picture.bytes, signal);
    if (bytes === null) throw otherPicture(path);
    checkPicture(picture, bytes, path);
    return bytes;
  }

  async keepResult({ id }: JobBytes, sha256: string, file: Uint8Array): Promise<void> {
    await this.#folder.write('results', nameOf(id, sha256), file);
  }

  async hasResult(id: string, sha256: string): Promise<boolean> {
    const name = nameOf(id, sha256);
    const isThere = await this.#folder.has('results', name);
    if (isThere) await this.#folder.keepFor('results', name, LIFE);
    return isThere;
  }

  async takeResult(id: string, sha256: string): Promise<Uint8Array | null> {
    const name = nameOf(id, sha256);
    const file = await this.#folder.read('results', name, MOST_RESULT_BYTES);
    if (file === null) return null;
    if (sha256Of(file) !== sha256) {
      await this.#folder.remove('results', name);
      throw damagedResult(id);
    }
    await this.#folder.keepFor('results', name, LIFE_WHEN_FETCHED);
    return file;
  }

  takeCheckpoint(id: string): Promise<StoredCheckpoint | null> {
    return this.#checkpoints.take(id);
  }

  keepCheckpoint(id: string, checkpoint: StoredCheckpoint): Promise<boolean> {
    return this.#checkpoints.keep(id, checkpoint);
  }

  dropCheckpoint(id: string): Promise<void> {
    return this.#checkpoints.drop(id);
  }

  /** Removes results and checkpoints that have lived long enough; asked for again within an hour it does nothing. */
  async sweep(): Promise<void> {
    if (Date.now() - this.#swept < SWEEP_EVERY_MS) return;
    this.#swept = Date.now();
    await this.#folder.sweep();
  }

  /** null where the file has more bytes. */
  async #read(path: string, most: number, signal: AbortSignal): Promise<Uint8Array | null> {
    const file = await openInside(this.#root, path);
    try {
      if ((await file.stat()).size > most) return null;
      return await readBounded(file.createReadStream({ autoClose: false }), most, signal);
    } catch (error) {
      throwIfAborted(signal);
      throw unreadable(path, error);
    } finally {
      await file.close();
    }
  }
}

function nameOf(id: string, sha256: string): string {
  return `${id}.${sha256}.loe`;
}
