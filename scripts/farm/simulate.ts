/**
 * @file How a farm grows: 1 to 64 workers on a real queue, whose fits are sleeps of measured lengths. Each number of workers gets as much work for
 * each of them as the others, an archive of small and large pictures handed over at once. Needs redis-server.
 *
 *     npx tsx scripts/farm/simulate.ts [seconds for each run, 60] [workers, 1,2,4,8,16,32,64]
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseAddress } from '../../src/farm/address.ts';
import { connect } from '../../src/farm/connection.ts';
import type { FarmJob } from '../../src/farm/job.ts';
import { Keys } from '../../src/farm/keys.ts';
import { laneOf } from '../../src/farm/lane.ts';
import { Ledger } from '../../src/farm/ledger.ts';
import { priorityOf } from '../../src/farm/priority.ts';
import { openQueue } from '../../src/farm/queue.ts';
import { version } from '../../src/version.ts';
import { TestRedis } from '../../test/farm/redis.ts';
import { createRandom } from '../stress/process.ts';

const SECONDS = Number(process.argv[2] ?? 60);
const WORKERS = (process.argv[3] ?? '1,2,4,8,16,32,64').split(',').map(Number);

/** Sleeps are shorter than fits by this factor. */
const HASTE = 250;

/**
 * Seconds of one core for a fit at `--effort 1`: docs/experiments.md, "Pictures beside each other", has 3.2 for 24.6 thousand pixels and 12.1 for 197
 * thousand.
 */
function fitSeconds(pixels: number): number {
  return 1.9 + 51.6e-6 * pixels;
}

/** Pictures of an archive: half of them have less than a megapixel, one in fifty more than ten, none more than 24. */
function pixelsOf(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(24e6, Math.max(1e4, 1e6 * Math.exp(1.15 * normal)));
}

interface Fit {
  readonly pixels: number;
  readonly seconds: number;
}

function archiveOf(seconds: number, random: () => number): Fit[] {
  const fits: Fit[] = [];
  for (let left = seconds; left > 0; left -= (fits.at(-1) as Fit).seconds) {
    const pixels = pixelsOf(random);
    fits.push({ pixels, seconds: fitSeconds(pixels) / HASTE });
  }
  return fits;
}

async function run(workers: number, redis: TestRedis): Promise<string> {
  const farm = `simulated-${workers}`;
  const address = parseAddress(`${redis.url}?name=${farm}`);
  const connection = await connect(address);
  const keys = new Keys(farm);
  const ledger = new Ledger(connection, keys);
  const fits = archiveOf(SECONDS * workers, createRandom(workers));
  await connection.hset(keys.batch('all'), 'rows', fits.length);
  const rows = fits.map((_, index) => ({ index, id: `f-${index}`, sha256: `${index}` }));
  for (let i = 0; i < rows.length; i += 1000) await ledger.want('all', rows.slice(i, i + 1000));
  const children = await startWorkers(workers, `${redis.url}?name=${farm}`);
  const queue = await openQueue(connection, keys, laneOf(version, 'any'));
  const started = performance.now();
  const now = Date.now();
  for (let i = 0; i < fits.length; i += 250) {
    const jobs = fits.slice(i, i + 250).map(({ pixels, seconds }, j) => ({
      name: 'fit',
      // What the worker of the simulation reads of it.
      data: { seconds } as unknown as FarmJob,
      // Pictures of JPEG quality have some 3 bits per pixel.
      opts: { jobId: `f-${i + j}`, priority: priorityOf((3 * pixels) / 8, 0, now) },
    }));
    await queue.addBulk(jobs);
  }
  while (Number(await connection.hget(keys.batch('all'), 'done')) < fits.length) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const elapsed = (performance.now() - started) / 1000;
  for (const child of children) child.disconnect();
  await queue.close();
  connection.disconnect();
  const total = fits.reduce((sum, { seconds }) => sum + seconds, 0);
  const longest = Math.max(...fits.map(({ seconds }) => seconds));
  const efficiency = total / (workers * elapsed);
  return `| ${workers} | ${fits.length.toLocaleString('en')} | ${longest.toFixed(1)} | ${elapsed.toFixed(1)} | ${(total / elapsed).toFixed(1)} | ${efficiency.toFixed(3)} |`;
}

/** So many workers in as many processes as there are cores. */
async function startWorkers(workers: number, url: string) {
  const processes = Math.min(workers, availableParallelism());
  return Promise.all(
    Array.from({ length: processes }, async (_, i) => {
      const own = Math.floor((workers + i) / processes);
      const child = fork(new URL('sleeping-workers.ts', import.meta.url), [url, String(own)]);
      await once(child, 'message');
      return child;
    }),
  );
}

const redis = await TestRedis.start();
console.log(
  '| workers | pictures | longest fit, s | all, s | fits at a time | efficiency |\n|---|---|---|---|---|---|',
);
for (const workers of WORKERS) console.log(await run(workers, redis));
await redis.stop();
