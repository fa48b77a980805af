/** @file What strangers have written into the records of batches: it ends no command, and no file is written but .loe files where they are wanted. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import {
  type BatchRecord,
  type BatchRow,
  jobOf,
  recordOfText,
  rowOfText,
} from '../../src/farm/batch-record.ts';
import { createBatch, keepRows, setBatch } from '../../src/farm/batches.ts';
import { jobIdOf } from '../../src/farm/job-id.ts';
import { outcomeOfText, outcomeToText } from '../../src/farm/outcome.ts';
import { sweep } from '../../src/farm/sweep.ts';
import { version } from '../../src/version.ts';
import { createFolder, createWorld, loec, type Outcome } from '../cli/world.ts';
import { assert, skipped, suite } from '../harness.ts';
import { doneWith } from './done-outcome.ts';
import { FarmWorld, LANE } from './farm-world.ts';
import { redisServer, WITHOUT_REDIS } from './redis.ts';

const test = suite('forged batches');

let world: FarmWorld;
test.before(async () => {
  world = await FarmWorld.start();
});
test.after(() => world.end());

const FILE = { options: {}, orient: true, limits: {}, verify: false };
const RECORD: BatchRecord = {
  ...{ name: 'b', version, created: 1e12, base: '/', lane: LANE, file: FILE, output: {} },
  ...{ transfer: 'redis', priority: 0 },
};
const ROW: BatchRow = {
  ...{ input: 'a.png', output: 'a.loe', isNamed: false, mtimeMs: 0, atimeMs: 0, mode: 0o644 },
  picture: { sha256: '0'.repeat(64), bytes: 1e6, source: { kind: 'redis' } },
};

/** A file that decoders would refuse, but that begins as one. */
const LOE = Buffer.from('\x89LOE of a stranger', 'latin1');

/** A batch whose only picture is done, as whoever can write to Redis can make one. */
async function forge(
  record: Partial<BatchRecord>,
  row: Partial<BatchRow>,
  file: Uint8Array,
): Promise<string> {
  const { farm, values } = world;
  const name = `forged-${createHash('sha256')
    .update(JSON.stringify([record, row]))
    .digest('hex')
    .slice(0, 8)}`;
  const [batch, only] = [
    { ...RECORD, ...record, name },
    { ...ROW, ...row },
  ];
  const outcome = doneWith(file);
  const id = jobIdOf(jobOf(batch, only));
  const { sha256 } = outcome.file;
  await createBatch(farm, batch);
  await keepRows(farm, name, [{ index: 0, row: only }], false);
  await setBatch(farm, name, 'isWhole');
  await values.keepResult({ id, picture: only.picture }, sha256, file);
  await farm.ledger.settleRows(name, [{ index: 0, id, sha256: ROW.picture.sha256 }], outcome);
  return name;
}

function farmLoec(...argv: string[]): Promise<Outcome> {
  return loec(['farm', ...argv], createWorld({ env: { LOEC_QUEUE: world.redis.url } }));
}

test('what a worker tells is read again; what none would tell is a failure', () => {
  const done = doneWith(LOE);
  const failed = {
    status: 'failed',
    failure: { code: 'E_LIMIT', message: 'no', stack: 'at', cause: null },
  } as const;
  for (const outcome of [done, failed, { status: 'cancelled' } as const]) {
    assert.equal(outcomeOfText(outcomeToText(outcome)), outcome);
  }
  const forged = [
    ...[null, [], {}, 'done', { status: '__proto__' }, { status: 'done' }, { status: 'failed' }],
    ...[
      { ...done, told: 5 },
      { ...done, notes: [{}] },
      { ...done, file: { sha256: '../x', bytes: 1 } },
    ],
    ...[
      { ...done, figures: { ...done.figures, bpp: '1' } },
      { ...done, figures: [] },
    ],
    ...[
      { ...failed, failure: { ...failed.failure, code: '__proto__' } },
      { ...failed, failure: null },
    ],
  ];
  for (const text of ['', '{no', ...forged.map((outcome) => JSON.stringify(outcome))]) {
    const outcome = outcomeOfText(text);
    assert.ok(outcome.status === 'failed' && outcome.failure.code === 'E_INPUT', text);
  }
});

