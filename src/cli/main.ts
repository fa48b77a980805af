/** @file The command line: from arguments to an exit code. */

import createYargs, { type Argv } from 'yargs';
import { LoecError, optionError } from '../errors.ts';
import { version } from '../version.ts';
import { addManual, type Command } from './command.ts';
import { type Context, writeStdout } from './context.ts';
import { exitCodeOf, OK } from './exit-codes.ts';
import { DASH } from './input.ts';
import { addOptions, COMMON_OPTIONS, flagsOf } from './options.ts';
import { reportError } from './run-inputs.ts';

/** yargs drops a bare `-` (yargs-parser issue 381); it goes through under a name that no file has. */
const DASH_IN_DISGUISE = '\u0000-';

/** A value right behind the letter of its option; numbers are understood there. */
const GLUED = /^-(o(?!=)|q(?![=\d])).+$/;

interface CommandEntry {
  readonly description: string;
  readonly takesInputs: boolean;
  /** Commands are loaded when they are named. */
  readonly load: () => Promise<Command>;
}

const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  encode: {
    description: 'fit a field to each picture and write it as .loe',
    takesInputs: true,
    load: () => import('./commands/encode.ts'),
  },
  decode: {
    description: 'write .loe files as pictures, at any resolution',
    takesInputs: true,
    load: () => import('./commands/decode.ts'),
  },
  info: {
    description: 'tell what .loe files hold',
    takesInputs: true,
    load: () => import('./commands/info.ts'),
  },
  compare: {
    description: 'tell how far pictures are from an original',
    takesInputs: true,
    load: () => import('./commands/compare.ts'),
  },
  bench: {
    description: 'measure codecs on pictures and write a report',
    takesInputs: true,
    load: () => import('./commands/bench.ts'),
  },
  doctor: {
    description: 'tell what this machine can do',
    takesInputs: false,
    load: () => import('./commands/doctor.ts'),
  },
};

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
  checkShortOptions(argv);
  const disguised = argv.map((argument) => (argument === DASH ? DASH_IN_DISGUISE : argument));
  const program = createProgram(context, await commandsIn(argv));
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

/** yargs takes the letters of `-on.loe` for an option each. @throws LoecError E_USAGE */
function checkShortOptions(argv: readonly string[]): void {
  const end = argv.indexOf('--');
  const glued = argv.slice(0, end < 0 ? undefined : end).find((argument) => GLUED.test(argument));
  if (glued === undefined) return;
  const long = glued[1] === 'o' ? '--output' : '--quality';
  throw optionError(long, `its value after a space, as in ${glued.slice(0, 2)} ${glued.slice(2)},`, glued);
}

/** All that may be meant: which word is the command is for yargs to say. */
async function commandsIn(argv: readonly string[]): Promise<ReadonlyMap<string, Command>> {
  const named = Object.entries(COMMANDS).filter(([name]) => argv.includes(name));
  return new Map(await Promise.all(named.map(async ([name, { load }]) => [name, await load()] as const)));
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
  // Inputs are optional for yargs so that it complains about an unknown option first, and required by `withInputs`.
  for (const [name, { description, takesInputs }] of Object.entries(COMMANDS)) {
    const command = commands.get(name);
    const usage = takesInputs ? `${name} [inputs..]` : name;
    if (!command) program.command(usage, description);
    else {
      const { manual } = command;
      const describe = (yargs: Argv): Argv => addManual(yargs, name, manual);
      program.command(usage, description, describe, (given) => {
        const flags = flagsOf({ ...COMMON_OPTIONS, ...manual.options }, given);
        const args = { ...revealDashes(given), ...flags };
        throw new Choice(() => command.run(context, (takesInputs ? withInputs(args) : args) as never));
      });
    }
  }
  return addOptions(program, COMMON_OPTIONS)
    .version(version)
    .alias('help', 'h')
    .parserConfiguration({ 'parse-numbers': false })
    .demandCommand(1, 'expected a command: encode, decode, info, compare, bench or doctor')
    .strict()
    .recommendCommands()
    .wrap(Math.min(110, context.stderr.columns || 100))
    .exitProcess(false)
    .fail(fail);
}

/** yargs wraps what its own checks and our parsers throw; anything else is a fault and passes through. */
function fail(message: string, error: Error | undefined): never {
  if (error && error.name !== 'YError') throw error;
  const text = (error?.message ?? message).replaceAll(DASH_IN_DISGUISE, DASH);
  throw new LoecError('E_USAGE', `${text}; see --help`, { cause: error });
}

/** Inputs after `--` are left among the words that yargs made nothing of, behind the command's name. */
function withInputs(args: Record<string, unknown>): Record<string, unknown> {
  const { inputs = [], _: words } = args as { inputs?: string[]; _: string[] };
  const all = [...inputs, ...words.slice(1)];
  if (all.length === 0)
    throw new LoecError('E_USAGE', 'expected at least one file, or - for stdin; see --help');
  return { ...args, inputs: all };
}

function revealDashes(args: Record<string, unknown>): Record<string, unknown> {
  const reveal = (value: unknown): unknown => (value === DASH_IN_DISGUISE ? DASH : value);
  const entries = Object.entries(args).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(reveal) : reveal(value),
  ]);
  return Object.fromEntries(entries);
}
