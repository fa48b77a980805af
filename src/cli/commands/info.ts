/** @file `loec info`. */

import { profileName } from '../../image/icc/name.ts';
import { type BesidesPicture, type Info, inspect, type PyramidInfo } from '../../inspect.ts';
import type { SampleMapping } from '../../samples/mapping.ts';
import { LIMIT_OPTIONS, type LimitArguments, limitsOf, SEARCH_OPTIONS } from '../arguments/options.ts';
import { runInputs } from '../batch/run-inputs.ts';
import type { Manual } from '../command.ts';
import { type CommonArguments, type Context, writeJson, writeStdout } from '../context.ts';
import { inputName, readInput } from '../files/input.ts';
import { findInputs, type InputArguments, LOE_FILES } from '../files/inputs.ts';
import { printable } from '../terminal/printable.ts';

type InfoArguments = CommonArguments & LimitArguments & InputArguments;

export const manual: Manual = {
  synopsis: '<inputs..> [options]',
  description: 'Tells what each file holds, without decoding it.',
  inputs: {
    describe: '.loe files, folders and quoted patterns of them; - is stdin',
    extensions: LOE_FILES.extensions,
  },
  options: { ...SEARCH_OPTIONS, ...LIMIT_OPTIONS },
  examples: [
    ['info photo.loe', 'size, field and sections'],
    ['info *.loe --json', 'the same for programs, one line per file'],
  ],
};

/**
 * @returns the exit code
 * @throws LoecError E_INPUT for a folder or pattern that holds nothing
 */
export async function run(context: Context, args: InfoArguments): Promise<number> {
  const jobs = await findInputs(args, LOE_FILES);
  return runInputs(context, args, jobs, async ({ input }) => {
    const limits = limitsOf(args);
    const info = inspect(await readInput(context, input, limits), { limits, signal: context.signal });
    if (args.json) {
      const profile = info.profile && { name: profileName(info.profile), bytes: info.profile.length };
      await writeJson(context, { type: 'info', file: input, ...info, profile });
    } else await writeStdout(context, describe(inputName(input), info));
  });
}

function describe(name: string, info: Info): string {
  const channels = `${info.channels} ${info.channels > 1 ? 'channels' : 'channel'}`;
  const lines = [
    `${name}: loe version ${info.version}, ${info.width}x${info.height}, ${channels} of ${info.depth} bits`,
    `  ${info.bytes} bytes, ${info.bpp.toFixed(4)} bpp`,
    `  colours: ${describeColours(info)}`,
    ...(info.colours === null ? describeField(info) : [`  preset ${info.preset}, ${info.colours} colours`]),
    ...(info.pyramid ? [describePyramid(info.pyramid)] : []),
    ...(info.start === null ? [] : [`  start seeded by ${info.start}`]),
    ...info.layers.map((layer, i) => `  layer ${i + 1}: ${layer}`),
    ...info.sections.map(({ type, bytes }) => `  section ${type}: ${bytes} bytes`),
    describeBesides(info.besides),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

/** What readers go by, of several the first. */
function describeColours({ display, profile }: Info): string {
  if (display.includes('cICP')) return 'as cICP says';
  if (profile) return `${profileName(profile)} (ICC profile, ${profile.length} bytes)`;
  if (display.includes('sRGB')) return 'sRGB';
  const others = display.filter((type) => type === 'gAMA' || type === 'cHRM');
  return others.length > 0 ? `as ${others.join(' and ')} say` : 'not said, which is sRGB';
}

function describeBesides({ header, weights, frames }: BesidesPicture): string {
  const parts = `header ${header}, weights ${weights}, frames ${frames}`;
  return `  besides the picture: ${header + weights + frames} bytes (${parts})`;
}

function describeSamples({ colours, low, high, alpha }: SampleMapping): string {
  const ofColour = `${colours} ${colours > 1 ? 'outputs' : 'output'} of colour, samples ${low} … ${high}`;
  return `  ${ofColour}${describeAlpha(alpha)}`;
}

function describeAlpha(alpha: SampleMapping['alpha']): string {
  switch (alpha.kind) {
    case 'none':
      return '';
    case 'constant':
      return `; alpha ${alpha.value} everywhere`;
    case 'mask':
      return '; alpha by a mask';
    case 'output':
      return '; 1 output of alpha';
  }
}

function describeField({ preset, parameters, weights, macPerPixel, samples }: Info): string[] {
  return [
    `  preset ${preset}, ${parameters} parameters (${weights})`,
    `  ${macPerPixel} multiply-adds per pixel`,
    ...(samples ? [describeSamples(samples)] : []),
  ];
}

function describePyramid({ grids, filters, neighbours, coarser, contextWidth, start }: PyramidInfo): string {
  const context = `context model ${contextWidth} wide of ${neighbours} + ${coarser} latents`;
  return `  pyramid of ${grids} grids, ${filters} filters, ${context}, start ${start}`;
}
