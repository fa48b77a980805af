/** @file What a farm keeps in the folder that all machines see: results and checkpoints, below `.loec-farm`. */

import { mkdir, readdir, realpath, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { LoecError } from '../../errors.ts';
import { isFarmName } from '../address.ts';
import { LIFE, LIFE_WHEN_FETCHED } from '../keys.ts';
import { isMissing, unreadable, unwritable } from './file-errors.ts';
import { FARM_FOLDER, openInside } from './inside-root.ts';
import { readBounded } from './read-bounded.ts';
import { TEMPORARY_EXTENSION, writeWhole } from './write-whole.ts';

/** A folder for each. */
export type Kind = 'results' | 'checkpoints';
const KINDS: readonly Kind[] = ['results', 'checkpoints'];

export class FarmFolder {
  readonly #root: string;
  readonly #farm: string;

  /** @param farm its name */
  constructor(root: string, farm: string) {
    this.#root = root;
    this.#farm = farm;
  }

  /** Makes the folder where it is missing. @throws LoecError E_INPUT */
  async mark(): Promise<void> {
    await this.#makeFolder('results').catch((error) => {
      throw error instanceof LoecError ? error : unwritable(this.#folder('results'), error);
    });
  }

  /** Whether anybody has made it. */
  async isMarked(): Promise<boolean> {
    return stat(this.#folder('results')).then(
      () => true,
      () => false,
    );
  }

  /** @throws LoecError E_INPUT */
  async write(kind: Kind, name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(kind, name);
    try {
      await this.#makeFolder(kind);
      await writeWhole(path, bytes);
    } catch (error) {
      throw error instanceof LoecError ? error : unwritable(path, error);
    }
  }

  /** @returns null where it is not there, or has more bytes than `most` */
  async read(kind: Kind, name: string, most: number): Promise<Uint8Array | null> {
    if (!(await this.has(kind, name))) return null;
    const file = await openInside(this.#root, `${this.#below(kind)}/${name}`);
    try {
      return await readBounded(file.createReadStream({ autoClose: false }), most);
    } catch (error) {
      throw unreadable(name, error);
    } finally {
      await file.close();
    }
  }

  async has(kind: Kind, name: string): Promise<boolean> {
    return stat(this.#path(kind, name)).then(
      () => true,
      (error) => {
        if (isMissing(error)) return false;
        throw unreadable(name, error);
      },
    );
  }

  /** Names of the files, in no order. */
  async names(kind: Kind): Promise<string[]> {
    return readdir(this.#folder(kind)).catch((error) => {
      if (isMissing(error)) return [];
      throw unreadable(this.#below(kind), error);
    });
  }

  async remove(kind: Kind, name: string): Promise<void> {
    await rm(this.#path(kind, name), { force: true });
  }

  /** Lets a file live so many seconds from now on. Files of another user keep what they have. */
  async keepFor(kind: Kind, name: string, seconds: number): Promise<void> {
    const time = Date.now() / 1000 + seconds - LIFE;
    await utimes(this.#path(kind, name), time, time).catch(() => {});
  }

  /** Removes what has lived long enough, and files that nobody has finished. */
  async sweep(): Promise<void> {
    for (const kind of KINDS) {
      const names = (await this.names(kind)).filter((name) => NAME.test(name));
      // What a link leads to is not ours.
      if (names.length > 0) await this.#checkFolder(kind);
      for (const name of names) await this.#removeIfOld(kind, name);
    }
  }

  async #removeIfOld(kind: Kind, name: string): Promise<void> {
    const life = name.endsWith(TEMPORARY_EXTENSION) ? LIFE_WHEN_FETCHED : LIFE;
    const path = this.#path(kind, name);
    // Others sweep too.
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > 1000 * life) await rm(path, { force: true });
  }

  async #makeFolder(kind: Kind): Promise<void> {
    await mkdir(this.#folder(kind), { recursive: true });
    await this.#checkFolder(kind);
  }

  /** Whoever links our folder to another place does not make us write or remove files there. @throws LoecError E_INPUT */
  async #checkFolder(kind: Kind): Promise<void> {
    const folder = this.#folder(kind);
    const expected = join(await realpath(this.#root), FARM_FOLDER, this.#farm, kind);
    if ((await realpath(folder)) === expected) return;
    throw new LoecError('E_INPUT', `${folder} is reached by a link, which no farm follows: remove it`);
  }

  #path(kind: Kind, name: string): string {
    if (!isFarmName(this.#farm) || !NAME.test(name)) {
      throw new LoecError('E_INPUT', `${JSON.stringify(name)} is no name of a file of a farm`);
    }
    return join(this.#folder(kind), name);
  }

  #folder(kind: Kind): string {
    return join(this.#root, FARM_FOLDER, this.#farm, kind);
  }

  /** From the root on. */
  #below(kind: Kind): string {
    return `${FARM_FOLDER}/${this.#farm}/${kind}`;
  }
}

/** Of ids, hashes and numbers of attempts. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,200}$/;
