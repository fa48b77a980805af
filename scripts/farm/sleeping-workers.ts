/** @file Workers of the simulation: they take jobs of a real queue, sleep as long as the job says, and settle it. Arguments: address, number. */

import { setTimeout as sleep } from 'node:timers/promises';
import { parseAddress } from '../../src/farm/address.ts';
import { connect, loadPackages } from '../../src/farm/connection.ts';
import type { FarmJob } from '../../src/farm/job.ts';
import { Keys } from '../../src/farm/keys.ts';
import { laneOf } from '../../src/farm/lane.ts';
import { Ledger } from '../../src/farm/ledger.ts';
import type { DoneOutcome } from '../../src/farm/outcome.ts';
import { workerOptions } from '../../src/farm/queue.ts';
import { version } from '../../src/version.ts';

const [url = '', count = ''] = process.argv.slice(2);
const address = parseAddress(url);
const keys = new Keys(address.farm);
const connection = await connect(address);
const ledger = new Ledger(connection, keys);
const { Worker } = (await loadPackages()).bullmq;

const OUTCOME: DoneOutcome = {
  status: 'done',
  file: { sha256: '0'.repeat(64), bytes: 30_000 },
  figures: { width: 768, height: 512, bpp: 0.6, psnr: 32, seconds: 1 } as DoneOutcome['figures'],
  notes: [],
  told: [],
};

const workers = Array.from({ length: Number(count) }, () => {
  const options = workerOptions(connection, keys, 15, 1);
  return new Worker<FarmJob>(
    laneOf(version, 'any'),
    async ({ id = '', data }) => {
      await sleep(1000 * (data as unknown as { seconds: number }).seconds);
      await ledger.settle({ id, sha256: id.slice(2) }, OUTCOME);
    },
    options,
  );
});
await Promise.all(workers.map((worker) => worker.waitUntilReady()));
process.send?.('ready');
process.on('disconnect', () => process.exit());
