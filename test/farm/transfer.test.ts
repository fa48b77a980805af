/** @file Bytes come as they went, whichever way they go; what stores do not take is said. */

import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { LoecError } from '../../src/errors.ts';
import { parseAddress } from '../../src/farm/address.ts';
import { connect } from '../../src/farm/connection.ts';
import type { JobPicture, PictureSource } from '../../src/farm/job.ts';
import { Keys, LIFE, LIFE_WHEN_FETCHED } from '../../src/farm/keys.ts';
import { RedisValues } from '../../src/farm/transfer/redis-values.ts';
import { SharedFolder } from '../../src/farm/transfer/shared-folder.ts';
import { StoreTrouble } from '../../src/farm/transfer/store-trouble.ts';
import type { Transfer } from '../../src/farm/transfer/transfer.ts';
import { Transfers } from '../../src/farm/transfer/transfers.ts';
import { assert, skipped, suite } from '../harness.ts';
import { startPictureServer } from './picture-server.ts';
import { redisServer, TestRedis, WITHOUT_REDIS } from './redis.ts';

const test = suite('transfers');

const MOST = 200_000;
const PICTURE = randomBytes(100_000);
const FILE = randomBytes(3000);
const ID = 'f-0123456789abcdef';
const NEVER = new AbortController().signal;

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const root = mkdtempSync(join(tmpdir(), 'loec-transfer-'));
const results = join(root, '.loec-farm/default/results');
const keys = new Keys('default');
const served = new Map<string, Buffer>([['/a.png', PICTURE]]);

let server: TestRedis;
let redis: Redis;
let web: Awaited<ReturnType<typeof startPictureServer>>;
let values: RedisValues;
let folder: SharedFolder;
let ways: readonly (readonly [string, Transfer, JobPicture])[];

const pictureOf = (source: PictureSource): JobPicture => ({
  sha256: hashOf(PICTURE),
  bytes: PICTURE.length,
  source,
});

test.before(async () => {
  server = await TestRedis.start();
  redis = await connect(parseAddress(server.url));
  web = await startPictureServer(served);
  values = new RedisValues(redis, keys, MOST);
  folder = new SharedFolder(root, 'default');
  writeFileSync(join(root, 'a.png'), PICTURE);
  const transfers = new Transfers({ redis: values, folder, addresses: [new URL(web.origin)] });
  const sources: PictureSource[] = [
    { kind: 'redis' },
    await folder.sourceOf(join(root, 'a.png')),
    { kind: 'address', get: `${web.origin}/a.png?signature=1`, put: `${web.origin}/out/a.loe?signature=2` },
  ];
  ways = sources.map((source) => [source.kind, transfers.of(source), pictureOf(source)] as const);
  await values.offer(pictureOf({ kind: 'redis' }), PICTURE);
  await folder.offer();
});

test.after(async () => {
  redis.disconnect();
  await server.stop();
  await web.stop();
  rmSync(root, { recursive: true, force: true });
});

async function refusalOf(
  work: Promise<unknown>,
): Promise<{ code: string; message: string; cause?: unknown }> {
  return work.then(
    () => assert.unreachable('nothing was refused'),
    (error) => error,
  ) as never;
}

test('pictures come as they were handed over', async () => {
  for (const [kind, transfer, picture] of ways) {
    const bytes = await transfer.fetchPicture(picture, MOST, NEVER);
    assert.is(Buffer.compare(bytes, PICTURE), 0, kind);
  }
});

