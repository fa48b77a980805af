/** @file Why Redis does not keep what it is given, in words. */

import { LoecError } from '../../errors.ts';
import { WITHOUT_ROOM } from '../connection.ts';

/** What Redis has done. @throws LoecError E_LIMIT where it has no room */
export async function storing<Reply>(command: Promise<Reply>): Promise<Reply> {
  try {
    return await command;
  } catch (cause) {
    throw storeError(cause);
  }
}

/** The error in words where it is one of Redis without room; else itself. */
export function storeError(cause: unknown): unknown {
  const { message } = cause as Error;
  const reason = WITHOUT_ROOM.find(([pattern]) => pattern.test(message))?.[1];
  return reason === undefined ? cause : new LoecError('E_LIMIT', `Redis ${reason}`, { cause });
}
