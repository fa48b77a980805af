/** @file `loec farm`: what became of batches that were handed to a queue. */

import { LoecError } from '../../errors.ts';
import { showAddress } from '../../farm/address.ts';
import { readBatch, type StoredBatch } from '../../farm/batches.ts';
import type { Farm } from '../../farm/farm.ts';
import { cancelBatch, farmStatus, retryBatch } from '../../farm/producer/manage.ts';
import { folder, path } from '../../parsers.ts';
import { inGroup, type OptionTable } from '../arguments/options.ts';
import { formatNumberOf } from '../batch/summary.ts';
import type { Manual } from '../command.ts';
import { type Context, say, writeJson, writeStdout } from '../context.ts';
import { OK } from '../exit-codes.ts';
import { queueOf } from '../farm/address.ts';
import { QUEUE_OPTION, ROOT_OPTION } from '../farm/options.ts';
import { fetchResults, type ResultsArguments } from '../farm/results.ts';
import { atFarm } from '../farm/session.ts';
import { retryLines, statusLines } from '../farm/status-text.ts';
import { printable } from '../terminal/printable.ts';

const ACTIONS = ['status', 'results', 'cancel', 'retry'] as const;
type Action = (typeof ACTIONS)[number];

interface FarmArguments extends ResultsArguments {
  readonly inputs: readonly string[];
  readonly queue?: string | undefined;
}

const OPTIONS: OptionTable = {
  ...QUEUE_OPTION,
  ...ROOT_OPTION,
  ...inGroup('Results:', {
    'out-dir': { describe: 'the folder to write into, made if missing', parser: folder, terse: true },
    force: { describe: 'replace existing files, which are left as they are without it', flag: 'off' },
    wait: { describe: 'for pictures that are not done yet; --no-wait takes what is there', flag: 'on' },
    report: { describe: 'a table of all pictures to write, .csv or .json', parser: path, terse: true },
  }),
};

export const manual: Manual = {
  synopsis: 'status [name]|results name|cancel name|retry name [options]',
  description:
    'Tells how far batches are that loec encode --queue has handed over, fetches their files, gives one up, or tries anew what has failed or was cancelled in it. On any machine that reaches the queue.',
  inputs: { describe: 'what to do, and the name of the batch', values: ACTIONS },
  options: OPTIONS,
  examples: [
    ['farm status --queue redis://farm', 'batches, queues and workers'],
    ['farm results photos-20261130-wxyz', 'waits for its files and writes them; the address by LOEC_QUEUE'],
    ['farm results photos-20261130-wxyz --no-wait --out-dir loe', 'those that are there, into a folder'],
  ],
};

/**
 * @returns the exit code
 * @throws LoecError E_USAGE for what is no action or no batch, E_ENGINE where the queue can't be used
 */
export async function run(context: Context, args: FarmArguments): Promise<number> {
  const [action, name] = orderOf(args.inputs);
  const address = queueOf(context, args.queue);
  return atFarm(
    address,
    (line) => say(context, args, line),
    async (farm) => {
      const batch = name === undefined ? null : await readBatch(farm, name);
      if (name !== undefined && batch === null) {
        throw new LoecError('E_USAGE', `there is no batch ${name} at ${showAddress(address)}`);
      }
      if (action === 'status' || batch === null) return tellStatus(context, args, farm, name);
      if (action === 'results') return fetchResults(context, args, farm, address, batch);
      return (action === 'cancel' ? cancel : retry)(context, args, farm, batch);
    },
  );
}

/** @throws LoecError E_USAGE */
function orderOf([action = '', name, ...others]: readonly string[]): [Action, string | undefined] {
  const known = ACTIONS.find((one) => one === action);
  if (known === undefined) {
    throw new LoecError('E_USAGE', `expected one of ${ACTIONS.join(', ')}, found ${action}`);
  }
  if (others.length > 0 || (name === undefined && known !== 'status')) {
    const found = name === undefined ? 'none' : `${1 + others.length}`;
    throw new LoecError('E_USAGE', `expected the name of one batch after farm ${known}, found ${found}`);
  }
  return [known, name];
}

async function tellStatus(
  context: Context,
  { json }: FarmArguments,
  farm: Farm,
  name: string | undefined,
): Promise<number> {
  const status = await farmStatus(farm, name);
  if (json) await writeJson(context, { type: 'farm', ...status });
  else
    await writeStdout(
      context,
      statusLines(status, name !== undefined)
        .map((line) => `${printable(line)}\n`)
        .join(''),
    );
  return OK;
}

async function cancel(
  context: Context,
  args: FarmArguments,
  farm: Farm,
  { record }: StoredBatch,
): Promise<number> {
  const { name } = record;
  const pictures = await cancelBatch(farm, record);
  say(context, args, `${name}: ${formatNumberOf(pictures, 'picture')} given up`);
  if (args.json) await writeJson(context, { type: 'cancel', name, pictures });
  return OK;
}

async function retry(
  context: Context,
  args: FarmArguments,
  farm: Farm,
  { record, counts }: StoredBatch,
): Promise<number> {
  const { name } = record;
  const retried = await retryBatch(farm, record);
  for (const line of retryLines(retried, counts)) say(context, args, `${name}: ${line}`);
  if (args.json) await writeJson(context, { type: 'retry', name, ...retried });
  return OK;
}
