/** @file Whether bytes that have come are those that were meant. */

import { createHash } from 'node:crypto';
import { LoecError } from '../../errors.ts';
import type { JobPicture } from '../job.ts';

/** 64 hex digits. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Before the bytes of a picture are asked for. @throws LoecError E_LIMIT */
export function checkSize({ bytes }: JobPicture, most: number): void {
  if (bytes <= most) return;
  const message = `the picture has ${bytes} bytes, and ${most} is the most that is read: raise the limit \`bytes\``;
  throw new LoecError('E_LIMIT', message);
}

/** @param where the bytes have come from, for people @throws LoecError E_INPUT */
export function checkPicture({ bytes, sha256 }: JobPicture, found: Uint8Array, where: string): void {
  if (found.length === bytes && sha256Of(found) === sha256) return;
  throw otherPicture(where);
}

/** What is at the place of a picture is not what was handed over. */
export function otherPicture(where: string): LoecError {
  return new LoecError(
    'E_INPUT',
    `${where} has changed since it was handed over: its bytes have another SHA-256; hand it over again`,
  );
}

/** The error of a .loe file that is not the one its worker has made. It is removed, so that another one can take its place. */
export function damagedResult(id: string): LoecError {
  return new LoecError(
    'E_INPUT',
    `the result of job ${id} was damaged, and is removed: hand the picture over again`,
  );
}
