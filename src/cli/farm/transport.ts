/** @file How the bytes of a batch go, as the command line has it. */

import { LoecError } from '../../errors.ts';
import type { BatchRecord } from '../../farm/batch-record.ts';
import type { Farm } from '../../farm/farm.ts';
import { AddressList } from '../../farm/transfer/address-list.ts';
import { RedisValues } from '../../farm/transfer/redis-values.ts';
import { SharedFolder } from '../../farm/transfer/shared-folder.ts';
import type { Offering, Transfer } from '../../farm/transfer/transfer.ts';
import type { QueueArguments } from './options.ts';

type Kind = BatchRecord['transfer'];

export function transferOf({ transfer, root, addresses }: QueueArguments): Kind {
  if (addresses !== undefined) return 'address';
  return transfer ?? (root === undefined ? 'redis' : 'shared');
}

/** @throws LoecError as `AddressList.read` */
export async function offeringOf(farm: Farm, name: string, args: QueueArguments): Promise<Offering> {
  const { root, addresses } = args;
  if (addresses !== undefined) return AddressList.read(addresses);
  return root === undefined ? new RedisValues(farm.redis, farm.keys) : new SharedFolder(root, name);
}

/**
 * Where results are.
 * @param name of the farm
 * @throws LoecError E_USAGE where they are in a folder that this side has not named
 */
export function resultsOf(farm: Farm, name: string, kind: Kind, root: string | undefined): Transfer {
  if (kind !== 'shared') return new RedisValues(farm.redis, farm.keys);
  if (root !== undefined) return new SharedFolder(root, name);
  throw new LoecError('E_USAGE', 'the files are in the folder that machines share: name it by --root');
}
