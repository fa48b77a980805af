/** @file Batches by their names, on the command line, where no worker is: left, followed, given up, gone on with; and what is refused. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAddress } from '../../src/farm/address.ts';
import { Farm } from '../../src/farm/farm.ts';
import { laneOf } from '../../src/farm/lane.ts';
import { version } from '../../src/version.ts';
import { createFolder, createWorld, loec, type Outcome, tinyPng, type World } from '../cli/world.ts';
import { assert, skipped, suite } from '../harness.ts';
import { doneWith } from './done-outcome.ts';
import { redisServer, TestRedis, WITHOUT_REDIS } from './redis.ts';

const test = suite('farm manage');

let redis: TestRedis;
test.before(async () => {
  redis = await TestRedis.start();
});
test.after(() => redis.stop());

function newWorld(): World {
  return createWorld({ env: { LOEC_QUEUE: redis.url } });
}

function farmLoec(...argv: string[]): Promise<Outcome> {
  return loec(argv, newWorld());
}

/** What a status says of a batch. */
async function statusOf(name: string): Promise<Record<string, unknown> | undefined> {
  const { code, json } = await farmLoec('farm', 'status', '--json');
  assert.is(code, 0);
  const { batches } = json()[0] as { batches: Record<string, unknown>[] };
  return batches.find((batch) => batch.name === name);
}

const pictures = createFolder({
  'a.png': tinyPng(),
  'b.png': tinyPng(8, 8),
  'made.png': tinyPng(),
  'made.loe': new Uint8Array(1),
});
const ENCODE = ['encode', pictures('a.png'), pictures('b.png'), '--queue', 'env'];

test('an interruption leaves the batch going on, and says how to follow it', async () => {
  const world = newWorld();
  const running = loec([...ENCODE, '--name', 'left'], world);
  while (!(await statusOf('left'))?.isWhole) await sleep(20);
  world.controller.abort('SIGINT');
  const { code, stderr } = await running;
  assert.is(code, 130);
  assert.match(stderr, 'the batch left begins: loec farm status left');
  assert.match(
    stderr,
    'the batch left goes on: loec farm status left, loec farm results left to get its files, or loec farm cancel left',
  );
  assert.is((await statusOf('left'))?.left, 2);
  const { stdout } = await farmLoec('farm', 'status', 'left');
  assert.match(stdout.toString(), /^batch left: 0 of 2 done, 2 left$/m);
  assert.match(stdout.toString(), `from ${process.cwd()}`);
  assert.match(stdout.toString(), /^2 pictures wait for a worker of loec .*: none is there$/m);
});

test('a batch that comes to no picture is in no list', async () => {
  const { code, stdout } = await farmLoec(
    'encode',
    pictures('made.png'),
    ...ENCODE.slice(3),
    '--skip-existing',
    '--name',
    'none',
    '--detach',
  );
  assert.is(code, 0);
  assert.is(stdout.toString(), '');
  assert.is(await statusOf('none'), undefined);
});

test('what is there is taken without waiting, and a batch that was given up ends', async () => {
  await farmLoec(...ENCODE, '--name', 'up', '--detach', '--share', '1');
  const soon = await farmLoec('farm', 'results', 'up', '--no-wait');
  assert.is(soon.code, 0);
  assert.match(soon.stderr, '0 of 2 files done, 2 left');
  assert.match((await farmLoec('farm', 'cancel', 'up')).stderr, 'up: 2 pictures given up');
  const after = await farmLoec('farm', 'results', 'up');
  assert.is(after.code, 130);
  assert.equal(after.stderr.trim().split('\n'), [
    'loec: 2 were cancelled: loec farm retry up puts them into the queue again',
    after.stderr.match(/^0 of 2 files done, 2 left .*$/m)?.[0],
  ]);
  assert.match((await farmLoec('farm', 'retry', 'up')).stderr, 'up: 2 pictures in the queue again');
  assert.match((await farmLoec('farm', 'retry', 'up')).stderr, 'nothing to try again');
  assert.is((await statusOf('up'))?.left, 2);
});

test('the same command with the same name goes on, another one is refused', async () => {
  const first = await farmLoec(...ENCODE, '--name', 'again', '--detach', '--json');
  assert.equal(first.json(), [{ type: 'batch', name: 'again', pictures: 2 }]);
  const second = await farmLoec(...ENCODE, '--name', 'again', '--detach');
  assert.is(second.stdout.toString(), 'again\n');
  assert.is((await statusOf('again'))?.rows, 2);
  const other = await farmLoec(...ENCODE, '--name', 'again', '--detach', '--effort', '2');
  assert.is(other.code, 2);
  assert.match(other.stderr, /the batch again is there, with other options/);
});

test('a hand-over that fails leaves nothing that goes on without a connection', async () => {
  await farmLoec(...ENCODE, '--name', 'place', '--detach');
  const rejections: unknown[] = [];
  const hear = (error: unknown): number => rejections.push(error);
  process.on('unhandledRejection', hear);
  const other = [
    'encode',
    pictures('b.png'),
    pictures('a.png'),
    '--queue',
    'env',
    '--name',
    'place',
    '--detach',
  ];
  const { code, stderr } = await farmLoec(...other);
  assert.is(code, 2);
  assert.match(stderr, /as picture 1 of place, found/);
  // Longer than a reader of the log rests.
  await sleep(400);
  process.off('unhandledRejection', hear);
  assert.equal(rejections, []);
});

