/** @file JPEG XL by the programs of libjxl. */

import { integer, number } from '../../parsers.ts';
import { program } from '../needs.ts';
import { runCommand } from '../run-command.ts';
import { createCommandCodec } from './command-codec.ts';

export const jxl = createCommandCodec({
  id: 'jxl',
  depth: 16,
  needs: ['cjxl', 'djxl'].map((name) => program(name, 'libjxl-tools')),
  // d is the distance in just noticeable differences. From 20 on cjxl halves the picture, which bends the curve.
  parameters: { d: number(0, 25), q: number(0, 100), effort: integer(1, 10) },
  rates: ['d', 'q'],
  sweep: [0.5, 1, 2, 3, 5, 8, 12, 18].map((d) => ({ d })),
  extension: '.jxl',
  async version() {
    const [line = ''] = (
      await runCommand(['cjxl', '--version'], undefined, 'apt-get install libjxl-tools')
    ).split('\n');
    return line.trim();
  },
  encodeCommand: (picture, coded, { d, q, effort = 7 }) => {
    const rate = d === undefined ? ['-q', String(q)] : ['-d', String(d)];
    return ['cjxl', picture, coded, ...rate, '-e', String(effort)];
  },
  decodeCommand: (coded, picture) => ['djxl', coded, picture],
});
