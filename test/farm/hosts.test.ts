/** @file Two hosts: a worker on the other one does jobs of this one's queue, and loses its network in the middle of a fit. */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { tinyPng } from '../cli/world.ts';
import { assert, skipped, suite } from '../harness.ts';
import { FarmWorld, QUICK, until } from './farm-world.ts';
import { TestHost } from './host.ts';
import { redisServer, WITHOUT_REDIS } from './redis.ts';

const test = suite('farm hosts');
const BIN = fileURLToPath(new URL('../../bin/loec.ts', import.meta.url));

/** Seconds after which a silent worker's job is another's. */
const LOCK = 1;

let host: TestHost;
let world: FarmWorld;
let worker: ChildProcess;
const records: Record<string, unknown>[] = [];

test.before(async () => {
  const { gateway } = host;
  // Redis opens itself to other hosts only with a password.
  world = await FarmWorld.start({ password: 'a secret', settings: ['--bind', '127.0.0.1', gateway] });
  const flags = [
    'worker',
    '--json',
    '--name',
    'far',
    '--concurrency',
    '1',
    '--lock',
    String(LOCK),
    '--grace',
    '1',
  ];
  worker = host.start([process.execPath, '--import', 'tsx', BIN, ...flags], {
    ...process.env,
    LOEC_QUEUE: world.redis.urlAt(gateway),
  });
  createInterface({ input: worker.stdout as NodeJS.ReadableStream }).on('line', (line) =>
    records.push(JSON.parse(line)),
  );
  await once(worker.stderr as NodeJS.ReadableStream, 'data');
});

test.after(async () => {
  host.plugIn();
  const ended = once(worker, 'exit');
  worker.kill('SIGTERM');
  await ended;
  await world.end();
  host.remove();
});

test('a worker on another host does a job', async () => {
  const { batch, id } = await world.handOver(tinyPng(32, 32));
  assert.ok(await world.file(batch, id));
});

test('a worker that loses its network loses its job, which is done once', async () => {
  const { batch, id } = await world.handOver(tinyPng(64, 64), { ...QUICK, steps: 400 });
  const { redis, keys } = world.farm;
  await until(() => world.isActive(id));
  host.pullCable();
  const near = await world.startWorker('near', { lock: LOCK });
  const file = await world.file(batch, id);
  await near.stop();
  assert.is(near.reports[0]?.end.kind, 'done');
  host.plugIn();
  await until(() => records.length > 1);
  assert.is(await redis.hget(keys.batch(batch), 'done'), '1');
  assert.equal(await world.file(batch, id), file);
});

const found = redisServer === null ? null : TestHost.create();
if (redisServer === null) skipped('farm hosts', WITHOUT_REDIS);
else if (found === null) skipped('farm hosts', 'this machine allows no network namespaces: ip netns add');
else {
  host = found;
  test.run();
}
