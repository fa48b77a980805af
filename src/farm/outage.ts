/** @file A connection that is lost for a while, in words. What was asked meanwhile waits for it. */

import type { Redis } from 'ioredis';
import { type FarmAddress, showAddress } from './address.ts';

/** Milliseconds of an outage that nobody needs to be told. */
const PATIENCE_MS = 10_000;

/** @param tell hears of an outage that lasts, and of its end @returns ends the watch */
export function watchOutage(redis: Redis, address: FarmAddress, tell: (line: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isTold = false;
  const lost = (): void => {
    timer ??= setTimeout(() => {
      isTold = true;
      tell(`${showAddress(address)} does not answer; goes on when it is back`);
    }, PATIENCE_MS);
  };
  const back = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (isTold) tell(`${showAddress(address)} is back`);
    isTold = false;
  };
  redis.on('close', lost).on('ready', back);
  return () => {
    clearTimeout(timer);
    redis.off('close', lost).off('ready', back);
  };
}
