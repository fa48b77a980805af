/** @file The command line: from arguments to an exit code. */

import { createRequire } from 'node:module';
import createYargs, { type Argv } from 'yargs';
import { LoecError } from '../errors.ts';
import { type DecodeArguments, decodeOptions, runDecode } from './commands/decode.ts';
import { runDoctor } from './commands/doctor.ts';
import { type EncodeArguments, encodeOptions, runEncode } from './commands/encode.ts';
import { type InfoArguments, infoOptions, runInfo } from './commands/info.ts';
import type { CommonArguments, Context } from './context.ts';
import { exitCodeOf, OK } from './exit-codes.ts';
import { DASH } from './input.ts';
import { reportError } from './run-inputs.ts';

/** yargs drops a bare `-`; it goes through under a name that no file has. */
const DASH_IN_DISGUISE = '\u0000-';

/** @param argv arguments after the program's name */
export async function main(argv: readonly string[], context: Context): Promise<number> {
  let exitCode = OK;
  const finish = async (work: Promise<number>): Promise<void> => {
    exitCode = await work;
  };
  const program = createYargs()
    .scriptName('loec')
    .usage('$0 <command>\n\nAn image codec made of neural fields.')
    .command('encode <inputs..>', 'fit a field to each picture and write it as .loe', encodeOptions, (args) =>
      finish(runEncode(context, revealDashes(args) as unknown as EncodeArguments)),
    )
    .command('decode <inputs..>', 'write .loe files as PNG, at any resolution', decodeOptions, (args) =>
      finish(runDecode(context, revealDashes(args) as unknown as DecodeArguments)),
    )
    .command('info <files..>', 'tell what .loe files hold', infoOptions, (args) =>
      finish(runInfo(context, revealDashes(args) as unknown as InfoArguments)),
    )
    .command(
      'doctor',
      'tell what this machine can do',
      (yargs: Argv) => yargs,
      (args) => finish(runDoctor(context, args as unknown as CommonArguments)),
    )
    .option('json', {
      type: 'boolean',
      default: false,
      global: true,
      describe: 'one JSON object per line on stdout',
    })
    .option('quiet', { type: 'boolean', default: false, global: true, describe: 'no progress, no summary' })
    .option('verbose', {
      alias: 'v',
      type: 'boolean',
      default: false,
      global: true,
      describe: 'more on failures',
    })
    .version(version())
    .help()
    .alias('help', 'h')
    .demandCommand(1, 'expected a command: encode, decode, info or doctor')
    .strict()
    .recommendCommands()
    .wrap(Math.min(110, context.stderr.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      // yargs wraps what its own checks and our number parsers throw; anything else comes from a command.
      if (error && error.name !== 'YError') throw error;
      throw new LoecError('E_USAGE', `${error?.message ?? message}; see loec --help`, { cause: error });
    });
  try {
    await program.parse(
      argv.map((argument) => (argument === DASH ? DASH_IN_DISGUISE : argument)),
      {},
      print(context),
    );
  } catch (error) {
    reportError(context, error, argv.includes('--verbose') || argv.includes('-v'));
    return exitCodeOf(error);
  }
  return exitCode;
}

/** Help and version go where data goes. */
function print(context: Context) {
  return (_error: unknown, _args: unknown, output: string): void => {
    if (output) context.stdout.write(`${output}\n`);
  };
}

/** Undoes the disguise of `-` in positionals and `--output`. */
function revealDashes(args: Record<string, unknown>): Record<string, unknown> {
  const reveal = (value: unknown): unknown => (value === DASH_IN_DISGUISE ? DASH : value);
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(reveal) : reveal(value),
    ]),
  );
}

/** package.json stands one folder further up in the built package than in the source. */
function version(): string {
  const require = createRequire(import.meta.url);
  const up = import.meta.url.endsWith('.ts') ? '../..' : '../../..';
  return (require(`${up}/package.json`) as { version: string }).version;
}
