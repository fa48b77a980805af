/** @file The options of commands that make a file of each input. */

import { integer, type Parser, path } from '../../parsers.ts';
import { inGroup, type OptionTable, OUTPUT_OPTIONS, SEARCH_OPTIONS } from '../arguments/options.ts';
import type { CommonArguments } from '../context.ts';
import type { SharingArguments } from './cores.ts';
import type { OutputArguments } from './jobs.ts';
import type { RunArguments } from './run-inputs.ts';
import type { SkipArguments } from './skips.ts';

export type BatchArguments = CommonArguments &
  OutputArguments &
  SkipArguments &
  SharingArguments &
  RunArguments & {
    readonly dryRun?: boolean | undefined;
    /** Whether outputs have the times and permissions of their inputs. */
    readonly preserve?: boolean | undefined;
    /** The file to write of all that was done. */
    readonly report?: string | undefined;
  };

/** Files stay in the folder that they are meant for. */
const suffix: Parser<string> = {
  expected: 'a text without / and \\',
  parse: (given) => (/^[^/\\\0]+$/.test(given) ? given : undefined),
};

/** Where results go. */
export const BATCH_OUTPUT_OPTIONS: OptionTable = {
  ...OUTPUT_OPTIONS,
  ...inGroup('Output:', {
    suffix: { describe: 'what names have before the extension, like .small', parser: suffix, terse: true },
    'keep-extension': { describe: "keep the input's extension in the name: photo.jpg.loe", flag: 'off' },
    preserve: { describe: 'give files the times and permissions of their inputs', flag: 'off' },
  }),
};

/** How many inputs are worked on. */
export const BATCH_OPTIONS: OptionTable = {
  ...SEARCH_OPTIONS,
  ...inGroup('Many files:', {
    jobs: {
      alias: 'j',
      describe: 'pictures at a time; files do not depend on it',
      parser: integer(1, 256),
      byDefault: 'as many small ones as there are cores, large ones one by one',
    },
    'skip-existing': { describe: 'leave outputs that exist as they are, without an error', flag: 'off' },
    update: {
      describe: 'leave outputs that are newer than their inputs, and replace older ones',
      flag: 'off',
    },
    'fail-fast': { describe: 'begin nothing more after a failure', flag: 'off' },
    'dry-run': { describe: 'say what would be done, and write nothing', flag: 'off' },
    report: { describe: 'a table of all inputs to write, .csv or .json', parser: path, terse: true },
  }),
};
