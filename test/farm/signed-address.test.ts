/** @file Signed addresses: which a worker follows, what it does of what servers do, and the list that producers read. */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobPicture } from '../../src/farm/job.ts';
import { AddressList } from '../../src/farm/transfer/address-list.ts';
import { allowedAddress, parsePrefix } from '../../src/farm/transfer/allowed-address.ts';
import type { RedisValues } from '../../src/farm/transfer/redis-values.ts';
import { SignedAddress } from '../../src/farm/transfer/signed-address.ts';
import { assert, suite } from '../harness.ts';
import { startPictureServer } from './picture-server.ts';

const test = suite('signed addresses');

const PICTURE = Buffer.from('a picture');
const NEVER = new AbortController().signal;
const SECRET = 's3cret';

const folder = mkdtempSync(join(tmpdir(), 'loec-addresses-'));
const served = new Map([['/a.png', PICTURE]]);
const web = await startPictureServer(served);

/** Results by Redis are tested beside the other transfers. */
const VALUES = { keepResult: async () => {} } as unknown as RedisValues;
const PATIENCE = { milliseconds: 60_000, pauses: [1, 1] };
const ALLOWED = [new URL(web.origin)];
const transfer = new SignedAddress(VALUES, ALLOWED, PATIENCE);

/** For servers that are never done. */
const impatient = new SignedAddress(VALUES, ALLOWED, { ...PATIENCE, milliseconds: 300 });

test.after(async () => {
  await web.stop();
  rmSync(folder, { recursive: true, force: true });
});

const pictureAt = (get: string, put?: string): JobPicture => ({
  sha256: createHash('sha256').update(PICTURE).digest('hex'),
  bytes: PICTURE.length,
  source: { kind: 'address', get, ...(put !== undefined && { put }) },
});

async function refusalOf(work: Promise<unknown>): Promise<{ code: string; message: string; stack: string }> {
  return work.then(
    () => assert.unreachable('nothing was refused'),
    (error) => error,
  ) as never;
}

const isAllowed = (address: string, ...prefixes: string[]): boolean => {
  try {
    allowedAddress(
      address,
      prefixes.map((prefix) => parsePrefix(prefix) as URL),
    );
    return true;
  } catch {
    return false;
  }
};

test('an address is compared part by part', () => {
  assert.ok(isAllowed('https://host/a?x=1', 'https://host'));
  assert.ok(isAllowed('https://host:443/a', 'https://host'));
  assert.ok(isAllowed('https://HOST/a', 'https://host/'));
  assert.ok(isAllowed('https://host/folder/a', 'https://other', 'https://host/folder'));
  assert.ok(isAllowed('https://host/folder', 'https://host/folder'));
  assert.ok(isAllowed('https://host/o/photos%2Fa.png?alt=media', 'https://host/o/'));
  assert.ok(isAllowed('http://host/a', 'http://host'));
});

const FOREIGN: readonly string[] = [
  'https://host.evil/folder/a',
  'https://hostevil/folder/a',
  'https://host@evil/folder/a',
  'https://host:secret@evil/folder/a',
  'https://user:secret@host/folder/a',
  'https://evil/https://host/folder/a',
  'https://evil/folder/a?https://host/folder',
  'https://evil#https://host/folder/a',
  'https://evil\\@host/folder/a',
  'https://sub.host/folder/a',
  'https://host:8443/folder/a',
  'http://host/folder/a',
  'https://host/folder-beside/a',
  'https://host/folder/../a',
  'https://host/folder/%2e%2e/a',
  'https://host/folder/..%2fa',
  'https://host/folder/%2e%2e%2fa',
  'https://host/folder/..%5ca',
  'https://host/a',
  'ftp://host/folder/a',
  'file:///folder/a',
  'data:image/png;base64,AA',
  '//host/folder/a',
  'host/folder/a',
  'https://',
  '',
  `https://host/folder/${'a'.repeat(9000)}`,
];

for (const address of FOREIGN) {
  test(`refused: ${address.slice(0, 50)}`, () => assert.not(isAllowed(address, 'https://host/folder')));
}

test('nothing is allowed unless it is named, and prefixes are addresses', () => {
  assert.not(isAllowed('https://host/a'));
  for (const text of [
    'host',
    'https://',
    'ftp://host',
    'https://user@host',
    'https://host/?a',
    'https://host/#a',
    '*',
  ]) {
    assert.is(parsePrefix(text), undefined, text);
  }
});

