/** @file `loec completion`. */

import { LoecError } from '../../errors.ts';
import type { Command, CommandEntry, Manual } from '../command.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { type Context, writeStdout } from '../context.ts';
import { OK } from '../exit-codes.ts';
import { loadPages, type Page } from '../pages.ts';

const SHELLS: ReadonlyMap<string, (pages: readonly Page[]) => string> = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
]);

interface CompletionArguments {
  readonly inputs: readonly string[];
}

const NAMES = [...SHELLS.keys()];

const manual: Manual = {
  synopsis: NAMES.join('|'),
  description:
    'Prints a script that completes commands, options, their values and names of files. The shell reads it once; loec is not started at each Tab.',
  inputs: { describe: 'the shell', values: NAMES },
  options: {},
  examples: [
    ['completion bash > ~/.local/share/bash-completion/completions/loec', 'from the next shell on'],
    ['completion zsh > ~/.zfunc/_loec', 'the same for zsh, where ~/.zfunc is in $fpath'],
    ['completion fish > ~/.config/fish/completions/loec.fish', 'and for fish'],
  ],
};

/** The command, which needs to know all of them. */
export function completionOf(commands: Readonly<Record<string, CommandEntry>>): Command {
  return { manual, run: (context, args: CompletionArguments) => run(context, args, commands) };
}

/** @returns the exit code @throws LoecError E_USAGE */
async function run(
  context: Context,
  { inputs }: CompletionArguments,
  commands: Readonly<Record<string, CommandEntry>>,
): Promise<number> {
  const [shell = '', ...others] = inputs;
  const complete = SHELLS.get(shell);
  if (!complete || others.length > 0) {
    const received = inputs.join(' ');
    throw new LoecError('E_USAGE', `expected one of ${NAMES.join(', ')}, received ${received}`);
  }
  await writeStdout(context, complete(await loadPages(commands)));
  return OK;
}
