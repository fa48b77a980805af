/** @file What the command line asks for of one file, wherever it is made. */

import type { EncodeOptions } from '../../encode.ts';
import type { FileOptions } from '../../encode-file.ts';
import { givenOptions, limitsOf } from '../arguments/options.ts';
import { inputName } from '../files/input.ts';
import { ENCODER_OPTIONS, type EncodeArguments } from './options.ts';

export function fileOptionsOf(args: EncodeArguments, input: string): FileOptions {
  const given: EncodeOptions = givenOptions(ENCODER_OPTIONS, args);
  const { threads: _, ...options } = given;
  const { orient, verify = false } = args;
  return { options, orient, limits: limitsOf(args), verify, name: inputName(input) };
}
