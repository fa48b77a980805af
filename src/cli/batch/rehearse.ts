/** @file `--dry-run`: says on stdout what would be done. What would fail at its start fails here. */

import { type Context, writeJson, writeStdout } from '../context.ts';
import { checkReadable, inputName } from '../files/input.ts';
import { printable } from '../terminal/printable.ts';
import type { Job } from './jobs.ts';
import type { BatchArguments } from './options.ts';
import { type KnownInputs, placeOf } from './place.ts';
import { runInputs } from './run-inputs.ts';

/** @returns the exit code */
export function rehearse(
  context: Context,
  args: BatchArguments,
  jobs: readonly Job[],
  inputs: KnownInputs,
): Promise<number> {
  return runInputs(context, args, jobs, async (job) => {
    const { input, output } = job;
    const place = await placeOf(job, args, inputs);
    const skip = 'skip' in place ? place.skip : null;
    if (skip === null) await checkReadable(input);
    if (args.json) return writeJson(context, { type: 'plan', input, output, skip });
    const line = skip === null ? `${input} -> ${output}` : `${inputName(input)}: skipped, ${skip}`;
    return writeStdout(context, `${printable(line)}\n`);
  });
}
