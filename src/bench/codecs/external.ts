/**
 * @file Any program as a codec, as `external:NAME=CMD` names it. The bench runs
 *
 *     CMD encode INPUT.png OUTPUT SETTING
 *     CMD decode OUTPUT DECODED.png
 *
 * without a shell, CMD split at its spaces. SETTING is a value of the parameter `q`, which can be any text. INPUT.png has 1
 * to 4 channels of 8 or 16 bits and no profile; DECODED.png must have its size and depth. OUTPUT is what is weighed.
 * Exit code 0 is success; else the first line of stderr goes into the results. Paths are absolute, in a folder that goes away.
 */

import { optionError } from '../../errors.ts';
import { anyText } from '../../parsers.ts';
import type { BenchCodec } from '../codec.ts';
import { program } from '../needs.ts';
import { commandWords } from '../run-command.ts';
import { createCommandCodec } from './command-codec.ts';

const NAME_AND_COMMAND = /^([A-Za-z0-9._-]+)=(.*)$/;

/**
 * @param text `NAME=CMD`
 * @throws LoecError E_USAGE
 */
export function createExternalCodec(text: string): BenchCodec {
  const [, id = '', command = ''] = NAME_AND_COMMAND.exec(text) ?? [];
  const words = commandWords(command);
  if (words.length === 0) {
    throw optionError('--codec', 'external:NAME=CMD, NAME of letters, digits and ._-', `external:${text}`);
  }
  return createCommandCodec({
    id,
    depth: 16,
    needs: [program(words[0] as string)],
    parameters: { q: anyText('a setting of the command') },
    rates: ['q'],
    sweep: [],
    extension: '.bin',
    version: async () => command,
    encodeCommand: (picture, coded, { q }) => [...words, 'encode', picture, coded, String(q)],
    decodeCommand: (coded, picture) => [...words, 'decode', coded, picture],
  });
}
