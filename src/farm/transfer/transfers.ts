/** @file Which transfer a picture's bytes go by. */

import type { PictureSource } from '../job.ts';
import { checkPath } from './inside-root.ts';
import type { RedisValues } from './redis-values.ts';
import type { SharedFolder } from './shared-folder.ts';
import { SignedAddress } from './signed-address.ts';
import { StoreTrouble } from './store-trouble.ts';
import type { Transfer } from './transfer.ts';

/** What a worker, or who collects results, has. */
export interface Reach {
  readonly redis: RedisValues;
  /** null where no folder is shared. */
  readonly folder: SharedFolder | null;
  /** What addresses of jobs may begin with; none for who only collects. */
  readonly addresses: readonly URL[];
}

export class Transfers {
  readonly #reach: Reach;
  readonly #addresses: SignedAddress;

  constructor(reach: Reach) {
    this.#reach = reach;
    this.#addresses = new SignedAddress(reach.redis, reach.addresses);
  }

  /** @throws StoreTrouble where others may have what is out of reach here, LoecError E_INPUT for what nobody may read */
  of(source: PictureSource): Transfer {
    if (source.kind === 'redis') return this.#reach.redis;
    if (source.kind === 'address') return this.#addresses;
    if (this.#reach.folder !== null) return this.#reach.folder;
    checkPath(source.path);
    throw new StoreTrouble(
      'the picture lies in a shared folder, which this side does not have: name it by --root',
    );
  }

  /** Removes what has lived long enough, where that does not go by itself. */
  async sweep(): Promise<void> {
    await this.#reach.folder?.sweep();
  }
}
