/** @file The command line: from arguments to an exit code. */

import createYargs from 'yargs';
import { LoecError } from '../errors.ts';
import { version } from '../version.ts';
import { type BenchArguments, benchOptions, runBenchCommand } from './commands/bench.ts';
import { type DecodeArguments, decodeOptions, runDecode } from './commands/decode.ts';
import { doctorOptions, runDoctor } from './commands/doctor.ts';
import { type EncodeArguments, encodeOptions, runEncode } from './commands/encode.ts';
import { type InfoArguments, infoOptions, runInfo } from './commands/info.ts';
import type { CommonArguments, Context } from './context.ts';
import { exitCodeOf, OK } from './exit-codes.ts';
import { DASH } from './input.ts';
import { reportError } from './run-inputs.ts';

/** yargs drops a bare `-` (yargs-parser issue 381); it goes through under a name that no file has. */
const DASH_IN_DISGUISE = '\u0000-';

/** How a command is run: what yargs parsed comes in, an exit code comes out. */
type Run = (args: Record<string, unknown>) => Promise<number>;

/**
 * @param argv arguments after the program's name
 * @returns the exit code
 */
export async function main(argv: readonly string[], context: Context): Promise<number> {
  let exitCode = OK;
  const finishWith = (run: Run) => async (args: Record<string, unknown>) => {
    exitCode = await run(revealDashes(args));
  };
  const disguised = argv.map((argument) => (argument === DASH ? DASH_IN_DISGUISE : argument));
  try {
    await createProgram(context, finishWith).parse(
      disguised,
      {},
      (_error: unknown, _args: unknown, text: string) => {
        // Help and version go where data goes.
        if (text) context.stdout.write(`${text}\n`);
      },
    );
    return exitCode;
  } catch (error) {
    reportError(context, error, argv.includes('--verbose') || argv.includes('-v'));
    return exitCodeOf(error);
  }
}

function createProgram(
  context: Context,
  finishWith: (run: Run) => (args: Record<string, unknown>) => Promise<void>,
) {
  // Inputs are optional for yargs so that it complains about an unknown option first, and required by `withInputs`.
  return createYargs()
    .scriptName('loec')
    .usage('$0 <command> [options]\n\nAn image codec made of neural fields. Each command has its own --help.')
    .command(
      'encode [inputs..]',
      'fit a field to each picture and write it as .loe',
      encodeOptions,
      finishWith((args) => runEncode(context, withInputs<EncodeArguments>(args))),
    )
    .command(
      'decode [inputs..]',
      'write .loe files as PNG, at any resolution',
      decodeOptions,
      finishWith((args) => runDecode(context, withInputs<DecodeArguments>(args))),
    )
    .command(
      'info [inputs..]',
      'tell what .loe files hold',
      infoOptions,
      finishWith((args) => runInfo(context, withInputs<InfoArguments>(args))),
    )
    .command(
      'bench [inputs..]',
      'measure codecs on pictures and write a report',
      benchOptions,
      finishWith((args) => runBenchCommand(context, withInputs<BenchArguments>(args))),
    )
    .command(
      'doctor',
      'tell what this machine can do',
      doctorOptions,
      finishWith((args) => runDoctor(context, args as unknown as CommonArguments)),
    )
    .options(COMMON_OPTIONS)
    .version(version())
    .alias('help', 'h')
    .parserConfiguration({ 'parse-numbers': false })
    .demandCommand(1, 'expected a command: encode, decode, info, bench or doctor')
    .strict()
    .recommendCommands()
    .wrap(Math.min(110, context.stderr.columns || 100))
    .exitProcess(false)
    .fail(fail);
}

const COMMON_OPTIONS = {
  json: { type: 'boolean', default: false, describe: 'one JSON object per line on stdout' },
  quiet: { type: 'boolean', default: false, describe: 'no progress and no summary; errors remain' },
  verbose: { alias: 'v', type: 'boolean', default: false, describe: 'stack traces of internal errors' },
} as const;

/** yargs wraps what its own checks and our parsers throw; anything else comes from a command and passes through. */
function fail(message: string, error: Error | undefined): never {
  if (error && error.name !== 'YError') throw error;
  const text = (error?.message ?? message).replaceAll(DASH_IN_DISGUISE, DASH);
  throw new LoecError('E_USAGE', `${text}; see --help`, { cause: error });
}

/** Inputs after `--` are left among the words that yargs made nothing of, behind the command's name. */
function withInputs<Arguments>(args: Record<string, unknown>): Arguments {
  const { inputs = [], _: words } = args as { inputs?: string[]; _: string[] };
  const all = [...inputs, ...words.slice(1)];
  if (all.length === 0)
    throw new LoecError('E_USAGE', 'expected at least one file, or - for stdin; see --help');
  return { ...args, inputs: all } as Arguments;
}

function revealDashes(args: Record<string, unknown>): Record<string, unknown> {
  const reveal = (value: unknown): unknown => (value === DASH_IN_DISGUISE ? DASH : value);
  const entries = Object.entries(args).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(reveal) : reveal(value),
  ]);
  return Object.fromEntries(entries);
}
