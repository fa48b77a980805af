/** @file Which transfer a picture's bytes go by. */

import { LoecError } from '../../errors.ts';
import type { PictureSource } from '../job.ts';
import type { RedisValues } from './redis-values.ts';
import type { SharedFolder } from './shared-folder.ts';
import { SignedAddress } from './signed-address.ts';
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

  /** @throws LoecError E_INPUT for a source that is out of reach */
  of({ kind }: PictureSource): Transfer {
    if (kind === 'redis') return this.#reach.redis;
    if (kind === 'address') return this.#addresses;
    if (this.#reach.folder !== null) return this.#reach.folder;
    const message = 'the picture lies in a shared folder, which this side does not have: name it by --root';
    throw new LoecError('E_INPUT', message);
  }
  /** Removes what has lived long enough, where that does not go by itself. */
  async sweep(): Promise<void> {
    await this.#reach.folder?.sweep();
  }
}