test('a batch that was given no name has one that its input tells', async () => {
  const { stdout } = await farmLoec('encode', pictures('a.png'), '--queue', 'env', '--detach');
  assert.match(stdout.toString(), /^a-\d{8}-[a-z]{4}\n$/);
});

test('a command that waits ends when Redis has lost its batch', async () => {
  const running = farmLoec(...ENCODE, '--name', 'lost');
  while (!(await statusOf('lost'))?.isWhole) await sleep(20);
  const farm = await Farm.open(parseAddress(redis.url));
  await farm.redis.flushall();
  farm.close();
  const { code, stderr } = await running;
  assert.is(code, 9);
  assert.match(stderr, 'the batch lost is not in Redis any more');
});

/** Settles all that waits in the queue with the same file, as workers would. */
async function finishAll(): Promise<void> {
  const farm = await Farm.open(parseAddress(redis.url));
  const file = Buffer.from('\x89LOE', 'latin1');
  const outcome = doneWith(file);
  const queue = await farm.queue(laneOf(version, 'any'));
  for (const { id = '', data } of await queue.getJobs(['prioritized'])) {
    await farm.redis.set(farm.keys.result(id, outcome.file.sha256), file);
    await farm.ledger.settle({ id, sha256: data.picture.sha256 }, outcome);
    await queue.remove(id);
  }
  farm.close();
}

test('a file that another command has fetched meanwhile is left out, and is no error', async () => {
  const output = pictures('both/a.loe');
  const line = ['encode', pictures('a.png'), '-o', output, '--queue', 'env', '--name', 'both', '--no-dedupe'];
  mkdirSync(pictures('both'));
  const running = farmLoec(...line);
  while (!(await statusOf('both'))?.isWhole) await sleep(20);
  writeFileSync(output, 'fetched');
  await finishAll();
  const { code, stderr } = await running;
  assert.match(stderr, `skipped, ${output} has come up meanwhile`);
  assert.is(code, 0);
});

test('a worker that may write nothing ends with a word', async () => {
  const farm = await Farm.open(parseAddress(redis.url));
  await farm.redis.call('ACL', 'SETUSER', 'reader', 'on', '>word', '~*', '+@read', '+select', '+info');
  farm.close();
  const world = newWorld();
  // It would end without a fault if it were not refused.
  world.controller.abort('SIGTERM');
  const address = redis.url.replace('://', '://reader:word@');
  const { code, stderr } = await loec(['worker', address, '--engine', 'wasm'], world);
  assert.match(stderr, 'does not allow this user what a queue needs');
  assert.is(code, 9);
});

/** Arguments, the exit code, and what the message says. */
const REFUSED: readonly (readonly [readonly string[], number, RegExp])[] = [
  [[...ENCODE, '--jobs', '2'], 2, /--queue and --jobs exclude each other/],
  [[...ENCODE, '--threads', '2'], 2, /--queue and --threads exclude/],
  [[...ENCODE, '--best-so-far'], 2, /--queue and --best-so-far exclude/],
  [[...ENCODE, '--no-resume'], 2, /--queue and --no-resume exclude/],
  [[...ENCODE, '--share', '2', '--rate', '3'], 2, /--share and --rate exclude/],
  [[...ENCODE, '--transfer', 'shared'], 2, /name it by --root/],
  [[...ENCODE, '--name', 'a/b'], 2, /as the name of a batch, found a\/b/],
  [['encode', pictures('a.png'), '--detach'], 2, /--detach goes with --queue/],
  [['encode', pictures('a.png'), '--no-dedupe'], 2, /--no-dedupe goes with --queue/],
  [['encode', pictures('a.png'), '--queue', 'redis://127.0.0.1:1'], 9, /can't be reached: ECONNREFUSED/],
  [['farm', 'results'], 2, /expected the name of one batch after farm results, found none/],
  [['farm', 'cancel', 'nobody'], 2, /there is no batch nobody at redis:\/\/127\.0\.0\.1/],
  [['farm', 'shear'], 2, /expected one of status, results, cancel, retry, found shear/],
];

for (const [argv, code, message] of REFUSED) {
  test(`refused: ${argv.slice(-3).join(' ').replace(pictures(), '')}`, async () => {
    const outcome = await farmLoec(...argv);
    assert.match(outcome.stderr, message);
    assert.is(outcome.code, code);
  });
}

test('a server that may lose batches is told of', async () => {
  const forgetful = await TestRedis.start({
    settings: ['--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru'],
  });
  const command = [...ENCODE, '--detach'];
  const { stderr } = await loec(command, createWorld({ env: { LOEC_QUEUE: forgetful.url } }));
  await forgetful.stop();
  assert.match(stderr, 'set maxmemory-policy noeviction');
  assert.match(stderr, 'set appendonly yes');
  const { stderr: other } = await farmLoec(...command);
  assert.not.match(other, 'this Redis');
});

test('without an address a farm is not looked for', async () => {
  const { code, stderr } = await loec(['farm', 'status'], createWorld());
  assert.is(code, 2);
  assert.match(stderr, /by --queue or by the variable LOEC_QUEUE/);
});

if (redisServer === null) skipped('farm manage', WITHOUT_REDIS);
else test.run();
