/** @file Inputs and the names of their outputs, as the command line has them. */

import { realpath } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { LoecError } from '../errors.ts';
import type { Context } from './context.ts';
import { descriptorOf } from './descriptors.ts';
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
  /** Whether the user named the output, and not only the folder for it. */
  readonly isNamed: boolean;
}

/** How a command names what it writes. */
export interface Naming {
  /** Of names that are made from the input's. */
  readonly extension: string;
  /** Whether a name is one of an output, and not of an input. */
  readonly isOutput: (name: string) => boolean;
  /** @throws LoecError E_USAGE for a name that says another format */
  readonly check: (name: string) => void;
}

/**
 * An output for each input: `--output`, or the input's name with `extension` in `--out-dir` or beside it; stdin goes to
 * stdout.
 * @throws LoecError E_USAGE
 */
export async function planJobs(context: Context, args: OutputArguments, naming: Naming): Promise<Job[]> {
  const { outDir } = args;
  const { inputs, output } = withOutputLast(args, naming);
  if (output !== undefined && outDir !== undefined) {
    throw new LoecError('E_USAGE', '--output and --out-dir exclude each other: give one');
  }
  if (output !== undefined && inputs.length > 1) {
    throw new LoecError('E_USAGE', `--output names one file for ${inputs.length} inputs; use --out-dir`);
  }
  if (output !== undefined) naming.check(output);
  const jobs = inputs.map((given) => {
    const input = descriptorOf(given) === 0 ? DASH : given;
    const isNamed = output !== undefined;
    return { input, output: output ?? defaultOutput(input, outDir, naming.extension), isNamed };
  });
  await checkDistinct(jobs);
  if (jobs.some((job) => job.output === DASH)) checkStdout(context, args.json);
  return jobs;
}

/** `in out` is understood as `in -o out` where the second name can be no input, since other codecs have it so. */
function withOutputLast(
  { inputs, output, outDir }: OutputArguments,
  { isOutput }: Naming,
): Pick<OutputArguments, 'inputs' | 'output'> {
  const last = inputs.at(-1) as string;
  const isHabit = inputs.length > 1 && output === undefined && outDir === undefined && isOutput(last);
  if (!isHabit) return { inputs, output: output !== undefined && descriptorOf(output) === 1 ? DASH : output };
  if (inputs.length === 2) return { inputs: inputs.slice(0, 1), output: last };
  const message = `${last} would be the output of ${inputs.length - 1} inputs; use --out-dir for a folder`;
  throw new LoecError('E_USAGE', message);
}

/** @throws LoecError E_USAGE for an input without a name of its own */
function defaultOutput(input: string, outDir: string | undefined, extension: string): string {
  if (input === DASH && outDir === undefined) return DASH;
  if (descriptorOf(input) !== null) throw new LoecError('E_USAGE', `name the output of ${input} with -o`);
  return join(outDir ?? dirname(input), `${parse(basename(inputName(input))).name}${extension}`);
}

async function checkDistinct(jobs: readonly Job[]): Promise<void> {
  const inputs = new Map<string, string>();
  for (const { input, output } of jobs) {
    const place = output === DASH ? DASH : await placeOf(output);
    const other = inputs.get(place);
    if (other !== undefined) {
      const name = output === DASH ? 'stdout' : output;
      const inputNames = `${inputName(other)} and ${inputName(input)}`;
      throw new LoecError('E_USAGE', `${inputNames} would both be written to ${name}`);
    }
    inputs.set(place, input);
  }
}

/** The path by which the file is known, through whatever links its folder was named. */
async function placeOf(output: string): Promise<string> {
  const folder = resolve(dirname(output));
  return join(await realpath(folder).catch(() => folder), basename(output));
}

function checkStdout({ stdout }: Context, json: boolean): void {
  if (json) throw new LoecError('E_USAGE', 'stdout takes either data or --json: name a file with -o');
  if (stdout.isTTY) {
    throw new LoecError('E_USAGE', 'data does not go to a terminal: redirect stdout or name a file with -o');
  }
}
