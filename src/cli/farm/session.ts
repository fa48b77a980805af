/** @file What commands do while they are connected to a farm. */

import type { FarmAddress } from '../../farm/address.ts';
import { inWords } from '../../farm/connection.ts';
import { Farm } from '../../farm/farm.ts';
import { watchOutage } from '../../farm/outage.ts';

/**
 * @param say tells of a connection that is lost for a while
 * @throws LoecError as `connect`; what Redis says later, in words
 */
export async function atFarm<Result>(
  address: FarmAddress,
  say: (line: string) => void,
  work: (farm: Farm) => Promise<Result>,
): Promise<Result> {
  const farm = await Farm.open(address);
  const endWatch = watchOutage(farm.redis, address, say);
  try {
    return await work(farm);
  } catch (error) {
    throw inWords(address, error);
  } finally {
    endWatch();
    farm.close();
  }
}
