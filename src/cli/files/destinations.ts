/** @file Where an output goes, checked before any work begins: what would fail at the end fails at the start. */

import { fstatSync, type Stats } from 'node:fs';
import { access, constants, lstat, open, readlink, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { LoecError } from '../../errors.ts';
import type { Job, OutputArguments } from '../batch/jobs.ts';
import { descriptorOf } from './descriptors.ts';
import { isSystemError, orNull, reasonOf } from './file-errors.ts';
import { DASH, inputName } from './input.ts';
import { addTemporary, deleteTemporary, temporaryName } from './temporaries.ts';

export interface Destination {
  /** As the user knows it. */
  readonly name: string;
  /** `descriptor`: a file that the process has open. Descriptors, pipes and devices are written to; a file is made, or replaced by another. */
  readonly kind: 'stdout' | 'descriptor' | 'pipe' | 'device' | 'file';
  /** Of a file: the one that symbolic links lead to. */
  readonly path: string;
  /** Whether what is there when the output is whole may be replaced. */
  readonly force: boolean;
  /** Whether something is there now. */
  readonly exists: boolean;
  /** Whether the folder is made where it is missing, when there is something to write. */
  readonly makesFolder: boolean;
}

/** What the system says of the inputs that are files, by input. */
export type InputStats = ReadonlyMap<string, Stats>;

export async function statInputs(stdin: Readable, jobs: readonly Pick<Job, 'input'>[]): Promise<InputStats> {
  const stats = new Map<string, Stats>();
  for (const { input } of jobs) {
    const found = input === DASH ? statOfStdin(stdin) : await stat(input).catch(() => null);
    if (found?.isFile()) stats.set(input, found);
  }
  return stats;
}

/** Names of the inputs by what tells their files apart, whatever links lead to them. */
export type InputFiles = ReadonlyMap<string, string>;

export function identifyInputs(stats: InputStats): InputFiles {
  return new Map([...stats].map(([input, found]) => [identityOf(found), inputName(input)]));
}

function statOfStdin(stdin: Readable): Stats | null {
  const { fd } = stdin as Readable & { fd?: number };
  return typeof fd === 'number' ? fstatSync(fd) : null;
}

function identityOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

interface DestinationArguments extends Pick<OutputArguments, 'outDir' | 'force'> {
  /** Whether nothing may be written, not even to see whether it can be. */
  readonly dryRun?: boolean | undefined;
}

/**
 * @throws LoecError E_OVERWRITE, E_USAGE for a folder and for an input, E_INPUT for a place that can't be written
 */
export async function checkDestination(
  { output }: Pick<Job, 'output'>,
  args: DestinationArguments,
  inputs: InputFiles,
): Promise<Destination> {
  const name = output === DASH ? 'stdout' : output;
  try {
    return await findDestination(name, output, args, inputs);
  } catch (error) {
    throw asWriteError(error, name);
  }
}

async function findDestination(
  name: string,
  output: string,
  args: DestinationArguments,
  inputs: InputFiles,
): Promise<Destination> {
  const makesFolder = args.outDir !== undefined;
  const common = { name, path: output, force: args.force, exists: true, makesFolder };
  if (output === DASH) return { ...common, kind: 'stdout' };
  const descriptor = descriptorOf(output);
  if (descriptor !== null) {
    fstatSync(descriptor);
    return { ...common, kind: 'descriptor' };
  }
  const found = await orNull(stat(output));
  if (output.endsWith('/') || output.endsWith(sep) || found?.isDirectory()) {
    throw usageError(`expected a file to write, found the folder ${output}; use --out-dir for it`);
  }
  if (found && !found.isFile()) return { ...common, kind: found.isFIFO() ? 'pipe' : 'device' };
  const input = found && inputs.get(identityOf(found));
  if (input) throw usageError(`${output} is the input ${input}, which would be lost; name another output`);
  return { ...common, kind: 'file', ...(await findPlace(output, args)) };
}

/** Where the file will be, once it is known that it can be made there. */
async function findPlace(
  output: string,
  { outDir, force, dryRun }: DestinationArguments,
): Promise<Pick<Destination, 'path' | 'exists'>> {
  const exists = (await orNull(lstat(output))) !== null;
  if (exists && !force) throw existsError(output);
  const wanted = dirname(output);
  const nearest = outDir === undefined ? wanted : await nearestFolder(wanted);
  if (nearest === wanted) {
    const path = await targetOf(output);
    await checkFolder(dirname(path), dryRun);
    return { path, exists };
  }
  const folder = await realpath(nearest);
  await checkFolder(folder, dryRun);
  return { path: join(folder, relative(nearest, output)), exists };
}

/** The first of the folders that hold it that is there, or it. */
async function nearestFolder(folder: string): Promise<string> {
  const found = await orNull(stat(folder)).catch((error) => {
    throw folderError(folder, error);
  });
  return found ? folder : nearestFolder(dirname(folder));
}

function usageError(message: string): LoecError {
  return new LoecError('E_USAGE', message);
}

export function existsError(output: string): LoecError {
  return new LoecError('E_OVERWRITE', `${output} exists; use --force to replace it, or give another name`);
}

/** Where symbolic links lead to, also those to what is not there. */
async function targetOf(path: string): Promise<string> {
  const target = await orNull(realpath(path));
  if (target !== null) return target;
  const folder = await realpath(dirname(path)).catch((error) => {
    throw folderError(dirname(path), error);
  });
  const link = await readlink(path).catch(() => null);
  return link === null ? join(folder, basename(path)) : targetOf(resolve(folder, link));
}

/** @param dryRun whether permissions are all that may be looked at */
async function checkFolder(folder: string, dryRun: boolean | undefined): Promise<void> {
  try {
    await (dryRun ? access(folder, constants.W_OK) : tryFolder(folder));
  } catch (error) {
    throw folderError(folder, error);
  }
}

/** Makes a file in it: what permissions say is not all that counts. */
async function tryFolder(folder: string): Promise<void> {
  const path = temporaryName(folder);
  addTemporary(path);
  try {
    await (await open(path, 'wx')).close();
    await rm(path);
  } finally {
    deleteTemporary(path);
  }
}

function folderError(folder: string, cause: unknown): LoecError {
  return new LoecError('E_INPUT', `the folder ${folder} can't be written into: ${reasonOf(cause)}`, {
    cause,
  });
}

/** An error of the file system as one of ours; others pass through. */
export function asWriteError(error: unknown, name: string): unknown {
  if (!isSystemError(error)) return error;
  return new LoecError('E_INPUT', `${name} can't be written: ${reasonOf(error)}`, { cause: error });
}
