/** @file The real executable: pipes, exit codes, Ctrl-C. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import sharp from 'sharp';
import { assert, suite } from '../harness.ts';
import { createFolder, QUICK, tinyLoe, tinyPng, withChunk } from './world.ts';

const test = suite('cli process');

const BIN = fileURLToPath(new URL('../../bin/loec.ts', import.meta.url));

function start(...argv: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, ['--import', 'tsx', BIN, ...argv], { stdio: 'pipe' });
  // A child that ends early closes its stdin under us; its exit code tells the story.
  child.stdin.on('error', () => {});
  return child;
}

test('encode | decode', async () => {
  const [encoder, decoder] = [start('encode', '-', ...QUICK), start('decode', '-', '--scale', '2')];
  encoder.stdout.pipe(decoder.stdin);
  encoder.stdin.end(tinyPng());
  const [picture, message] = await Promise.all([buffer(decoder.stdout), text(encoder.stderr)]);
  const { width, height } = PNG.sync.read(picture);
  assert.equal([width, height], [32, 32]);
  assert.match(message, /^- -> - {2}\d+ bytes/);
});

test('the exit code reaches the shell', async () => {
  const child = start('info', 'no-such-file.loe');
  const [code] = await once(child, 'exit');
  assert.is(code, 3);
});

test('Ctrl-C during a fit: exit code 130, nothing left behind', async () => {
  // The note about the text chunk comes just before the fit.
  const folder = createFolder({ 'a.png': withChunk(tinyPng(), 'tEXt', 'Title\0A name') });
  const child = start(
    'encode',
    folder('a.png'),
    '--preset',
    'pyramid',
    '--steps',
    '100000000',
    '--size',
    '600',
  );
  await once(child.stderr, 'data');
  setTimeout(() => child.kill('SIGINT'), 300);
  const [code, signal] = await once(child, 'exit');
  assert.equal([code, signal], [130, null]);
  assert.equal(readdirSync(folder()), ['a.png']);
});

test('Ctrl-C while stdin is awaited', async () => {
  const child = start('decode', '-', '-o', createFolder()('a.png'));
  const ended = once(child, 'exit');
  // Handlers are in place once the process takes more than a pipe holds.
  await new Promise((resolve) => child.stdin.write(Buffer.alloc(1 << 20), resolve));
  child.kill('SIGTERM');
  const [code] = await ended;
  assert.is(code, 143);
});

test('a reader that has seen enough ends the work without a stack trace', async () => {
  const folder = createFolder({ 'a.loe': await tinyLoe() });
  const child = start('decode', folder('a.loe'), '--scale', '60', '-o', '-');
  child.stdout.once('data', () => child.stdout.destroy());
  const [message, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.ok(code === 3 || code === 130, `exit code ${code}`);
  assert.match(message, /^loec: [^\n]+\n$/);
});

test('of two processes for one output one succeeds, the other ends with 6', async () => {
  const folder = createFolder({ 'x.png': tinyPng(), 'y.png': tinyPng(17) });
  const outputs = ['x', 'y'].map((name) =>
    start('encode', folder(`${name}.png`), '-o', folder('o.loe'), ...QUICK),
  );
  const codes = await Promise.all(outputs.map(async (child) => (await once(child, 'exit'))[0]));
  assert.equal(codes.sort(), [0, 6]);
  assert.equal(readdirSync(folder()).sort(), ['o.loe', 'x.png', 'y.png']);
});

test('a second signal ends at once, with nothing left behind', async () => {
  const folder = createFolder({ 'a.loe': await tinyLoe() });
  const child = start('decode', folder('a.loe'), '--scale', '64', '-o', folder('a.png'));
  const ended = once(child, 'exit');
  while (readdirSync(folder()).length < 2) await sleep(5);
  child.kill('SIGHUP');
  child.kill('SIGHUP');
  const [code, signal] = await ended;
  // By the action of the signal, or by what the first one began.
  assert.ok(code === 129 || signal === 'SIGHUP', `${code} ${signal}`);
  assert.equal(readdirSync(folder()), ['a.loe']);
});

test('a reader of messages that has gone does not end the work', async () => {
  const folder = createFolder({ 'a.png': tinyPng(), 'b.png': tinyPng(), 'c.png': tinyPng() });
  const child = start('encode', ...['a', 'b', 'c'].map((name) => folder(`${name}.png`)), ...QUICK);
  child.stderr.once('data', () => child.stderr.destroy());
  const [code] = await once(child, 'exit');
  assert.is(code, 0);
  assert.equal(readdirSync(folder()).filter((name) => name.endsWith('.loe')).length, 3);
});

test('where sharp is missing, what is missing is said', async () => {
  const jpeg = await sharp(tinyPng()).jpeg().toBuffer();
  const folder = createFolder({ 'a.png': jpeg, 'b.loe': await tinyLoe() });
  const hooks =
    "export const resolve = (name, context, next) => { if (name === 'sharp') throw new Error('none'); return next(name, context); };";
  const url = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
  const noSharp = url(`import { register } from 'node:module'; register(${JSON.stringify(url(hooks))});`);
  for (const [argv, message] of [
    [['encode', folder('a.png')], /a\.png: this is a JPEG file.*npm install sharp, or convert it to PNG/],
    [['decode', folder('b.loe'), '-o', folder('a.jpg')], /npm install sharp/],
  ] as const) {
    const child = spawn(process.execPath, ['--import', 'tsx', '--import', noSharp, BIN, ...argv]);
    const [output, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    assert.is(code, 9, output);
    assert.match(output, message);
  }
  assert.equal(readdirSync(folder()).sort(), ['a.png', 'b.loe']);
});

test.run();
