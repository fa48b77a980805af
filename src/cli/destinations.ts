/** @file Where outputs go, decided and checked before any work begins: what would fail at the end fails at the start. */

import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { LoecError } from '../errors.ts';
import type { Context } from './context.ts';
import { DASH, inputName } from './input.ts';

export interface OutputArguments {
  readonly inputs: readonly string[];
  readonly output?: string | undefined;
  readonly outDir?: string | undefined;
  readonly force: boolean;
  readonly json: boolean;
}

/** One input and where its result goes. */
export interface Job {
  readonly input: string;
  readonly output: string;
}

/**
 * An output for each input: `--output`, or the input's name with `extension` in `--out-dir` or beside it; stdin goes to
 * stdout.
 * @throws LoecError E_USAGE
 */
export function planJobs(context: Context, args: OutputArguments, extension: string): Job[] {
  const { inputs, output, outDir } = args;
  if (output !== undefined && outDir !== undefined) {
    throw new LoecError('E_USAGE', '--output and --out-dir exclude each other: give one');
  }
  if (output !== undefined && inputs.length > 1) {
    throw new LoecError('E_USAGE', `--output names one file for ${inputs.length} inputs; use --out-dir`);
  }
  const jobs = inputs.map((input) => ({ input, output: output ?? defaultOutput(input, outDir, extension) }));
  checkDistinct(jobs);
  if (jobs.some((job) => job.output === DASH)) checkStdout(context, args.json);
  return jobs;
}

function defaultOutput(input: string, outDir: string | undefined, extension: string): string {
  if (input === DASH && outDir === undefined) return DASH;
  return join(outDir ?? dirname(input), `${parse(basename(inputName(input))).name}${extension}`);
}

function checkDistinct(jobs: readonly Job[]): void {
  const inputs = new Map<string, string>();
  for (const { input, output } of jobs) {
    const place = output === DASH ? DASH : resolve(output);
    const other = inputs.get(place);
    if (other !== undefined) {
      const name = output === DASH ? 'stdout' : output;
      const inputNames = `${inputName(other)} and ${inputName(input)}`;
      throw new LoecError('E_USAGE', `${inputNames} would both be written to ${name}`);
    }
    inputs.set(place, input);
  }
}

function checkStdout({ stdout }: Context, json: boolean): void {
  if (json) throw new LoecError('E_USAGE', 'stdout takes either data or --json: name a file with -o');
  if (stdout.isTTY) {
    throw new LoecError('E_USAGE', 'data does not go to a terminal: redirect stdout or name a file with -o');
  }
}

/** @throws LoecError E_OVERWRITE, E_USAGE for a folder, E_INPUT for a place that can't be written */
export async function checkDestination(output: string, { outDir, force }: OutputArguments): Promise<void> {
  if (output === DASH) return;
  const kind = await kindOf(output);
  if (kind === 'device') return;
  if (kind === 'folder') {
    const message = `expected a file to write, found the folder ${output}; use --out-dir for it`;
    throw new LoecError('E_USAGE', message);
  }
  if (kind === 'file' && !force) {
    throw new LoecError('E_OVERWRITE', `${output} exists; use --force to replace it or -o for another name`);
  }
  await checkFolder(dirname(output), outDir !== undefined);
}

async function checkFolder(folder: string, create: boolean): Promise<void> {
  try {
    if (create) await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    const { message } = cause as Error;
    throw new LoecError('E_INPUT', `the folder ${folder} can't be written into: ${message}`, { cause });
  }
}

/** What stands at a path. Devices, pipes and sockets (`/dev/null`) can't be replaced, only written to. */
export async function kindOf(path: string): Promise<'file' | 'folder' | 'device' | 'nothing'> {
  const found = await stat(path).catch(() => null);
  if (!found) return 'nothing';
  if (found.isDirectory()) return 'folder';
  return found.isFile() ? 'file' : 'device';
}
