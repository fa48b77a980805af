/** @file Inputs and the names of their outputs, as the command line has them. */

import { realpath } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve, sep } from 'node:path';
import { LoecError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { descriptorOf } from '../files/descriptors.ts';
import { DASH, inputName } from '../files/input.ts';
import {
  type FoundInput,
  findInputs,
  type InputArguments,
  type InputKind,
  isSearched,
} from '../files/inputs.ts';

export interface OutputArguments extends InputArguments {
  readonly output?: string | undefined;
  readonly outDir?: string | undefined;
  /** What stands before the extension in names that are made from the input's. */
  readonly suffix?: string | undefined;
  /** Whether such names have the input's extension, too. */
  readonly keepExtension?: boolean | undefined;
  readonly force: boolean;
  readonly json: boolean;
}

/** One input and where its result goes. */
export interface Job {
  readonly input: string;
  readonly output: string;
  /** Whether the user named the output, and not only the folder for it. */
  readonly isNamed: boolean;
}

/** How a command names what it writes. */
export interface Naming {
  /** What it reads. */
  readonly inputs: InputKind;
  /** Of names that are made from the input's. */
  readonly extension: string;
  /** Whether a name is one of an output, and not of an input. */
  readonly isOutput: (name: string) => boolean;
  /** @throws LoecError E_USAGE for a name that says another format */
  readonly check: (name: string) => void;
}

/**
 * An output for each input: `--output`, or the input's name with `extension` in `--out-dir` or beside it; stdin goes to
 * stdout. What was found in a folder or by a pattern lies in `--out-dir` as it lay there.
 * @throws LoecError E_USAGE, or E_INPUT for a folder or pattern that holds nothing
 */
export async function planJobs(context: Context, args: OutputArguments, naming: Naming): Promise<Job[]> {
  const { inputs: names, output } = await withOutputLast(args, naming);
  checkNaming(args, output);
  if (output !== undefined) naming.check(output);
  const inputs = await findInputs({ ...args, inputs: names }, naming.inputs);
  if (output !== undefined && inputs.length > 1) {
    throw new LoecError('E_USAGE', `--output names one file for ${inputs.length} inputs; use --out-dir`);
  }
  const jobs = inputs.map((found) => ({
    input: found.input,
    output: output ?? defaultOutput(found, args, naming.extension),
    isNamed: output !== undefined,
  }));
  await checkDistinct(jobs);
  if (jobs.some((job) => job.output === DASH)) checkStdout(context, args.json);
  return jobs;
}

/** `in out` is understood as `in -o out` where the second name can be no input, since other codecs have it so. */
async function withOutputLast(
  { inputs: given, output, outDir }: OutputArguments,
  { isOutput }: Naming,
): Promise<Pick<OutputArguments, 'inputs' | 'output'>> {
  const inputs = given.map((name) => (descriptorOf(name) === 0 ? DASH : name));
  const last = inputs.at(-1) as string;
  const isUnnamed = inputs.length > 1 && output === undefined && outDir === undefined;
  const isHabit = isUnnamed && isOutput(last) && !(await isSearched(last));
  if (!isHabit) return { inputs, output: output !== undefined && descriptorOf(output) === 1 ? DASH : output };
  if (inputs.length === 2) return { inputs: inputs.slice(0, 1), output: last };
  const message = `${last} would be the output of ${inputs.length - 1} inputs; use --out-dir for a folder`;
  throw new LoecError('E_USAGE', message);
}

/** @throws LoecError E_USAGE where a name is given and what names are made of as well */
function checkNaming({ outDir, suffix, keepExtension }: OutputArguments, output: string | undefined): void {
  const others = { '--out-dir': outDir, '--suffix': suffix, '--keep-extension': keepExtension || undefined };
  for (const [option, value] of Object.entries(others)) {
    if (output === undefined || value === undefined) continue;
    throw new LoecError('E_USAGE', `--output and ${option} exclude each other: give one`);
  }
}

/** @throws LoecError E_USAGE for an input without a name of its own */
function defaultOutput(
  { input, below }: FoundInput,
  { outDir, suffix = '', keepExtension }: OutputArguments,
  extension: string,
): string {
  if (input === DASH && outDir === undefined) return DASH;
  if (descriptorOf(input) !== null) throw new LoecError('E_USAGE', `name the output of ${input} with -o`);
  const { name, base } = parse(basename(inputName(input)));
  const folder = outDir === undefined ? dirname(input) : join(outDir, below);
  return join(folder, `${keepExtension ? base : name}${suffix}${extension}`);
}

/** @throws LoecError E_USAGE that names the first two inputs of one output, and tells how many more there are */
async function checkDistinct(jobs: readonly Job[]): Promise<void> {
  const places = new PlaceNames();
  const inputs = new Map<string, string>();
  const clashes: Clash[] = [];
  for (const { input, output } of jobs) {
    const place = await places.of(output);
    const other = inputs.get(place);
    if (other === undefined) inputs.set(place, input);
    else clashes.push({ inputs: [other, input], output });
  }
  const [first] = clashes;
  if (first) throw new LoecError('E_USAGE', describeClash(first, clashes.length - 1));
}

interface Clash {
  readonly inputs: readonly [string, string];
  readonly output: string;
}

function describeClash({ inputs: [a, b], output }: Clash, others: number): string {
  const target = output === DASH ? 'stdout' : output;
  const more = others > 0 ? ` (and ${others} more such pairs)` : '';
  const what = `${inputName(a)} and ${inputName(b)} would both be written to ${target}${more}`;
  if (a === b || output === DASH) return what;
  return basename(a) === basename(b)
    ? `${what}; name the folder that holds both, with --recursive, and --out-dir has its tree`
    : `${what}; with --keep-extension it is ${basename(a)}${parse(output).ext} and ${basename(b)}${parse(output).ext}`;
}

/** As file systems of these usually do. */
const IGNORES_CASE = process.platform === 'win32' || process.platform === 'darwin';

/** Paths by which files are known, through whatever links their folders were named. */
export class PlaceNames {
  readonly #folders = new Map<string, string>();

  async of(output: string): Promise<string> {
    if (output === DASH) return DASH;
    const folder = dirname(output);
    const real = this.#folders.get(folder) ?? (await realpath(folder).catch(() => resolve(folder)));
    this.#folders.set(folder, real);
    const place = `${real}${sep}${basename(output)}`;
    return IGNORES_CASE ? place.toLowerCase() : place;
  }
}

function checkStdout({ stdout }: Context, json: boolean): void {
  if (json) throw new LoecError('E_USAGE', 'stdout takes either data or --json: name a file with -o');
  if (stdout.isTTY) {
    throw new LoecError('E_USAGE', 'data does not go to a terminal: redirect stdout or name a file with -o');
  }
}
