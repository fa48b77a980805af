/** @file Whose fault it is that bytes could not be moved: the job's, or that of Redis, a folder or a network. */

import { LoecError } from '../../errors.ts';
import { StoreTrouble } from '../transfer/store-trouble.ts';

/** Codes of a file system that takes nothing from anybody. */
const OF_DISKS: readonly string[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'ESTALE', 'EMFILE', 'ENFILE'];

/** What a store has done for a job. @throws StoreTrouble, and LoecError for what is the job's own fault */
export async function ofStore<Reply>(work: Promise<Reply>): Promise<Reply> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LoecError && !isTrouble(error.cause)) throw error;
    throw new StoreTrouble((error as Error).message, { cause: error });
  }
}

function isTrouble(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  // As ioredis names what Redis refuses: no room, nothing to be written, still loading.
  return cause.name === 'ReplyError' || OF_DISKS.includes((cause as NodeJS.ErrnoException).code ?? '');
}
