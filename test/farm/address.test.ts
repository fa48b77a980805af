/** @file Addresses of queues: what they may say, and that their passwords are never shown. */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import { parseAddress, showAddress } from '../../src/farm/address.ts';
import { connect } from '../../src/farm/connection.ts';
import { assert, skipped, suite } from '../harness.ts';
import { redisServer, TestRedis, WITHOUT_REDIS } from './redis.ts';

const test = suite('addresses of queues');

/** With all that means something in an address. */
const PASSWORD = 's3cret@:/?#[]% &"\'\\';
const ENCODED = encodeURIComponent(PASSWORD);

const PLAIN = {
  host: 'host',
  port: 6379,
  database: 0,
  username: undefined,
  password: undefined,
  isSecure: false,
  authority: undefined,
  farm: 'default',
};

const UNDERSTOOD: readonly (readonly [string, object, string])[] = [
  ['redis://host', {}, 'redis://host:6379/0'],
  ['redis://host/', {}, 'redis://host:6379/0'],
  ['redis://host:1/12', { port: 1, database: 12 }, 'redis://host:1/12'],
  ['redis://[::1]:1/', { host: '::1', port: 1 }, 'redis://[::1]:1/0'],
  ['redis://:a%40b@[2001:db8::1]', { host: '2001:db8::1', password: 'a@b' }, 'redis://[2001:db8::1]:6379/0'],
  ['rediss://host?ca=/a%20b.pem', { isSecure: true, authority: '/a b.pem' }, 'rediss://host:6379/0'],
  ['redis://host?name=photos', { farm: 'photos' }, 'redis://host:6379/0 (photos)'],
  [`redis://:${ENCODED}@host`, { password: PASSWORD }, 'redis://host:6379/0'],
  [`redis://us%3Aer:${ENCODED}@host`, { username: 'us:er', password: PASSWORD }, 'redis://host:6379/0'],
];

for (const [text, fields, shown] of UNDERSTOOD) {
  test(`understood: ${text}`, () => {
    const address = parseAddress(text);
    assert.equal(address, { ...PLAIN, ...fields });
    assert.is(showAddress(address), shown);
  });
}

const REFUSED: readonly string[] = [
  's3cret',
  '',
  'host:6379',
  'http://:s3cret@host',
  'redis:s3cret@host',
  'redis://',
  'redis://:s3cret@',
  'redis://:s3cret@host:99999',
  'redis://:s3cret@host:port',
  'redis://:s3cret@host/zero',
  'redis://:s3cret@host/-1',
  'redis://:s3cret@host/0/1',
  'redis://:s3cret@host#part',
  'redis://:s3cret%@host',
  'redis://:s3cret@host?host=other',
  'redis://:s3cret@host?password=s3cret',
  'redis://:s3cret@host?name=',
  'redis://:s3cret@host?name=a/b',
  'redis://:s3cret@host?name=..%2Fs3cret',
  'redis://:s3cret@host?name={s3cret}',
  `redis://:s3cret@host?name=${'a'.repeat(65)}`,
  'redis://:s3cret/@host',
  'redis://:s3cret#@host',
  'redis://user:1?s3cret@host',
];

/** What is thrown, with all that anybody could print of it. */
function textOf(error: unknown): string {
  return `${inspect(error, { depth: null, showHidden: true })}${(error as Error).stack}${JSON.stringify(error)}`;
}

for (const text of REFUSED) {
  test(`refused without a word of it: ${text.slice(0, 50)}`, () => {
    try {
      parseAddress(text);
    } catch (error) {
      assert.is((error as { code: string }).code, 'E_USAGE');
      assert.not.match(textOf(error).replace(/^ {4}at .*$/gm, ''), 's3cret');
      return;
    }
    assert.unreachable('nothing was refused');
  });
}

const WITH_SERVER: readonly (readonly [string, (port: number) => string, RegExp])[] = [
  ['a wrong password', (port) => `redis://:s3cret-too@127.0.0.1:${port}`, /refuses the user or the password/],
  [
    'an unknown user',
    (port) => `redis://me:${ENCODED}@127.0.0.1:${port}`,
    /refuses the user or the password/,
  ],
  ['no password', (port) => `redis://127.0.0.1:${port}`, /wants a password/],
  ['no such database', (port) => `redis://:${ENCODED}@127.0.0.1:${port}/99`, /no database/],
  ['no server', () => `redis://:${ENCODED}@127.0.0.1:1`, /can't be reached: ECONNREFUSED/],
  ['no host', () => `redis://:${ENCODED}@host.invalid`, /can't be reached: E/],
  ['no authority', (port) => `rediss://:${ENCODED}@127.0.0.1:${port}?ca=/nowhere`, /\/nowhere.*ENOENT/],
];

test('a port that hangs up may be for TLS', async () => {
  const server = createServer((socket) => socket.on('data', () => socket.resetAndDestroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const error = await connect(parseAddress(`redis://127.0.0.1:${port}`)).catch((reason) => reason);
  assert.match(error.message, /rediss:\/\/ is meant/);
  server.close();
});

test('a port that speaks without TLS is told from one that is not there', async () => {
  const server = createServer((socket) => socket.end('-ERR Protocol error\r\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const error = await connect(parseAddress(`rediss://127.0.0.1:${port}`)).catch((reason) => reason);
  assert.match(error.message, /redis:\/\/ is meant/);
  server.close();
});

if (redisServer === null) skipped('addresses of queues: a server with a password', WITHOUT_REDIS);
else {
  const server = await TestRedis.start({ password: PASSWORD });
  test.after(() => server.stop());

  for (const [what, addressAt, pattern] of WITH_SERVER) {
    test(`said without the password: ${what}`, async () => {
      const error = await connect(parseAddress(addressAt(server.port))).catch((reason) => reason);
      assert.match(error.message, pattern);
      assert.not.match(textOf(error), 's3cret');
    });
  }

  test('a server that repeats what it does not understand is not repeated', async () => {
    const deaf = await TestRedis.start({ settings: ['--rename-command', 'AUTH', ''] });
    try {
      const address = parseAddress(`redis://:${ENCODED}@127.0.0.1:${deaf.port}`);
      const error = await connect(address).catch((reason) => reason);
      assert.match(error.message, /unknown command/);
      assert.not.match(textOf(error), 's3cret');
    } finally {
      await deaf.stop();
    }
  });

  test('a password of all signs opens the door', async () => {
    const redis = await connect(parseAddress(server.url));
    assert.is(await redis.ping(), 'PONG');
    redis.disconnect();
  });
}

test.run();
