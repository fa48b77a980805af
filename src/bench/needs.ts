/** @file Packages and programs that a bench needs beside loec. What is missing is to be known before hours of encoding. */

import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { LoecError } from '../errors.ts';
import { loadSharp } from '../image/foreign/sharp.ts';

export interface Need {
  /** A package of npm, or a program by its name or path. */
  readonly name: string;
  /** What brings it: for example `apt-get install libjxl-tools`. Programs of the user's own have none. */
  readonly source?: { readonly command: string; readonly package: string };
  /** @throws where it is missing */
  readonly check: () => Promise<unknown>;
}

export const SHARP: Need = npmPackage('sharp', loadSharp);

/** What draws plots. */
export const DRAWING: readonly Need[] = [
  npmPackage('@observablehq/plot', () => import('@observablehq/plot')),
  npmPackage('linkedom', () => import('linkedom')),
];

function npmPackage(name: string, check: () => Promise<unknown>): Need {
  return { name, source: { command: 'npm install', package: name }, check };
}

/** @param debianPackage that has it; other systems have theirs */
export function program(name: string, debianPackage?: string): Need {
  const check = (): Promise<void> => findProgram(name);
  if (debianPackage === undefined) return { name, check };
  return { name, source: { command: 'apt-get install', package: debianPackage }, check };
}

/** As shells look for it. Windows has its own list of extensions. */
async function findProgram(name: string): Promise<void> {
  const { PATH = '', PATHEXT = '' } = process.env;
  const folders = /[\\/]/.test(name) ? [''] : PATH.split(delimiter);
  const paths = folders.flatMap((folder) =>
    ['', ...PATHEXT.split(';')].map((extension) => join(folder, name + extension)),
  );
  await Promise.any(paths.map((path) => access(path, constants.X_OK)));
}

/** @throws LoecError E_ENGINE that names all that is missing, with what adds it */
export async function checkNeeds(needs: readonly Need[]): Promise<void> {
  const distinct = needs.filter(({ name }, i) => needs.findIndex((need) => need.name === name) === i);
  const results = await Promise.allSettled(distinct.map(({ check }) => check()));
  const missing = distinct.filter((_, i) => results[i]?.status === 'rejected');
  if (missing.length === 0) return;
  const cause = results.find((result) => result.status === 'rejected')?.reason;
  const names = missing.map(({ name }) => name).join(', ');
  throw new LoecError('E_ENGINE', `the bench can't find ${names}: ${remedyOf(missing)}`, { cause });
}

/** One line for a shell, and a word on programs that no package is known for. */
export function remedyOf(missing: readonly Need[]): string {
  const sources = missing.flatMap(({ source }) => source ?? []);
  const commands = [...new Set(sources.map(({ command }) => command))].map((command) => {
    const packages = sources.filter((source) => source.command === command).map((source) => source.package);
    return [command, ...new Set(packages)].join(' ');
  });
  const own = missing.filter(({ source }) => !source).map(({ name }) => name);
  const advice = own.length > 0 ? [`check the name of ${own.join(', ')} and the PATH`] : [];
  return [...(commands.length > 0 ? [commands.join(' && ')] : []), ...advice].join('; ');
}
