/** @file `loec info`. */

import type { Argv } from 'yargs';
import { type Info, inspect } from '../../inspect.ts';
import { type CommonArguments, type Context, writeJson } from '../context.ts';
import { readInput } from '../input.ts';
import { runInputs } from '../run-inputs.ts';

export interface InfoArguments extends CommonArguments {
  readonly files: readonly string[];
}

export function infoOptions(yargs: Argv) {
  return yargs.positional('files', {
    type: 'string',
    array: true,
    demandOption: true,
    describe: '.loe files; - is stdin',
  });
}

/** @returns the exit code */
export function runInfo(context: Context, args: InfoArguments): Promise<number> {
  return runInputs(context, args, args.files, async (file) => {
    const info = inspect(await readInput(context, file));
    if (args.json) writeJson(context, { type: 'info', file, ...info });
    else context.stdout.write(describe(file, info));
  });
}

function describe(file: string, info: Info): string {
  const { width, height, channels, depth, bytes, bpp, preset, parameters, macPerPixel, weights } = info;
  const lines = [
    `${file}: loe version ${info.version}, ${width}x${height}, ${channels} channel${channels > 1 ? 's' : ''} of ${depth} bits`,
    `  ${bytes} bytes, ${bpp.toFixed(4)} bpp`,
    `  preset ${preset}, ${parameters} parameters (${weights}), ${macPerPixel} multiply-adds per pixel`,
    ...info.layers.map((layer, i) => `  layer ${i + 1}: ${layer}`),
    ...info.sections.map(({ type, bytes: size }) => `  section ${type}: ${size} bytes`),
  ];
  return `${lines.join('\n')}\n`;
}
