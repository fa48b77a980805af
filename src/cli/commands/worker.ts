/** @file `loec worker`: fits pictures of a queue. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LoecError } from '../../errors.ts';
import { ADDRESS_EXPECTED, type FarmAddress, showAddress } from '../../farm/address.ts';
import { endBeat } from '../../farm/beat.ts';
import { inWords } from '../../farm/connection.ts';
import { Farm } from '../../farm/farm.ts';
import { checkServer } from '../../farm/server.ts';
import { findEngines } from '../../farm/worker/engines.ts';
import { serveHttp } from '../../farm/worker/http.ts';
import type { JobReport } from '../../farm/worker/job-report.ts';
import { Metrics } from '../../farm/worker/metrics.ts';
import type { WorkerSettings } from '../../farm/worker/settings.ts';
import { FarmWorker } from '../../farm/worker/worker.ts';
import { version } from '../../version.ts';
import type { Manual } from '../command.ts';
import type { Context } from '../context.ts';
import { OK } from '../exit-codes.ts';
import { queueOf } from '../farm/address.ts';
import { DEFAULTS, WORKER_OPTIONS, type WorkerArguments } from '../worker/options.ts';
import { checkRoot } from '../worker/root.ts';
import { settingsOf } from '../worker/settings.ts';
import { WorkerVoice } from '../worker/voice.ts';

export const manual: Manual = {
  synopsis: '[address] [options]',
  description:
    'Takes pictures from a queue on Redis and fits them, until it is told to stop. Needs the packages bullmq and ioredis.',
  inputs: {
    describe: `the address of the queue: ${ADDRESS_EXPECTED}; or LOEC_QUEUE has it, which other users of the machine do not see`,
    values: [],
    areOptional: true,
  },
  options: WORKER_OPTIONS,
  examples: [
    ['worker redis://10.0.0.5', 'works for the queue there with all cores'],
    ['worker redis://10.0.0.5 --concurrency 1', 'one picture at a time, with all cores'],
    ['worker --root /mnt/photos --metrics-port 9100', 'the address by LOEC_QUEUE; pictures lie in a folder'],
  ],
  remark:
    'SIGTERM and Ctrl-C stop it in order: fits that end within --grace end, others go back to the queue with their checkpoint.',
};

/**
 * @returns the exit code
 * @throws LoecError E_USAGE, E_INPUT for a root that is no folder, E_ENGINE where Redis can't be used
 */
export async function run(context: Context, args: WorkerArguments): Promise<number> {
  const [given, ...others] = args.inputs;
  if (others.length > 0) throw new LoecError('E_USAGE', `expected one queue, found ${args.inputs.length}`);
  const address = queueOf(context, given, 'as its argument');
  if (args.root !== undefined) await checkRoot(args.root);
  const farm = await Farm.open(address);
  try {
    return await work(context, args, address, farm);
  } catch (error) {
    throw inWords(address, error);
  } finally {
    farm.close();
  }
}

async function work(
  context: Context,
  args: WorkerArguments,
  address: FarmAddress,
  farm: Farm,
): Promise<number> {
  const settings = settingsOf(args, await findEngines(args.engine ?? 'auto'), farm, address);
  const voice = new WorkerVoice(context, args);
  const metrics = new Metrics();
  const { onJob } = voice.hearing;
  const hearJob = (report: JobReport): void => {
    metrics.count(report);
    onJob(report);
  };
  // A replica, and a server where this user may write nothing, refuse already this.
  await endBeat(farm.redis, farm.keys, settings.name);
  const worker = new FarmWorker(farm, settings, { ...voice.hearing, onJob: hearJob });
  const server = await serve(args, worker, metrics);
  announce(voice, settings, address, server);
  for (const warning of await checkServer(farm.redis)) voice.hearing.onWarning(warning);
  // It hears a first signal by itself, and takes the time that --grace gives it.
  const end = AbortSignal.any([context.signal, voice.signal]);
  end.addEventListener('abort', () => voice.hearEnd());
  await context.whileSaving(() => worker.run(end));
  voice.tellEnd(worker.active.length);
  server?.close();
  // Who has asked may keep its connection.
  server?.closeAllConnections();
  voice.signal.throwIfAborted();
  return OK;
}

async function serve(
  { metricsPort, metricsHost = DEFAULTS.metricsHost }: WorkerArguments,
  worker: FarmWorker,
  metrics: Metrics,
): Promise<Server | null> {
  if (metricsPort === undefined) return null;
  return serveHttp(metricsHost, metricsPort, {
    isWell: () => worker.isWell,
    metrics: async () => metrics.text(await worker.gauges()),
  });
}

function announce(
  voice: WorkerVoice,
  { name, places, threads, needs }: WorkerSettings,
  address: FarmAddress,
  server: Server | null,
): void {
  const engines = ['wasm', ...needs.filter((need) => need !== 'any')];
  const [queue, port] = [showAddress(address), (server?.address() as AddressInfo | undefined)?.port];
  const count = `${places} ${places === 1 ? 'place' : 'places'}`;
  voice.say(`serves ${queue} with ${count}, engines ${engines.join(' ')}; loec ${version}`);
  if (port !== undefined) voice.say(`/healthz and /metrics at port ${port}`);
  voice.record({ type: 'worker', name, queue, places, threads, engines, version, ...(port && { port }) });
}
