/** @file Checkpoints in the shared folder: a file for each attempt, of which the last one counts. */

import type { FarmFolder } from './farm-folder.ts';
import type { StoredCheckpoint } from './transfer.ts';

/** Of a picture of 50 megapixels. */
const MOST_BYTES = 2 ** 30;

const NAME = /^(.+)\.(\d{1,9})\.part$/;

export class FolderCheckpoints {
  readonly #folder: FarmFolder;

  constructor(folder: FarmFolder) {
    this.#folder = folder;
  }

  async take(id: string): Promise<StoredCheckpoint | null> {
    const attempt = Math.max(...(await this.#attempts(id)));
    if (!Number.isFinite(attempt)) return null;
    const bytes = await this.#folder.read('checkpoints', nameOf(id, attempt), MOST_BYTES);
    return bytes === null ? null : { attempt, bytes };
  }

  async keep(id: string, { attempt, bytes }: StoredCheckpoint): Promise<boolean> {
    const others = await this.#attempts(id);
    if (bytes.length > MOST_BYTES || others.some((other) => other > attempt)) return false;
    await this.#folder.write('checkpoints', nameOf(id, attempt), bytes);
    await this.#remove(
      id,
      others.filter((other) => other < attempt),
    );
    return true;
  }

  async drop(id: string): Promise<void> {
    await this.#remove(id, await this.#attempts(id));
  }

  async #attempts(id: string): Promise<number[]> {
    const names = await this.#folder.names('checkpoints');
    return names.flatMap((name) => {
      const [, of, attempt] = NAME.exec(name) ?? [];
      return of === id ? [Number(attempt)] : [];
    });
  }

  async #remove(id: string, attempts: readonly number[]): Promise<void> {
    for (const attempt of attempts) await this.#folder.remove('checkpoints', nameOf(id, attempt));
  }
}

function nameOf(id: string, attempt: number): string {
  return `${id}.${attempt}.part`;
}
