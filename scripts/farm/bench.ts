/**
 * @file What a farm costs beside work on one machine. Needs `npm run build` and redis-server.
 *
 *     npm run bench:farm -- throughput [pictures, 200] [rounds, 2]   four workers of one thread beside `--jobs 2`, in turn; files are compared
 *     npm run bench:farm -- overhead [pictures, 500]                 what a job takes beyond its fit
 *     npm run bench:farm -- many [pictures, 100000]                  memory of the producer, time of `farm status`
 */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pictureBytes } from '../../src/bench/pictures.ts';
import { TestRedis } from '../../test/farm/redis.ts';
import { makePictures } from './pictures.ts';
import { startWorker, stopWorker, time } from './processes.ts';

const BIN = fileURLToPath(new URL('../../dist/bin/loec.js', import.meta.url));

const [what = 'throughput', ...numbers] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'loec-farm-'));
const redis = await TestRedis.start();

/** Files that differ between two folders. */
function differences(a: string, b: string): number {
  const names = readdirSync(a);
  return names.filter((name) => !readFileSync(join(a, name)).equals(readFileSync(join(b, name)))).length;
}

async function throughput(count = 200, rounds = 2): Promise<void> {
  const pictures = join(folder, 'pictures');
  await makePictures(pictures, count, 96);
  const fit = ['encode', pictures, '--effort', '1', '--threads', '1', '--quiet'];
  console.log(
    '| round | `--jobs 2`, s | four workers, s | throughput | files that differ |\n|---|---|---|---|---|',
  );
  for (let round = 1; round <= rounds; round++) {
    const [local, farm] = [join(folder, `local${round}`), join(folder, `farm${round}`)];
    const alone = await time([...fit, '--jobs', '2', '--out-dir', local]);
    const url = `${redis.url}?name=round${round}`;
    const flags = ['--concurrency', '1', '--threads', '1', '--quiet'];
    const workers = await Promise.all(Array.from({ length: 4 }, () => startWorker(url, flags)));
    const queued = fit.filter((_, i) => fit[i] !== '--threads' && fit[i - 1] !== '--threads');
    const shared = await time([...queued, '--queue', url, '--out-dir', farm]);
    await Promise.all(workers.map(stopWorker));
    const ratio = (alone / shared).toFixed(3);
    console.log(
      `| ${round} | ${alone.toFixed(1)} | ${shared.toFixed(1)} | ${ratio} | ${differences(local, farm)} |`,
    );
  }
}

/** What is a job's own: pictures of 64×64 pixels, a step of a fit, one after the other. */
async function overhead(count = 500): Promise<void> {
  const pictures = join(folder, 'pictures');
  await makePictures(pictures, count, 64);
  const fit = ['encode', pictures, '--effort', '1', '--steps', '1', '--preset', 'pyramid', '--quiet'];
  const worker = await startWorker(redis.url, ['--concurrency', '1', '--threads', '1', '--quiet']);
  for (let round = 1; round <= 2; round++) {
    const alone = await time([
      ...fit,
      '--jobs',
      '1',
      '--threads',
      '1',
      '--out-dir',
      join(folder, `local${round}`),
    ]);
    const shared = await time([
      ...fit,
      '--no-dedupe',
      '--queue',
      redis.url,
      '--out-dir',
      join(folder, `farm${round}`),
    ]);
    const each = (seconds: number): string => ((1000 * seconds) / count).toFixed(1);
    console.log(
      `${count} pictures, ms each: locally ${each(alone)}, by the queue ${each(shared)}, more ${each(shared - alone)}`,
    );
  }
  await stopWorker(worker);
}

/** What Linux says a process has had at most; 0 where it has ended. */
function residentMegabytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return (1024 * Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0)) / 1e6;
  } catch {
    return 0;
  }
}

/** Nobody fits them. */
async function many(count = 100_000): Promise<void> {
  const pictures = join(folder, 'pictures');
  mkdirSync(pictures);
  for (let i = 0; i < count; i++) {
    const data = Uint8Array.from({ length: 16 }, (_, k) => ((i >> k) & 1 ? 255 : 0));
    const raster = {
      width: 16,
      height: 1,
      channels: 1,
      depth: 8,
      data: Uint8Array.of(...data),
      colour: [],
      metadata: [],
    } as const;
    const name = `${String(i).padStart(6, '0')}.png`;
    writeFileSync(join(pictures, name), Buffer.concat([await pictureBytes(raster), Buffer.from(name)]));
  }
  const out = join(folder, 'out');
  const started = performance.now();
  const flags = ['--out-dir', out, '--queue', redis.url, '--detach', '--name', 'many'];
  const producer = spawn(process.execPath, [BIN, 'encode', pictures, ...flags], { stdio: 'ignore' });
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, residentMegabytes(producer.pid as number));
  }, 50);
  await once(producer, 'exit');
  clearInterval(watch);
  const seconds = (performance.now() - started) / 1000;
  console.log(`${count} pictures handed over in ${seconds.toFixed(1)} s, ${most.toFixed(0)} MB at most`);
  const before = performance.now();
  const status = execFileSync(process.execPath, [BIN, 'farm', 'status', 'many'], {
    encoding: 'utf8',
    env: { ...process.env, LOEC_QUEUE: redis.url },
  });
  console.log(`farm status in ${((performance.now() - before) / 1000).toFixed(2)} s:\n${status}`);
}

const benches = { throughput, overhead, many };
try {
  await benches[what as keyof typeof benches](...numbers.map(Number));
} finally {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
}
