/** @file Files appear whole or not at all. */

import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { writeOutput } from '../../src/cli/files/output.ts';
import { LoecError } from '../../src/errors.ts';
import { assert, suite } from '../harness.ts';
import { createFolder, createWorld, destinationOf } from './world.ts';

const test = suite('cli output');

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function* failing(error: Error): AsyncGenerator<Uint8Array> {
  yield* pieces('half a file');
  throw error;
}

async function errorOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  return assert.unreachable('it did not fail') as never;
}

test('pieces arrive in order', async () => {
  const folder = createFolder();
  const { context } = createWorld();
  await writeOutput(context, await destinationOf(folder('a')), pieces('one ', 'two ', 'three'));
  await writeOutput(context, await destinationOf('-'), pieces('one ', 'two ', 'three'));
  assert.is(readFileSync(folder('a'), 'utf8'), 'one two three');
  assert.is(context.stdout.text, 'one two three');
});

test('a failure on the way leaves the old file, no new one, and keeps its reason', async () => {
  const folder = createFolder({ a: Buffer.from('old') });
  const reason = new LoecError('E_ABORTED', 'stopped');
  const error = await errorOf(
    writeOutput(createWorld().context, await destinationOf(folder('a')), failing(reason)),
  );
  assert.is(error, reason);
  assert.is(readFileSync(folder('a'), 'utf8'), 'old');
  assert.equal(readdirSync(folder()), ['a']);
});

test('the file is not under its name before it is whole', async () => {
  const folder = createFolder();
  async function* watched(): AsyncGenerator<Uint8Array> {
    yield* pieces('first');
    assert.not(existsSync(folder('a')));
    assert.is(readdirSync(folder()).length, 1);
    yield* pieces('second');
  }
  await writeOutput(createWorld().context, await destinationOf(folder('a')), watched());
  assert.equal(readdirSync(folder()), ['a']);
});

test('a place that can not be written is E_INPUT with its name', async () => {
  const folder = createFolder({ a: Buffer.from('old') });
  const destination = { ...(await destinationOf(folder('a'))), path: folder('no/a') };
  const error = await errorOf(writeOutput(createWorld().context, destination, pieces('x')));
  assert.instance(error, LoecError);
  assert.is((error as LoecError).code, 'E_INPUT');
  assert.is(error.message, `${folder('a')} can't be written: no such file or directory`);
});

test('a reader that goes away is E_INPUT, not a crash', async () => {
  const stdout = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
  });
  const error = await errorOf(
    writeOutput({ ...createWorld().context, stdout }, await destinationOf('-'), pieces('x', 'y')),
  );
  assert.match(error.message, /stdout can't be written/);
});

test('devices are written to, not replaced', async () => {
  await writeOutput(createWorld().context, await destinationOf('/dev/null'), pieces('x'));
  assert.ok(lstatSync('/dev/null').isCharacterDevice());
});

test.run();
