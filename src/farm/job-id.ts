/** @file What makes two jobs the same: their file is, was checked in the same way, and lies where both look for it. */

import { createHash } from 'node:crypto';
import { WITHOUT_EFFECT } from '../fit/journal/fingerprint.ts';
import type { FarmJob } from './job.ts';

/** BullMQ takes no number for the name of a job. */
const PREFIX = 'f-';

/** Of the 64 hex digits of a SHA-256. */
const DIGITS = 40;

/** The name of a job in the queue, whatever the order of its fields. */
export function jobIdOf({ version, picture, file, salt }: FarmJob): string {
  const { source, sha256 } = picture;
  const store = source.kind === 'shared' ? 'shared' : 'redis';
  const put = source.kind === 'address' ? source.put : undefined;
  const { orient, verify, limits, options } = file;
  const parts = [
    version,
    sha256,
    store,
    put,
    orient,
    verify,
    inOrder(limits),
    effectiveOptions(options),
    salt,
  ];
  // JSON has no undefined.
  const text = JSON.stringify(parts.map((part) => part ?? null));
  return PREFIX + createHash('sha256').update(text).digest('hex').slice(0, DIGITS);
}

/** Options that change the file, in the order of their names; an engine that was asked for computes with other roundings. */
function effectiveOptions(options: FarmJob['file']['options']): [name: string, value: unknown][] {
  const { engine = 'auto' } = options;
  const given = inOrder(options).filter(([name]) => !WITHOUT_EFFECT.includes(name));
  return engine === 'auto' ? given : [...given, ['engine', engine]];
}

/** What is given, in the order of the names. */
function inOrder(fields: object): [name: string, value: unknown][] {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return given.sort(([a], [b]) => (a < b ? -1 : 1));
}
