/** @file What the system says of the inputs that are files. */

import { fstatSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { DASH, inputName } from './input.ts';

/** What is kept of it: a batch may have 100,000 inputs. */
export type FileStats = Pick<Stats, 'size' | 'mode' | 'atimeMs' | 'mtimeMs' | 'dev' | 'ino'>;

/** By input. */
export type InputStats = ReadonlyMap<string, FileStats>;

/** Inputs that are asked for at a time: over a network each answer takes its time. */
const AT_A_TIME = 64;

export async function statInputs(
  stdin: Readable,
  jobs: readonly { readonly input: string }[],
): Promise<InputStats> {
  const stats = new Map<string, FileStats>();
  for (let at = 0; at < jobs.length; at += AT_A_TIME) {
    const some = jobs.slice(at, at + AT_A_TIME);
    const found = await Promise.all(some.map(({ input }) => statInput(stdin, input)));
    for (const [i, { input }] of some.entries()) {
      const status = found[i];
      if (status?.isFile()) stats.set(input, kept(status));
    }
  }
  return stats;
}

async function statInput(stdin: Readable, input: string): Promise<Stats | null> {
  return input === DASH ? statOfStdin(stdin) : stat(input).catch(() => null);
}

function statOfStdin(stdin: Readable): Stats | null {
  const { fd } = stdin as Readable & { fd?: number };
  return typeof fd === 'number' ? fstatSync(fd) : null;
}

function kept({ size, mode, atimeMs, mtimeMs, dev, ino }: Stats): FileStats {
  return { size, mode, atimeMs, mtimeMs, dev, ino };
}

/** Names of the inputs by what tells their files apart, whatever links lead to them. */
export type InputFiles = Pick<ReadonlyMap<string, string>, 'get'>;

/** They are not looked at before somebody asks, which only an output does that is there already. */
export function identifyInputs(stats: InputStats): InputFiles {
  let names: ReadonlyMap<string, string> | undefined;
  return {
    get: (identity) => {
      names ??= new Map([...stats].map(([input, found]) => [identityOf(found), inputName(input)]));
      return names.get(identity);
    },
  };
}

export function identityOf({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`;
}
