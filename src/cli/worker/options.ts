/** @file The options of `loec worker`. */

import type { EngineName } from '../../engine/names.ts';
import { ENGINE_NAMES } from '../../engine/names.ts';
import { isFarmName } from '../../farm/address.ts';
import { ADDRESS_PREFIX_EXPECTED, parsePrefix } from '../../farm/transfer/allowed-address.ts';
import { RANGES } from '../../fit/options.ts';
import type { Limits } from '../../limits.ts';
import { folder, inRange, integer, limitList, number, oneOf, type Parser } from '../../parsers.ts';
import { inGroup, type OptionTable } from '../arguments/options.ts';
import type { CommonArguments } from '../context.ts';

export type WorkerArguments = CommonArguments & {
  /** The address of the queue, where it was typed. */
  readonly inputs: readonly string[];
  readonly concurrency?: number | undefined;
  readonly threads?: number | undefined;
  readonly engine?: 'auto' | EngineName | undefined;
  readonly name?: string | undefined;
  readonly root?: string | undefined;
  readonly allowAddress?: readonly URL[] | undefined;
  readonly effortLimit?: number | undefined;
  readonly limit?: Partial<Limits> | undefined;
  /** Seconds. */
  readonly timeLimit?: number | undefined;
  readonly metricsPort?: number | undefined;
  readonly metricsHost?: string | undefined;
  /** Seconds. */
  readonly lock?: number | undefined;
  /** Seconds. */
  readonly grace?: number | undefined;
};

/** What holds where an option is not given. */
export const DEFAULTS = {
  effortLimit: 9,
  timeLimit: 7200,
  metricsHost: '127.0.0.1',
  lock: 15,
  grace: 25,
} as const;

const name: Parser<string> = {
  expected: 'up to 64 letters, digits, dots, - and _',
  parse: (text) => (isFarmName(text) ? text : undefined),
};

const prefixes: Parser<readonly URL[]> = {
  expected: `${ADDRESS_PREFIX_EXPECTED}, several with commas between`,
  parse: (text) => {
    const urls = text.split(',').map(parsePrefix);
    return urls.includes(undefined) ? undefined : (urls as URL[]);
  },
};

const host: Parser<string> = {
  expected: 'a name or number of this machine',
  parse: (text) => text || undefined,
};

export const WORKER_OPTIONS: OptionTable = {
  ...inGroup('Work:', {
    concurrency: {
      describe: 'pictures at a time, each in a process of its own',
      parser: integer(1, 256),
      byDefault: 'as many as there are cores for, 1 with a GPU',
    },
    threads: {
      describe: 'threads on the CPU for each picture',
      parser: inRange(RANGES.threads),
      byDefault: 'the cores, shared by --concurrency',
    },
    engine: {
      describe: 'what computes pictures that leave it to the machine',
      parser: oneOf(['auto', ...ENGINE_NAMES]),
      byDefault: 'auto, and all that the machine has for pictures that ask for one',
    },
    name: { describe: 'what others see of it', parser: name, byDefault: 'of the machine and the process' },
  }),
  ...inGroup('Pictures:', {
    root: { describe: 'the folder that all machines see, as this one names it', parser: folder, terse: true },
    'allow-address': {
      describe: 'what addresses of pictures may begin with',
      parser: prefixes,
      byDefault: 'none are fetched',
    },
  }),
  ...inGroup('Limits of a picture, whoever has put it into the queue:', {
    'effort-limit': {
      describe: 'the highest effort',
      parser: inRange(RANGES.effort),
      byDefault: String(DEFAULTS.effortLimit),
    },
    limit: {
      describe: 'what reading it may cost',
      parser: limitList,
      byDefault: 'those for files of strangers',
    },
    'time-limit': {
      describe: 'seconds that it may take',
      parser: number(1, 1e6),
      byDefault: String(DEFAULTS.timeLimit),
    },
  }),
  ...inGroup('Life:', {
    'metrics-port': {
      describe: 'where /healthz and /metrics (of Prometheus) are served; 0 takes a free one',
      parser: integer(0, 65535),
      byDefault: 'they are not',
    },
    'metrics-host': { describe: 'who can ask there', parser: host, byDefault: DEFAULTS.metricsHost },
    lock: {
      describe: "seconds of silence after which this worker's pictures are given to others",
      parser: number(1, 3600),
      byDefault: String(DEFAULTS.lock),
    },
    grace: {
      describe: 'seconds that fits may still take after SIGTERM; longer ones are handed back',
      parser: number(0, 3600),
      byDefault: String(DEFAULTS.grace),
    },
  }),
};