test('another picture, a longer and a shorter one, one over the limit, and none at all are refused', async () => {
  for (const [kind, transfer, picture] of ways) {
    const wrong: readonly (readonly [JobPicture, number, string])[] = [
      [{ ...picture, bytes: PICTURE.length - 1 }, MOST, 'E_INPUT'],
      [{ ...picture, bytes: PICTURE.length + 1 }, MOST, 'E_INPUT'],
      [picture, PICTURE.length - 1, 'E_LIMIT'],
    ];
    for (const [asked, most, code] of wrong) {
      const error = await refusalOf(transfer.fetchPicture(asked, most, NEVER));
      assert.is(error.code, code, `${kind}: ${error.message}`);
    }
  }
  const other = { ...pictureOf({ kind: 'redis' }), sha256: hashOf(FILE) };
  assert.match((await refusalOf(values.fetchPicture(other, MOST, NEVER))).message, 'not in Redis');
  await redis.set(keys.picture(other.sha256), PICTURE);
  assert.match((await refusalOf(values.fetchPicture(other, MOST, NEVER))).message, 'SHA-256');
  const [, , [, byAddress, picture]] = ways as [unknown, unknown, (typeof ways)[number]];
  const error = await refusalOf(byAddress.fetchPicture({ ...picture, sha256: hashOf(FILE) }, MOST, NEVER));
  assert.match(error.message, 'SHA-256');
});

test('an interruption ends the wait', async () => {
  for (const [kind, transfer, picture] of ways) {
    const error = await refusalOf(transfer.fetchPicture(picture, MOST, AbortSignal.abort()));
    assert.is(error.code, 'E_ABORTED', kind);
  }
});

test('results come as they were kept, also when kept twice, and only under their own hash', async () => {
  for (const [kind, transfer, picture] of ways) {
    const [id, sha256] = [`${ID}-${kind}`, hashOf(FILE)];
    assert.not(await transfer.hasResult(id, sha256));
    assert.is(await transfer.takeResult(id, sha256), null);
    for (let time = 0; time < 2; time++) await transfer.keepResult({ id, picture }, sha256, FILE);
    assert.ok(await transfer.hasResult(id, sha256));
    assert.not(await transfer.hasResult(id, hashOf(PICTURE)));
    assert.is(Buffer.compare((await transfer.takeResult(id, sha256)) as Uint8Array, FILE), 0, kind);
  }
  assert.equal(served.get('/out/a.loe'), FILE);
  assert.equal(
    readdirSync(results).map((name) => readFileSync(join(results, name))),
    [FILE],
  );
});

test('a result that is damaged is refused and removed, so that another can take its place', async () => {
  for (const [kind, transfer, picture] of ways) {
    const [id, sha256] = [`${ID}-damaged-${kind}`, hashOf(FILE)];
    await transfer.keepResult({ id, picture }, sha256, PICTURE);
    assert.is((await refusalOf(transfer.takeResult(id, sha256))).code, 'E_INPUT');
    assert.not(await transfer.hasResult(id, sha256), kind);
  }
});

test('the checkpoint of the latest attempt is kept', async () => {
  for (const [kind, transfer] of ways) {
    const id = `${ID}-${kind}`;
    const bytes = (attempt: number) => Buffer.from([0, 255, attempt]);
    assert.is(await transfer.takeCheckpoint(id), null);
    const kept = [];
    for (const attempt of [9, 10, 10, 2]) {
      kept.push(await transfer.keepCheckpoint(id, { attempt, bytes: bytes(attempt) }));
    }
    assert.equal(kept, [true, true, true, false], kind);
    assert.equal(await transfer.takeCheckpoint(id), { attempt: 10, bytes: bytes(10) });
    assert.is(await transfer.takeCheckpoint(`${id}-1`), null);
    await transfer.dropCheckpoint(id);
    assert.is(await transfer.takeCheckpoint(id), null);
  }
  assert.equal(readdirSync(join(root, '.loec-farm/default/checkpoints')), []);
});

