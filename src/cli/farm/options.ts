/** @file The options of commands that have to do with a queue. They name machines and send pictures there: no configuration file sets them. */

import { LoecError } from '../../errors.ts';
import { anyText, folder, integer, number, oneOf, type Parser, path } from '../../parsers.ts';
import { inGroup, isFlag, type OptionTable, propertyOf } from '../arguments/options.ts';

/** What `src/farm/address.ts` makes an address of; that is loaded only where there is one. */
const queueAddress: Parser<string> = {
  expected: 'redis://[user:password@]host[:6379][/0][?name=farm], or env for the value of LOEC_QUEUE',
  parse: (given) => (/^rediss?:\/\//i.test(given) || given === 'env' ? given : undefined),
  isSecret: true,
};

const GROUP = 'Queue:';

/** Which queue, and where its bytes are. */
export const QUEUE_OPTION = inGroup(GROUP, {
  queue: { describe: 'where workers take pictures from', parser: queueAddress },
});

export const ROOT_OPTION = inGroup(GROUP, {
  root: { describe: 'the folder that workers see too, by --root of theirs', parser: folder, terse: true },
});

/** Of `encode`. */
export const QUEUE_OPTIONS: OptionTable = {
  ...QUEUE_OPTION,
  ...inGroup(GROUP, {
    detach: {
      describe: 'only hand the pictures over, and print the name of the batch for loec farm',
      flag: 'off',
    },
    name: {
      describe: 'of the batch; the same command with the same name goes on with it',
      parser: anyText('letters, digits, dots, - and _'),
      byDefault: "the first input's, with the day and four letters",
    },
    transfer: {
      describe: 'how pictures get to workers and files back',
      parser: oneOf(['shared', 'redis']),
      byDefault: 'shared with --root, else redis',
    },
  }),
  ...ROOT_OPTION,
  ...inGroup(GROUP, {
    addresses: {
      describe: 'a table input,get[,put] of addresses that workers find the pictures at',
      parser: path,
      terse: true,
    },
    dedupe: {
      describe: 'take files that were made of the same pictures before; --no-dedupe fits all anew',
      flag: 'on',
    },
    priority: { describe: 'sooner than other batches, by days', parser: integer(-3, 3), byDefault: '0' },
    share: { describe: 'most pictures of the batch at a time', parser: integer(1, 100_000) },
    rate: { describe: 'most pictures of the batch that begin in a minute', parser: number(0.01, 1e6) },
  }),
};

export interface QueueArguments {
  readonly queue?: string | undefined;
  readonly detach?: boolean | undefined;
  readonly name?: string | undefined;
  readonly transfer?: 'shared' | 'redis' | undefined;
  readonly root?: string | undefined;
  readonly addresses?: string | undefined;
  readonly dedupe?: boolean | undefined;
  readonly priority?: number | undefined;
  readonly share?: number | undefined;
  readonly rate?: number | undefined;
}

/** What is asked of this machine, which does not fit then. */
interface LocalArguments {
  readonly jobs?: number | undefined;
  readonly threads?: number | undefined;
  readonly bestSoFar?: boolean | undefined;
  readonly resume: boolean;
  readonly report?: string | undefined;
}

/** @throws LoecError E_USAGE for options that do not go together */
export function checkQueueOptions(args: QueueArguments & LocalArguments): void {
  if (args.queue === undefined) {
    const [given] = givenQueueOptions(args);
    if (given !== undefined) throw new LoecError('E_USAGE', `${given} goes with --queue, which is missing`);
    return;
  }
  const { detach, transfer, root, addresses } = args;
  exclude('--queue', {
    '--jobs': args.jobs,
    '--threads': args.threads,
    '--best-so-far': args.bestSoFar || undefined,
    '--no-resume': args.resume ? undefined : true,
  });
  if (args.share !== undefined) exclude('--share', { '--rate': args.rate });
  if (detach) exclude('--detach', { '--report': args.report });
  if (addresses !== undefined) exclude('--addresses', { '--transfer': transfer, '--root': root });
  if (transfer === 'redis') exclude('--transfer redis', { '--root': root });
  if (transfer === 'shared' && root === undefined)
    throw new LoecError('E_USAGE', '--transfer shared needs the folder that is shared: name it by --root');
}

/** As they are written. */
function givenQueueOptions(args: QueueArguments): string[] {
  return Object.entries(QUEUE_OPTIONS).flatMap(([name, option]) => {
    const value = args[propertyOf(name) as keyof QueueArguments];
    if (!isFlag(option)) return value === undefined ? [] : [`--${name}`];
    if (value === undefined || value === (option.flag === 'on')) return [];
    return [value ? `--${name}` : `--no-${name}`];
  });
}

function exclude(option: string, others: Readonly<Record<string, unknown>>): void {
  const other = Object.keys(others).find((name) => others[name] !== undefined);
  if (other === undefined) return;
  throw new LoecError('E_USAGE', `${option} and ${other} exclude each other: give one`);
}
