/** @file The command line: from arguments to an exit code. */

import createYargs, { type Argv } from 'yargs';
import { LoecError } from '../errors.ts';
import { version } from '../version.ts';
import { checkArguments, checkCommand } from './arguments/check-arguments.ts';
import { addOptions, COMMON_OPTIONS, GENERAL_OPTIONS, type OptionTable } from './arguments/options.ts';
import { completeArguments, DASH_IN_DISGUISE } from './arguments/parsed.ts';
import { reportError } from './batch/failures.ts';
import { addManual, type Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { type Context, writeStdout } from './context.ts';
import { exitCodeOf, OK } from './exit-codes.ts';
import { DASH } from './files/input.ts';

/** Thrown by what yargs calls for a command: had it returned, yargs would write the whole help, which takes a decode 0.03 s. */
class Choice {
  readonly run: () => Promise<number>;

  constructor(run: () => Promise<number>) {
    this.run = run;
  }
}

/**
 * @param argv arguments after the program's name
 * @returns the exit code
 */
export async function main(argv: readonly string[], context: Context): Promise<number> {
  try {
    const run = await choose(argv, context);
    return run ? await run() : OK;
  } catch (error) {
    reportError(context, error, argv.includes('--verbose') || argv.includes('-v'));
    return exitCodeOf(error, context.signal);
  }
}

/** @returns nothing where all there was to do was to write help or the version */
async function choose(
  argv: readonly string[],
  context: Context,
): Promise<(() => Promise<number>) | undefined> {
  const commands = await commandsIn(argv);
  check(argv, commands);
  const disguised = argv.map((argument) => (argument === DASH ? DASH_IN_DISGUISE : argument));
  const program = createProgram(context, commands);
  let help = '';
  try {
    await program.parse(disguised, {}, (_error: unknown, _args: unknown, text: string) => {
      help = text;
    });
    // Help and version go where data goes.
    if (help) await writeStdout(context, `${help}\n`);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Choice) return thrown.run;
    throw thrown;
  }
}

/** All that may be meant: which word is the command is for yargs to say. */
async function commandsIn(argv: readonly string[]): Promise<ReadonlyMap<string, Command>> {
  const named = Object.entries(COMMANDS).filter(([name]) => argv.includes(name));
  return new Map(await Promise.all(named.map(async ([name, { load }]) => [name, await load()] as const)));
}

/** @throws LoecError E_USAGE */
function check(argv: readonly string[], commands: ReadonlyMap<string, Command>): void {
  if (commands.size === 0) {
    checkCommand(argv, Object.keys(COMMANDS));
    return;
  }
  const tables = [...commands.values()].map(({ manual }) => manual.options);
  const table: OptionTable = Object.assign({}, ...tables, GENERAL_OPTIONS);
  checkArguments(argv, [...commands.keys()].join(' and '), table);
}

/** @param commands those loaded; of the others only the help tells */
function createProgram(context: Context, commands: ReadonlyMap<string, Command>) {
  const program = createYargs()
    .scriptName('loec')
    // Of the user's language yargs would have a few words, and the rest is ours.
    .locale('en')
    .usage(
      '$0 <command> [options]\n\nAn image codec made of neural fields. Each command has its own --help.',
    );
  // Inputs are optional for yargs so that it complains about an unknown option first, and required by `completeArguments`.
  for (const [name, { description, takesInputs }] of Object.entries(COMMANDS)) {
    const command = commands.get(name);
    const usage = takesInputs ? `${name} [inputs..]` : name;
    if (!command) program.command(usage, description);
    else {
      const { manual } = command;
      const describe = (yargs: Argv): Argv => addManual(yargs, name, manual);
      program.command(usage, description, describe, (given) => {
        throw new Choice(() => runCommand(context, name, command, given));
      });
    }
  }
  return addOptions(program, COMMON_OPTIONS)
    .version(version)
    .alias('help', 'h')
    .parserConfiguration({ 'parse-numbers': false })
    .demandCommand(1, `expected one of the commands ${Object.keys(COMMANDS).join(', ')}`)
    .strict()
    .recommendCommands()
    .wrap(Math.min(110, context.stderr.columns || 100))
    .exitProcess(false)
    .fail(fail);
}

async function runCommand(
  context: Context,
  name: string,
  { manual, run }: Command,
  given: Readonly<Record<string, unknown>>,
): Promise<number> {
  const { args, added } = completeArguments(context, name, manual, given);
  try {
    return await run(context, args as never);
  } catch (error) {
    // What the user did not write may be what is wrong.
    if (!added || !(error instanceof LoecError) || error.code !== 'E_USAGE') throw error;
    throw new LoecError('E_USAGE', `${error.message}; ${added}`, { cause: error });
  }
}

/** yargs wraps what its own checks and our parsers throw; anything else is a fault and passes through. */
function fail(message: string, error: Error | undefined): never {
  if (error && error.name !== 'YError') throw error;
  const text = (error?.message ?? message)
    .replaceAll(DASH_IN_DISGUISE, DASH)
    .replace(/^Not enough arguments following: (\w)$/, 'expected a value after -$1')
    .replace(/^Not enough arguments following: (.+)$/, 'expected a value after --$1');
  throw new LoecError('E_USAGE', `${text}; see --help`, { cause: error });
}
