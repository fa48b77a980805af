/** @file The password of a queue is in nothing that the command line prints or writes, wherever it was typed. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAddress } from '../../src/farm/address.ts';
import { connect } from '../../src/farm/connection.ts';
import { createFolder, createWorld, loec, tinyPng } from '../cli/world.ts';
import { assert, skipped, suite } from '../harness.ts';
import { redisServer, TestRedis, WITHOUT_REDIS } from './redis.ts';

const test = suite('secrets');

/** Typed as it is, and as an address wants it. */
const PASSWORD = 's3cret@:/%';
const WRONG = `redis://:${PASSWORD}@127.0.0.1:1`;
const NOBODY = `redis://user:${encodeURIComponent(PASSWORD)}@127.0.0.1:1`;

const at = createFolder({ 'a.png': tinyPng() });
const input = at('a.png');

/** All that somebody could type into a wrong place. */
const LINES: readonly (readonly string[])[] = [
  [NOBODY],
  [WRONG],
  [`--queue=${NOBODY}`],
  ['encode', NOBODY],
  ['encode', NOBODY.replace('user:', 'user:\n')],
  ['encode', input, '--queue', NOBODY],
  ['encode', input, '--queue', WRONG],
  ['encode', input, '--queue', NOBODY.replace('redis:', 'http:')],
  ['encode', input, '--queue', NOBODY.replace('redis:', 'redis')],
  ['encode', input, `--queue=${WRONG}`, '--queue', NOBODY],
  ['encode', input, '--qeue', NOBODY],
  ['encode', input, `--qeue=${NOBODY}`],
  ['encode', input, `--detach=${NOBODY}`],
  ['encode', input, '--queue', NOBODY, '--jobs', '2'],
  ['encode', input, '--queue', NOBODY, '--name', NOBODY],
  ['encode', input, '--queue', 'env', '--detach'],
  ['encode', input, '--effort', NOBODY],
  ['encode', input, '-o', NOBODY, '--dry-run'],
  ['encode', input, NOBODY, '--json', '--dry-run'],
  ['decode', NOBODY],
  ['info', NOBODY, '--json'],
  ['worker', NOBODY],
  ['worker', WRONG],
  ['worker', NOBODY, WRONG],
  ['worker', '--queue', NOBODY],
  ['worker', NOBODY, '--name', NOBODY],
  ['worker'],
  ['farm', NOBODY],
  ['farm', 'status', NOBODY],
  ['farm', 'status', '--queue', NOBODY],
  ['farm', 'status', '--queue', WRONG],
  ['farm', 'results', 'name', '--queue', NOBODY],
];

for (const line of LINES) {
  test(`not printed by loec ${line.join(' ').replaceAll(PASSWORD, '…').slice(-70)}`, async () => {
    const world = createWorld({ env: { LOEC_QUEUE: WRONG } });
    const { stdout, stderr } = await loec([...line, '--verbose'], world);
    assert.not.match(`${stdout}${stderr}`, 's3cret');
  });
}

/** All files of a folder. */
function contentsOf(folder: string): string {
  const paths = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
  return paths
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

if (redisServer === null) skipped('secrets of a batch', WITHOUT_REDIS);
else {
  test('a server that wants a password is told of in words, all of which are seen', async () => {
    const server = await TestRedis.start({ password: PASSWORD });
    const queue = `redis://127.0.0.1:${server.port}`;
    const { code, stderr } = await loec(['farm', 'status', '--queue', queue], createWorld());
    await server.stop();
    assert.is(code, 9);
    assert.is(
      stderr,
      `loec: ${queue}/0 wants a password, which the address has before the host: docs/farm.md shows how\n`,
    );
  });

  test('a batch keeps none, neither in Redis nor in its report', async () => {
    const server = await TestRedis.start({ password: PASSWORD });
    try {
      const line = [
        'encode',
        input,
        '--queue',
        server.url,
        '--detach',
        '--name',
        'kept',
        '--json',
        '--verbose',
      ];
      const { code, stdout, stderr } = await loec([...line, '--out-dir', at('out')], createWorld());
      assert.is(code, 0, stderr);
      assert.not.match(`${stdout}${stderr}`, 's3cret');
      const redis = await connect(parseAddress(server.url));
      const keys = await redis.keys('*');
      assert.ok(keys.length > 3);
      const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
      assert.not.match(`${keys}${dumps.map((dump) => dump?.toString('latin1'))}`, 's3cret');
      redis.disconnect();
    } finally {
      await server.stop();
    }
    assert.not.match(contentsOf(at()), 's3cret');
  });
}

test.run();
