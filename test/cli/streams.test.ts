/** @file What goes to terminals, and streams that take nothing. */

import { readdirSync } from 'node:fs';
import { Writable } from 'node:stream';
import { main } from '../../src/cli/main.ts';
import { writeContents } from '../../src/container/write.ts';
import { pyramidContents } from '../container/pyramids.ts';
import { assert, suite } from '../harness.ts';
import { createFolder, createWorld, loec, QUICK, tinyLoe, tinyPng } from './world.ts';

const test = suite('cli streams');

/** ESC, BEL, a newline, DEL, CSI of 8 bits, right-to-left override, line separator. */
const HOSTILE = '\u001b[31m\u0007\n\u007f\u009b\u202e\u2028';
const ESCAPED = '\\u001b[31m\\u0007\\u000a\\u007f\\u009b\\u202e\\u2028';

/** What a terminal may obey, newlines apart. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028]/;

/** A stream that fails at every write. */
function failing(code: string): Writable {
  const error = Object.assign(new Error(`${code}: of all things, write`), { code });
  return new Writable({ write: (_chunk, _encoding, done) => done(error) }).on('error', () => {});
}

test('nothing from a file or its name reaches a terminal unescaped', async () => {
  const file = Buffer.from(await writeContents({ ...pyramidContents(), preset: HOSTILE }));
  const folder = createFolder({ [`${HOSTILE}.loe`]: file });
  const path = folder(`${HOSTILE}.loe`);
  const text = await loec(['info', path]);
  assert.is(text.code, 0, text.stderr);
  assert.not.match(text.stdout.toString(), OBEYED);
  assert.ok(text.stdout.includes(`preset ${ESCAPED},`), text.stdout.toString());
  const { stdout, json } = await loec(['info', path, '--json']);
  assert.not.match(stdout.toString(), OBEYED);
  assert.is(json()[0]?.preset, HOSTILE);
  assert.is(json()[0]?.file, path);
  for (const argv of [['info', `${path}.none`], [HOSTILE], ['info', `--${HOSTILE}`], ['decode', path]]) {
    const { stderr } = await loec(argv);
    assert.not.match(stderr, OBEYED);
    assert.match(stderr, /\\u001b\[31m/);
  }
});

test('the bar of progress is safe as well', async () => {
  const folder = createFolder({ [`${HOSTILE}.png`]: tinyPng() });
  const world = createWorld({ terminal: true });
  await loec(['encode', folder(`${HOSTILE}.png`), ...QUICK], world);
  const text = world.context.stderr.text.replaceAll('\r\u001b[2K', '');
  assert.not.match(text, OBEYED);
  assert.ok(text.includes(ESCAPED));
});

test('a stdout that takes nothing is told once, and files are written all the same', async () => {
  const folder = createFolder({ 'a.png': tinyPng(), 'b.png': tinyPng() });
  for (const [code, message] of [
    ['ENOSPC', /^loec: .*a\.png: stdout can't be written: of all things$/m],
    ['EPIPE', /^loec: .*a\.png: stdout can't be written: its reader has gone$/m],
  ] as const) {
    const world = createWorld();
    const context = { ...world.context, stdout: failing(code) };
    const argv = ['encode', folder('a.png'), folder('b.png'), ...QUICK, '--json', '--quiet', '--force'];
    assert.is(await main(argv, context), 3);
    assert.equal(readdirSync(folder()).sort(), ['a.loe', 'a.png', 'b.loe', 'b.png']);
    assert.match(context.stderr.text, message);
    assert.is(context.stderr.text.split('\n').length, 2);
  }
});

test('every command fails where stdout does', async () => {
  const folder = createFolder({ 'a.loe': await tinyLoe() });
  for (const argv of [
    ['--help'],
    ['--version'],
    ['info', folder('a.loe')],
    ['decode', folder('a.loe'), '-o', '-'],
  ]) {
    const context = { ...createWorld().context, stdout: failing('ENOSPC') };
    assert.is(await main(argv, context), 3, argv.join(' '));
    assert.match(context.stderr.text, /^loec: [^\n]*stdout can't be written: of all things\n$/);
  }
});

test('messages that nobody takes do not matter', async () => {
  const folder = createFolder({ 'a.png': tinyPng(), 'b.png': tinyPng() });
  const context = { ...createWorld().context, stderr: failing('EPIPE') };
  assert.is(await main(['encode', folder('a.png'), folder('b.png'), ...QUICK], context), 0);
  assert.equal(readdirSync(folder()).sort(), ['a.loe', 'a.png', 'b.loe', 'b.png']);
});

test.run();
