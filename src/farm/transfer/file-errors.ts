/** @file What goes wrong with files of the shared folder, in words. */

import { LoecError } from '../../errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; do both sides name the same folder by --root?',
  ENOTDIR: 'no such file; do both sides name the same folder by --root?',
  EISDIR: 'expected a file, found a folder',
  EACCES: 'no permission',
  EPERM: 'no permission',
  ELOOP: 'its links lead in a circle',
  ENXIO: 'expected a file, found something else',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on the disk; make room and retry',
  EDQUOT: 'no space left of the quota; make room and retry',
  EROFS: 'the disk is read-only',
};

export function unreadable(path: string, cause: unknown): LoecError {
  return new LoecError(
    'E_INPUT',
    `${JSON.stringify(path)} below the root can't be read: ${reasonOf(cause)}`,
    {
      cause,
    },
  );
}

export function unwritable(path: string, cause: unknown): LoecError {
  return new LoecError('E_INPUT', `${path} can't be written: ${reasonOf(cause)}`, { cause });
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}
