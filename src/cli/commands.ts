/** @file The commands that there are. */

import type { CommandEntry } from './command.ts';

export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
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
  worker: {
    description: 'fit pictures of a queue that machines share',
    takesInputs: true,
    load: () => import('./commands/worker.ts'),
  },
  farm: {
    description: 'follow, fetch or cancel batches that encode has handed to a queue',
    takesInputs: true,
    load: () => import('./commands/farm.ts'),
  },
  doctor: {
    description: 'tell what this machine can do',
    takesInputs: false,
    load: () => import('./commands/doctor.ts'),
  },
  completion: {
    description: 'print what completes commands and options in a shell',
    takesInputs: true,
    load: async () => (await import('./commands/completion.ts')).completionOf(COMMANDS),
  },
};
