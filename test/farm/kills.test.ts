/** @file Workers and their processes that die, and workers that are told to end. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { FailedOutcome } from '../../src/farm/outcome.ts';
import { tinyPng } from '../cli/world.ts';
import { assert, skipped, suite } from '../harness.ts';
import { FarmWorld, QUICK, until } from './farm-world.ts';
import { redisServer, WITHOUT_REDIS } from './redis.ts';

const test = suite('farm kills');

const BIN = fileURLToPath(new URL('../../bin/loec.ts', import.meta.url));

/** Fits that nobody waits for. */
const ENDLESS = { ...QUICK, effort: 2, steps: 2000 };

let world: FarmWorld;
test.before(async () => {
  world = await FarmWorld.start();
});
test.after(() => world.end());

/** A worker of its own process, when it serves. @returns it, and the record of its start */
async function spawnWorker(...flags: string[]): Promise<[ChildProcess, Record<string, unknown>]> {
  const argv = ['--import', 'tsx', BIN, 'worker', '--engine', 'wasm', '--quiet', '--json', ...flags];
  const env = { ...process.env, LOEC_QUEUE: world.redis.url };
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(child.stdout as Readable), 'line');
  return [child, JSON.parse(line)];
}

/** The process that fits for a worker of this process; null where there is none. */
function fitProcess(): number | null {
  const { stdout } = spawnSync('pgrep', ['-P', String(process.pid), '-f', 'fit-process'], {
    encoding: 'utf8',
  });
  return stdout === '' ? null : Number(stdout.split('\n')[0]);
}

test('the job of a worker that is killed is done by another one', async () => {
  const { batch, id } = await world.handOver(tinyPng(48, 48), { ...QUICK, steps: 300 });
  const [killed] = await spawnWorker('--concurrency', '1', '--lock', '1');
  await until(() => world.isActive(id));
  killed.kill('SIGKILL');
  const other = await world.startWorker('other', { lock: 1 });
  assert.is((await world.outcome(batch)).status, 'done');
  await other.stop();
  assert.equal(
    other.reports.map((report) => [report.id, report.end.kind]),
    [[id, 'done']],
  );
});

test('a picture that ends the process that fits it three times is put aside, and the worker goes on', async () => {
  const bad = await world.handOver(tinyPng(64, 48), ENDLESS);
  const worker = await world.startWorker('one');
  for (let deaths = 0; deaths < 3; deaths++) {
    await until(async () => (await world.isActive(bad.id)) && fitProcess() !== null);
    process.kill(fitProcess() as number, 'SIGKILL');
    await until(() => worker.reports.length > deaths);
  }
  const { failure } = (await world.outcome(bad.batch)) as FailedOutcome;
  assert.match(failure.message, /ended the process that fits it 3 times \(SIGKILL\)/);
  const good = await world.handOver(tinyPng(32, 16));
  assert.is((await world.outcome(good.batch)).status, 'done');
  await worker.stop();
  assert.equal(
    worker.reports.map(({ end }) => end.kind),
    ['died', 'died', 'failed', 'done'],
  );
});

test('a worker tells that it is well, and ends in order at SIGTERM', async () => {
  const { id, batch } = await world.handOver(tinyPng(64, 47), ENDLESS);
  const [child, { port }] = await spawnWorker('--metrics-port', '0', '--grace', '0', '--effort-limit', '2');
  const ended = once(child, 'exit');
  await until(() => world.isActive(id));
  const health = await fetch(`http://127.0.0.1:${port}/healthz`);
  assert.is(health.status, 200);
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  assert.match(metrics, /^loec_worker_active_jobs 1$/m);
  child.kill('SIGTERM');
  assert.equal(await ended, [0, null]);
  assert.is(await world.isActive(id), false);
  assert.equal(await world.farm.ledger.outcomes(batch, [0]), [null]);
});

if (redisServer === null) skipped('farm kills', WITHOUT_REDIS);
else test.run();