test('records and rows that no producer writes are none', () => {
  const record = (fields: object): unknown => recordOfText(JSON.stringify({ ...RECORD, ...fields }), 'b');
  assert.equal(record({}), RECORD);
  const records = [{ name: 'c' }, { lane: 'a:b' }, { lane: '' }, { output: null }, { file: {} }];
  for (const fields of [...records, { transfer: 'x' }, { share: '1' }]) assert.is(record(fields), null);
  const row = (fields: object): unknown => rowOfText(JSON.stringify({ ...ROW, ...fields }));
  assert.equal(row({}), ROW);
  const rows = [{ input: 5 }, { output: {} }, { picture: null }, { picture: { ...ROW.picture, source: 1 } }];
  for (const fields of [...rows, { mode: 'x' }, { mtimeMs: null }]) assert.is(row(fields), null);
});

test('results are .loe files under names of such, and no field of a record is an option of the command', async () => {
  const folder = createFolder();
  const text = Buffer.from('#!/bin/sh\n');
  const named = await forge({}, { output: folder('profile') }, LOE);
  const refused = await farmLoec('results', named);
  assert.is(refused.code, 2);
  assert.match(refused.stderr, /profile is not the name of a \.loe file: name a folder for it by --out-dir/);
  const shell = await farmLoec('results', await forge({}, { output: folder('a.loe') }, text));
  assert.is(shell.code, 4);
  assert.match(shell.stderr, /is no \.loe file/);
  const output = { report: folder('r.csv'), quiet: true };
  const told = await farmLoec('results', await forge({ output }, { output: folder('b.loe') }, LOE));
  assert.is(told.code, 0);
  assert.match(told.stderr, 'a.png -> ');
  assert.equal(
    ['profile', 'a.loe', 'b.loe', 'r.csv'].map((name) => existsSync(folder(name))),
    [false, false, true, false],
  );
});

test('at another place than that of the batch nothing is replaced unasked', async () => {
  const folder = createFolder();
  writeFileSync(folder('a.loe'), 'mine');
  const name = await forge({ output: { force: true } }, { output: '/a.loe' }, LOE);
  await farmLoec('results', name, '--out-dir', folder());
  assert.is(readFileSync(folder('a.loe'), 'utf8'), 'mine');
  await farmLoec('results', name, '--out-dir', folder(), '--force');
  assert.ok(readFileSync(folder('a.loe')).equals(LOE));
});

test('what is no batch, no row and no worker keeps nobody from the others', async () => {
  const { redis, keys } = world.farm;
  for (const [name, text] of Object.entries({ nojson: '{', nothing: 'null', empty: '{}' })) {
    await redis.hset(keys.batch(name), 'record', text);
    await redis.zadd(keys.batches, Date.now() + 1e6, name);
  }
  await createBatch(world.farm, { ...RECORD, name: 'rows' });
  await redis.hset(keys.rows('rows'), { 0: 'null', x: '[]', 1: JSON.stringify({ ...ROW, picture: null }) });
  await createBatch(world.farm, { ...RECORD, name: 'types' });
  await redis.hset(keys.rows('types'), 0, JSON.stringify(ROW));
  await redis.set(keys.settled('types'), 'no hash');
  await redis.zadd(keys.workers, Date.now(), 'w');
  await redis.set(keys.worker('w'), '{"lanes":5}');
  const { batch, id } = await world.handOver(Buffer.from('picture'));
  await (await world.farm.queue(LANE)).remove(id);
  await sweep(world.farm).catch(() => {});
  assert.ok(await (await world.farm.queue(LANE)).getJob(id), 'the lost job of another batch is there again');
  const { code, stdout } = await farmLoec('status');
  assert.is(code, 0);
  assert.match(stdout.toString(), `batch ${batch}: 0 of 1 done`);
  assert.match((await farmLoec('cancel', 'empty')).stderr, 'there is no batch empty');
});

if (redisServer === null) skipped('forged batches', WITHOUT_REDIS);
else test.run();
