/** @file The ledger: rows are settled once, whoever says it and how often, and shares of the queue are exact. */

import { parseAddress } from '../../src/farm/address.ts';
import { Farm } from '../../src/farm/farm.ts';
import type { FarmOutcome } from '../../src/farm/outcome.ts';
import { assert, skipped, suite } from '../harness.ts';
import { doneWith } from './done-outcome.ts';
import { FarmWorld } from './farm-world.ts';
import { redisServer, WITHOUT_REDIS } from './redis.ts';

const test = suite('farm ledger');

const DONE = doneWith(Buffer.from('f00'));
const FAILED: FarmOutcome = {
  status: 'failed',
  failure: { code: 'E_INPUT', message: 'no', stack: undefined, cause: null },
};

let world: FarmWorld;
let farm: Farm;
test.before(async () => {
  world = await FarmWorld.start();
  farm = world.farm;
});
test.before.each(async () => {
  await farm.redis.flushall();
});
test.after(() => world.end());

/** A batch without a record, as far as the ledger looks at it. */
async function batch(name: string, ids: readonly string[], share = 0): Promise<void> {
  await farm.redis.hset(farm.keys.batch(name), 'share', share);
  const rows = ids.map((id, index) => ({ id, sha256: 'aa', index }));
  await farm.ledger.want(name, rows);
  if (share > 0) await farm.redis.rpush(farm.keys.pending(name), ...rows.map(({ index }) => index));
}

const JOB = { id: 'f-1', sha256: 'aa' };

test('clients that settle a job at the same time settle each of its rows once', async () => {
  await batch('b', ['f-1', 'f-2', 'f-1']);
  await batch('c', ['f-1']);
  const others = await Promise.all(Array.from({ length: 4 }, () => Farm.open(parseAddress(world.redis.url))));
  const outcomes = [DONE, FAILED, DONE, FAILED];
  await Promise.all(others.map(({ ledger }, i) => ledger.settle(JOB, outcomes[i] as FarmOutcome)));
  for (const other of others) other.close();
  const fields = await farm.redis.hgetall(farm.keys.batch('b'));
  assert.is(Number(fields.done ?? 0) + Number(fields.failed ?? 0), 2);
  assert.is(await farm.redis.xlen(farm.keys.log('b')), 2);
  assert.is(await farm.redis.xlen(farm.keys.log('c')), 1);
  assert.equal((await farm.redis.hkeys(farm.keys.settled('b'))).sort(), ['0', '2']);
});

test('what is no row among those that wait for a job keeps nobody from theirs', async () => {
  await batch('b', ['f-1']);
  await farm.redis.sadd(farm.keys.wanted('f-1'), 'nobody', 'b/x', '/');
  await farm.ledger.settle(JOB, DONE);
  assert.equal(await farm.ledger.outcomes('b', [0]), [DONE]);
});

test('a reader of the log hears of each row once, with its outcome, from where it was', async () => {
  await batch('b', ['f-1', 'f-2']);
  await farm.ledger.settle(JOB, DONE);
  const [first, cursor] = await farm.ledger.settledSince('b', '0', 10);
  assert.equal(first, [{ index: 0, outcome: DONE }]);
  await farm.ledger.settle({ id: 'f-2', sha256: 'bb' }, FAILED);
  const [second] = await farm.ledger.settledSince('b', cursor, 10);
  assert.equal(JSON.stringify(second), JSON.stringify([{ index: 1, outcome: FAILED }]));
});

test('what was made is told to those who want the same later', async () => {
  await batch('b', ['f-1']);
  await farm.ledger.settle(JOB, DONE);
  assert.equal(await farm.ledger.want('c', [{ ...JOB, index: 4 }]), [DONE]);
});

test('the bytes of a picture go with the last job that needs them', async () => {
  await farm.redis.set(farm.keys.picture('aa'), 'bytes');
  await batch('b', ['f-1', 'f-2']);
  await farm.ledger.settle(JOB, DONE);
  assert.is(await farm.redis.exists(farm.keys.picture('aa')), 1);
  await farm.ledger.settle({ id: 'f-2', sha256: 'aa' }, DONE);
  assert.is(await farm.redis.exists(farm.keys.picture('aa')), 0);
});

test('a batch with a share never has more rows in the queue, nor fewer while some wait', async () => {
  // Rows 0 and 3 want the same job, so that 3 is settled before its turn.
  await batch('b', ['f-1', 'f-2', 'f-3', 'f-1', 'f-4', 'f-5'], 2);
  const indices = (rows: readonly { index: number }[]): number[] => rows.map(({ index }) => index);
  assert.equal(indices(await farm.ledger.release('b')), [0, 1]);
  assert.equal(indices(await farm.ledger.release('b')), []);
  assert.equal(indices(await farm.ledger.settle(JOB, DONE)), [2]);
  assert.equal(indices(await farm.ledger.settle({ id: 'f-3', sha256: 'aa' }, FAILED)), [4]);
  assert.equal(indices(await farm.ledger.settle({ id: 'f-3', sha256: 'aa' }, FAILED)), []);
  assert.equal(indices(await farm.ledger.settle({ id: 'f-2', sha256: 'aa' }, DONE)), [5]);
  assert.equal(indices(await farm.ledger.settle({ id: 'f-4', sha256: 'aa' }, DONE)), []);
  assert.equal(await farm.redis.smembers(farm.keys.released('b')), ['5']);
});

test('a batch that gives up leaves jobs to those who want them too', async () => {
  await batch('b', ['f-1', 'f-2']);
  await batch('c', ['f-2']);
  const rows = ['f-1', 'f-2'].map((id, index) => ({ id, sha256: 'aa', index }));
  assert.equal(await farm.ledger.settleRows('b', rows, { status: 'cancelled' }), ['f-1']);
  assert.equal(await farm.ledger.areWanted(['f-1', 'f-2']), [false, true]);
  assert.is(await farm.redis.hget(farm.keys.batch('b'), 'cancelled'), '2');
});

test('rows that have failed can be opened again, and no others', async () => {
  await batch('b', ['f-1', 'f-2', 'f-3']);
  await farm.ledger.settle(JOB, DONE);
  await farm.ledger.settle({ id: 'f-2', sha256: 'aa' }, FAILED);
  const rows = ['f-1', 'f-2', 'f-3'].map((id, index) => ({ id, sha256: 'aa', index }));
  assert.equal(await farm.ledger.reopen('b', rows, false), { reopened: [1], gone: [] });
  assert.equal(await farm.ledger.areWanted(['f-1', 'f-2']), [false, true]);
  assert.is(await farm.redis.hget(farm.keys.batch('b'), 'failed'), '0');
  assert.equal(await farm.ledger.outcomes('b', [0, 1, 2]), [DONE, null, null]);
});

test('what is done is settled in a Redis that is full, which gets room by that', async () => {
  await batch('b', ['f-1']);
  await farm.redis.set(farm.keys.picture('aa'), Buffer.alloc(1e6));
  await farm.redis.config('SET', 'maxmemory', '1mb');
  const refused = await farm.redis.set('more', '1').catch(({ message }: Error) => message);
  await farm.ledger.settle(JOB, DONE);
  await farm.redis.config('SET', 'maxmemory', '0');
  assert.match(String(refused), 'OOM');
  assert.equal(await farm.ledger.outcomes('b', [0]), [DONE]);
  assert.is(await farm.redis.exists(farm.keys.picture('aa')), 0);
});

if (redisServer === null) skipped('farm ledger', WITHOUT_REDIS);
else test.run();
