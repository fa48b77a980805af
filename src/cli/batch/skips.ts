/** @file Jobs that are left out because their outputs are there already. */

import { stat } from 'node:fs/promises';
import { LoecError } from '../../errors.ts';
import { orNull } from '../files/file-errors.ts';
import { DASH } from '../files/input.ts';
import type { FileStats } from '../files/input-stats.ts';
import type { Job } from './jobs.ts';

export interface SkipArguments {
  /** Whether outputs that exist are left as they are. */
  readonly skipExisting?: boolean | undefined;
  /** Whether outputs that are newer than their inputs are left as they are, and older ones replaced. */
  readonly update?: boolean | undefined;
  readonly force: boolean;
}

/** Milliseconds by which a file system may round a time that was copied from another file. */
const ROUNDING_MS = 1;

/** Options of which one is given. */
export const SKIP_RIVALS = ['skip-existing', 'update', 'force'];

/** @throws LoecError E_USAGE for rules that contradict each other */
export function checkSkips({ skipExisting, update, force }: SkipArguments): void {
  const given = Object.entries({ '--skip-existing': skipExisting, '--update': update, '--force': force });
  const names = given.filter(([, isGiven]) => isGiven).map(([name]) => name);
  if (names.length < 2) return;
  throw new LoecError('E_USAGE', `${names.join(' and ')} exclude each other: give one`);
}

/** Why there is nothing to do, and the size of what is there. */
export interface Skip {
  /** For people. */
  readonly skip: string;
  readonly bytes: number;
}

/** null where there is something to do. @param input undefined for one that is no file */
export async function skipOf(
  { output }: Job,
  { skipExisting, update }: SkipArguments,
  input: FileStats | undefined,
): Promise<Skip | null> {
  if (output === DASH || !(skipExisting || update)) return null;
  const found = await orNull(stat(output)).catch(() => null);
  if (!found?.isFile()) return null;
  const bytes = found.size;
  if (skipExisting) return { skip: `${output} exists`, bytes };
  // An output that has the times of its input is no older.
  const isNewer = input && found.mtimeMs > input.mtimeMs - ROUNDING_MS;
  return isNewer ? { skip: `${output} is newer`, bytes } : null;
}
