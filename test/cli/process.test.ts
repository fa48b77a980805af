/** @file The real executable: pipes, exit codes, Ctrl-C. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
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
  const child = start('encode', folder('a.png'), '--steps', '100000000', '--size', '600');
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

test.run();