test('values in Redis expire, sooner when they have been fetched', async () => {
  const [id, sha256, picture] = ['f-expiry', hashOf(FILE), pictureOf({ kind: 'redis' })];
  await values.keepResult({ id, picture }, sha256, FILE);
  await values.keepCheckpoint(id, { attempt: 1, bytes: FILE });
  for (const key of [keys.picture(picture.sha256), keys.result(id, sha256), keys.checkpoint(id)]) {
    const life = await redis.ttl(key);
    assert.ok(life > LIFE - 100 && life <= LIFE, `${key}: ${life}`);
  }
  await values.takeResult(id, sha256);
  const life = await redis.ttl(keys.result(id, sha256));
  assert.ok(life > LIFE_WHEN_FETCHED - 100 && life <= LIFE_WHEN_FETCHED, `${life}`);
  assert.ok(await values.hasResult(id, sha256));
  assert.ok((await redis.ttl(keys.result(id, sha256))) > LIFE - 100);
});

test('a picture that is in Redis is not sent again', async () => {
  const picture = pictureOf({ kind: 'redis' });
  await redis.expire(keys.picture(picture.sha256), 10);
  await redis.config('RESETSTAT');
  await values.offer(picture, PICTURE);
  assert.ok((await redis.ttl(keys.picture(picture.sha256))) > LIFE - 100);
  assert.not.match(await redis.info('commandstats'), 'cmdstat_set:');
});

test('what is longer than a value may be is not kept in Redis, which a checkpoint survives', async () => {
  const large = randomBytes(MOST + 1);
  const picture = pictureOf({ kind: 'redis' });
  for (const work of [values.offer(picture, large), values.keepResult({ id: ID, picture }, 'x', large)]) {
    const { code, message } = await refusalOf(work);
    assert.is(code, 'E_LIMIT');
    assert.match(message, '--transfer shared');
  }
  assert.not(await values.keepCheckpoint('f-large', { attempt: 1, bytes: large }));
  await redis.hset(keys.checkpoint('f-large'), { attempt: 1, bytes: large });
  assert.is(await values.takeCheckpoint('f-large'), null);
});

test('a Redis that is full says so, and what to do', async () => {
  await redis.config('SET', 'maxmemory', '1');
  const picture = pictureOf({ kind: 'redis' });
  const kept = [
    () => values.keepResult({ id: 'f-full', picture }, hashOf(FILE), FILE),
    () => values.keepCheckpoint('f-full', { attempt: 1, bytes: FILE }),
  ];
  for (const keep of kept) {
    const { code, message } = await refusalOf(keep());
    assert.is(code, 'E_LIMIT');
    assert.match(message, /maxmemory.*--transfer shared/);
  }
  await redis.config('SET', 'maxmemory', '0');
});

test('files of the folder go by their age, sooner when they have been fetched', async () => {
  const [, [, , picture]] = ways as [unknown, (typeof ways)[number]];
  const sha256 = hashOf(FILE);
  const path = (id: string) => join(results, `${id}.${sha256}.loe`);
  const age = (file: string, seconds: number) => {
    const time = Date.now() / 1000 - seconds;
    utimesSync(file, time, time);
  };
  for (const id of ['f-old', 'f-new', 'f-renewed']) await folder.keepResult({ id, picture }, sha256, FILE);
  // NFS names a file so that is open and was removed.
  for (const name of ['old.tmp', 'new.tmp', '.nfs0001']) writeFileSync(join(results, name), '');
  age(join(results, '.nfs0001'), LIFE + 10);
  age(path('f-old'), LIFE + 10);
  age(path('f-new'), LIFE - 100);
  age(path('f-renewed'), LIFE + 10);
  age(join(results, 'old.tmp'), LIFE_WHEN_FETCHED + 10);
  assert.ok(await folder.hasResult('f-renewed', sha256));
  await folder.sweep();
  const names = ['f-old', 'f-new', 'f-renewed']
    .map(path)
    .concat(['old.tmp', 'new.tmp'].map((name) => join(results, name)));
  assert.equal(names.map(existsSync), [false, true, true, false, true]);
  await folder.takeResult('f-new', sha256);
  const left = statSync(path('f-new')).mtimeMs / 1000 + LIFE - Date.now() / 1000;
  assert.ok(Math.abs(left - LIFE_WHEN_FETCHED) < 100, `${left}`);
});