test('what a worker is not allowed to ask is not asked', async () => {
  const asked = web.requests.length;
  const port = new URL(web.origin).port;
  for (const get of [`http://localhost:${port}/a.png?sig=${SECRET}`, `http://u:p@127.0.0.1:${port}/a.png`]) {
    const { code, message } = await refusalOf(transfer.fetchPicture(pictureAt(get), 100, NEVER));
    assert.is(code, 'E_INPUT');
    assert.not.match(message, SECRET);
  }
  const { message } = await refusalOf(
    transfer.keepResult({ id: 'f-1', picture: pictureAt('', 'http://localhost/') }, 'x', PICTURE),
  );
  assert.match(message, '--allow-address');
  assert.is(web.requests.length, asked);
});

const FAULTS: readonly (readonly [string, RegExp, SignedAddress?])[] = [
  ['/redirect', /leads to another address/],
  ['/forbidden', /403; has its signature expired/],
  ['/missing', /404/],
  ['/fails', /500/],
  ['/breaks', /can't be used/],
  ['/endless', /SHA-256/],
  ['/announces', /SHA-256/],
  ['/silent', /longer than 0.3 seconds/, impatient],
  ['/slow', /longer than 0.3 seconds/, impatient],
];

for (const [path, pattern, asking = transfer] of FAULTS) {
  test(`a server at fault: ${path}`, async () => {
    const get = `${web.origin}${path}?signature=${SECRET}`;
    const error = await refusalOf(asking.fetchPicture(pictureAt(get), 100, NEVER));
    assert.is(error.code, 'E_INPUT');
    assert.match(error.message, pattern);
    assert.match(error.message, `${web.origin}${path}`);
    assert.not.match(`${error.message}${error.stack}${JSON.stringify(error)}`, SECRET);
  });
}

test('a server that does better the next time is asked again', async () => {
  const picture = pictureAt(`${web.origin}/recovers/a.png`);
  assert.equal(Buffer.from(await transfer.fetchPicture(picture, 100, NEVER)), PICTURE);
});

test('an interruption ends a request', async () => {
  const picture = pictureAt(`${web.origin}/silent`);
  const patient = new SignedAddress(VALUES, ALLOWED);
  const error = await refusalOf(patient.fetchPicture(picture, 100, AbortSignal.timeout(50)));
  assert.is(error.code, 'E_ABORTED');
});

/** Reads a list with the text. */
function listOf(text: string): Promise<AddressList> {
  const path = join(folder, 'addresses.csv');
  writeFileSync(path, text);
  return AddressList.read(path);
}

test('the list says where pictures are', async () => {
  const list = await listOf(
    '\uFEFFinput,get,put\r\n\r\n"a, ""b"".png",https://host/a?x=1,\r\nphotos/../c.png,https://host/c,https://host/d\r\n',
  );
  assert.equal(await list.sourceOf('./a, "b".png'), { kind: 'address', get: 'https://host/a?x=1' });
  assert.equal(await list.sourceOf('c.png'), {
    kind: 'address',
    get: 'https://host/c',
    put: 'https://host/d',
  });
  const { code, message } = await refusalOf(list.sourceOf('d.png'));
  assert.is(code, 'E_USAGE');
  assert.match(message, /d\.png has no line in .*addresses\.csv/);
  assert.equal(await (await listOf('input,get\na,https://host/a')).sourceOf('a'), {
    kind: 'address',
    get: 'https://host/a',
  });
});

const WRONG_LISTS: readonly (readonly [string, RegExp])[] = [
  ['', /line 1: expected a line `input,get`/],
  ['a.png,https://host/a\n', /line 1/],
  ['input,get\n"a.png,https://host/a\n', /line 1: expected CSV/],
  ['input,get\n\n"a\n.png",https://host/a\nb.png\n', /line 5: expected an http/],
  [`input,get\na.png,https//host?sig=${SECRET}\n`, /line 2: expected an http/],
  [`input,get\na.png,https://u:${SECRET}@host/\n`, /line 2: expected an http/],
  ['input,get,put\na.png,https://host/a,ftp://host/\n', /line 2: .*second comma/],
  ['input,get\n,https://host/a\n', /line 2: expected the name/],
  ['input,get\na,https://host/a,,\n', /line 2: expected three values/],
  ['input,get\na,https://host/a\n./a,https://host/b\n', /line 3: \.\/a has a line already/],
];

for (const [text, pattern] of WRONG_LISTS) {
  test(`a list that is wrong: ${JSON.stringify(text)}`, async () => {
    const { code, message } = await refusalOf(listOf(text));
    assert.is(code, 'E_USAGE', message);
    assert.match(message, pattern);
    assert.match(message, 'addresses.csv');
    assert.not.match(message, SECRET);
  });
}

test('a list that is not there', async () => {
  const { code, message } = await refusalOf(AddressList.read(join(folder, 'nowhere.csv')));
  assert.is(code, 'E_INPUT');
  assert.match(message, 'nowhere.csv');
});

test.run();
