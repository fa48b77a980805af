/** @file Errors of the file system in words for people. */

import { LoecError } from '../../errors.ts';

/** What went wrong, without the system's code and the path that Node adds: `no space left on device`. */
export function reasonOf(error: unknown): string {
  const { message } = error as Error;
  return message.replace(/^E[A-Z0-9]+: /, '').replace(/, \w+( '.*)?$/s, '');
}

/** Whether the error has a code of the system: ENOSPC, EACCES. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && !(error instanceof LoecError) && 'code' in error;
}

/** Nothing where nothing is; other errors pass through. */
export async function orNull<Value>(work: Promise<Value>): Promise<Value | null> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
