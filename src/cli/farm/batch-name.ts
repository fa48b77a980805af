/** @file Names of batches that were given none. */

import { randomInt } from 'node:crypto';
import { basename, parse } from 'node:path';
import { LoecError } from '../../errors.ts';
import { isFarmName } from '../../farm/address.ts';

/** Without those that look alike. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz';

/** Characters that are kept of the input's. */
const MOST = 32;

/** `photos-20261130-wxyz` */
export function newBatchName(input: string, now: Date): string {
  const plain = parse(basename(input)).name.replace(/[^A-Za-z0-9_]+/g, '-');
  const stem = plain.replace(/^-+|-+$/g, '').slice(0, MOST) || 'batch';
  const day = now.toISOString().slice(0, 10).replaceAll('-', '');
  const end = Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `${stem}-${day}-${end}`;
}

/** @throws LoecError E_USAGE for what can't be the name of a batch */
export function checkBatchName(name: string): void {
  if (isFarmName(name)) return;
  const expected = 'up to 64 letters, digits, dots, - and _, with no dot or - at first';
  throw new LoecError('E_USAGE', `expected ${expected} as the name of a batch, found ${name}`);
}