test('names that are no ids make no paths', async () => {
  const [, [, , picture]] = ways as [unknown, (typeof ways)[number]];
  for (const id of ['../f-x', 'a/b', '.', '', 'a\0']) {
    assert.is((await refusalOf(folder.keepResult({ id, picture }, hashOf(FILE), FILE))).code, 'E_INPUT');
    assert.is((await refusalOf(folder.keepCheckpoint(id, { attempt: 1, bytes: FILE }))).code, 'E_INPUT');
  }
  assert.is((await refusalOf(folder.keepResult({ id: ID, picture }, '../../x', FILE))).code, 'E_INPUT');
});

test('nothing is written through a link', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'loec-outside-'));
  const linked = mkdtempSync(join(tmpdir(), 'loec-linked-'));
  symlinkSync(outside, join(linked, '.loec-farm'));
  const [, [, , picture]] = ways as [unknown, (typeof ways)[number]];
  const { code, message } = await refusalOf(
    new SharedFolder(linked, 'default').keepResult({ id: ID, picture }, hashOf(FILE), FILE),
  );
  assert.is(code, 'E_INPUT');
  assert.match(message, 'link');
  for (const path of [outside, linked]) rmSync(path, { recursive: true, force: true });
});

test('nothing is removed through a link', async () => {
  const linked = mkdtempSync(join(tmpdir(), 'loec-linked-'));
  const outside = mkdtempSync(join(tmpdir(), 'loec-outside-'));
  mkdirSync(join(linked, '.loec-farm/default'), { recursive: true });
  symlinkSync(outside, join(linked, '.loec-farm/default/results'));
  const letter = join(outside, 'letter.txt');
  writeFileSync(letter, '');
  utimesSync(letter, 0, 0);
  const { code, message } = await refusalOf(new SharedFolder(linked, 'default').sweep());
  assert.is(code, 'E_INPUT');
  assert.match(message, 'link');
  assert.ok(existsSync(letter));
  for (const path of [outside, linked]) rmSync(path, { recursive: true, force: true });
});

test('a picture in a folder needs the folder', async () => {
  const without = new Transfers({ redis: values, folder: null, addresses: [] });
  assert.throws(
    () => without.of({ kind: 'shared', path: 'a.png' }),
    (error: Error) => {
      return error instanceof StoreTrouble && /--root/.test(error.message);
    },
  );
  // What nobody may read is refused for good.
  assert.throws(
    () => without.of({ kind: 'shared', path: '../a.png' }),
    (error: Error) => {
      return error instanceof LoecError && !(error instanceof StoreTrouble);
    },
  );
});

test('a root that nothing is mounted at is the fault of no picture', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'loec-empty-'));
  const picture = pictureOf({ kind: 'shared', path: 'a.png' });
  const fetching = new SharedFolder(empty, 'default').fetchPicture(picture, 1e6, NEVER);
  const error = await fetching.catch((thrown: unknown) => thrown);
  assert.instance(error, StoreTrouble);
  assert.match((error as Error).message, 'mounted');
  rmSync(empty, { recursive: true });
});

/** A disk of 64 kB; null where none can be mounted. */
function smallDisk(): string | null {
  const path = join(root, 'small');
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    return null;
  }
}

const disk = redisServer === null ? null : smallDisk();
if (disk === null) skipped('transfers on a full disk', 'no disk can be mounted here');
else {
  test('a disk that is full says so, and keeps no half file', async () => {
    const small = new SharedFolder(disk, 'default');
    const [, [, , picture]] = ways as [unknown, (typeof ways)[number]];
    try {
      const error = await refusalOf(small.keepResult({ id: ID, picture }, hashOf(PICTURE), PICTURE));
      assert.is(error.code, 'E_INPUT');
      assert.match(error.message, 'no space left');
      assert.is((error.cause as NodeJS.ErrnoException).code, 'ENOSPC');
      assert.equal(readdirSync(join(disk, '.loec-farm/default/results')), []);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
}

if (redisServer === null) skipped('transfers', WITHOUT_REDIS);
else test.run();
