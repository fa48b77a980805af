/** @file Where an output goes, checked before any work begins: what would fail at the end fails at the start. */

import { fstatSync } from 'node:fs';
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { LoecError } from '../../errors.ts';
import type { Job, OutputArguments } from '../batch/jobs.ts';
import { descriptorOf } from './descriptors.ts';
import { isSystemError, orNull, reasonOf } from './file-errors.ts';
import { Folders, folderError, nearestFolder } from './folders.ts';
import { DASH } from './input.ts';
import { type InputFiles, identityOf } from './input-stats.ts';

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

interface DestinationArguments extends Pick<OutputArguments, 'outDir' | 'force'> {
  /** Whether nothing may be written, not even to see whether it can be. */
  readonly dryRun?: boolean | undefined;
}

/**
 * @param folders that have been tried
 * @throws LoecError E_OVERWRITE, E_USAGE for a folder and for an input, E_INPUT for a place that can't be written
 */
export async function checkDestination(
  { output }: Pick<Job, 'output'>,
  args: DestinationArguments,
  inputs: InputFiles,
  folders = new Folders(),
): Promise<Destination> {
  const name = output === DASH ? 'stdout' : output;
  try {
    return await findDestination(name, output, args, inputs, folders);
  } catch (error) {
    throw asWriteError(error, name);
  }
}

async function findDestination(
  name: string,
  output: string,
  args: DestinationArguments,
  inputs: InputFiles,
  folders: Folders,
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
  return { ...common, kind: 'file', ...(await findPlace(output, args, folders)) };
}

/** Where the file will be, once it is known that it can be made there. */
async function findPlace(
  output: string,
  { outDir, force, dryRun }: DestinationArguments,
  folders: Folders,
): Promise<Pick<Destination, 'path' | 'exists'>> {
  const exists = (await orNull(lstat(output))) !== null;
  if (exists && !force) throw existsError(output);
  const wanted = dirname(output);
  const nearest = outDir === undefined ? wanted : await nearestFolder(wanted);
  if (nearest === wanted) {
    const path = await targetOf(output);
    await folders.check(dirname(path), dryRun);
    return { path, exists };
  }
  const folder = await realpath(nearest);
  await folders.check(folder, dryRun);
  return { path: join(folder, relative(nearest, output)), exists };
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

/** An error of the file system as one of ours; others pass through. */
export function asWriteError(error: unknown, name: string): unknown {
  if (!isSystemError(error)) return error;
  return new LoecError('E_INPUT', `${name} can't be written: ${reasonOf(error)}`, { cause: error });
}
