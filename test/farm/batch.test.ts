/** @file Batches by a queue beside the same on one machine: files, records, reports, exit codes; batches that are left and fetched later. */

import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFolder, createWorld, loec, type Outcome, tinyPng } from '../cli/world.ts';
import { assert, skipped, suite } from '../harness.ts';
import { FarmWorld } from './farm-world.ts';
import { redisServer, WITHOUT_REDIS } from './redis.ts';

const test = suite('farm batch');
const QUICK = '--preset pyramid --effort 1 --steps 1'.split(' ');

let world: FarmWorld;
test.before(async () => {
  world = await FarmWorld.start();
  await world.startWorker('w');
});
test.after(() => world.end());

/** `loec` with the queue's address where nobody sees it. */
function farmLoec(...argv: string[]): Promise<Outcome> {
  return loec(argv, createWorld({ env: { LOEC_QUEUE: world.redis.url } }));
}

/** Two good pictures, one of them twice, and one that is none. */
function pictures(): (name?: string) => string {
  return createFolder({
    'a.png': tinyPng(32, 32),
    'b.png': tinyPng(24, 32),
    'c.png': tinyPng(32, 32),
    'd.png': Buffer.from('no picture'),
  });
}

/** All but what differs from run to run. */
function comparable(record: Record<string, unknown>, folder: string): unknown {
  const { seconds: _, ...others } = record;
  return JSON.parse(JSON.stringify(others).replaceAll(folder, ''));
}

test('a folder comes to the same files, records and exit code as without a queue', async () => {
  const here = pictures();
  const there = pictures();
  const local = await loec([
    'encode',
    here(),
    '--json',
    '--threads',
    '1',
    ...QUICK,
    '--report',
    here('r.json'),
  ]);
  const farm = await farmLoec(
    'encode',
    there(),
    '--json',
    '--queue',
    'env',
    ...QUICK,
    '--report',
    there('r.json'),
  );
  assert.is(farm.code, local.code);
  for (const name of ['a.loe', 'b.loe', 'c.loe']) {
    assert.ok(readFileSync(there(name)).equals(readFileSync(here(name))), name);
  }
  const records = (outcome: Outcome, folder: string): string[] =>
    outcome
      .json()
      .map((record) => JSON.stringify(comparable(record, folder)))
      .sort();
  assert.equal(records(farm, there()), records(local, here()));
  const report = (folder: (name?: string) => string): unknown =>
    JSON.parse(readFileSync(folder('r.json'), 'utf8')).map((row: Record<string, unknown>) =>
      comparable(row, folder()),
    );
  assert.equal(report(there), report(here));
});

test('other pictures in the place of those of a batch are refused, and nothing goes on after that', async () => {
  const flags = ['--queue', 'env', '--detach', '--name', 'taken', '--out-dir', createFolder()(), ...QUICK];
  const folder = createFolder({ 'a.png': tinyPng(8, 8), 'b.png': tinyPng(8, 9) });
  const lost: unknown[] = [];
  const note = (reason: unknown) => lost.push(reason);
  process.on('unhandledRejection', note);
  assert.is((await farmLoec('encode', folder('a.png'), ...flags)).code, 0);
  const other = await farmLoec('encode', folder('b.png'), ...flags);
  assert.is(other.code, 2);
  assert.match(other.stderr, /expected .*a\.png as picture 1 of taken, found .*b\.png/);
  // Longer than what reads the ledger sleeps between two looks.
  await farmLoec('farm', 'results', 'taken');
  await sleep(500);
  process.off('unhandledRejection', note);
  assert.equal(lost, []);
});

test('a batch that was left is fetched later, once, from anywhere', async () => {
  const folder = pictures();
  rmSync(folder('d.png'));
  const left = await farmLoec('encode', folder(), '--queue', 'env', '--detach', '--name', 'left', ...QUICK);
  assert.is(left.stdout.toString(), 'left\n');
  assert.is(left.code, 0);
  const fetched = await farmLoec('farm', 'results', 'left', '--json');
  assert.is(fetched.code, 0);
  assert.equal(
    fetched.json().map(({ type }) => type),
    ['encode', 'encode', 'encode', 'summary'],
  );
  const again = await farmLoec('farm', 'results', 'left', '--json');
  assert.equal(
    again.json().map(({ type }) => type),
    ['skip', 'skip', 'skip', 'summary'],
  );
  const other = createFolder();
  await farmLoec('farm', 'results', 'left', '--out-dir', other('deep/er'));
  assert.ok(readFileSync(other('deep/er/a.loe')).equals(readFileSync(folder('a.loe'))));
});

if (redisServer === null) skipped('farm batch', WITHOUT_REDIS);
else test.run();
