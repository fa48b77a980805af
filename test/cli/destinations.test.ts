/** @file Where outputs go: nothing is replaced that was not to be, and what can't work is told before the work. */

import { execFileSync } from 'node:child_process';
import fs, {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { run as runEncode } from '../../src/cli/commands/encode.ts';
import { assert, suite } from '../harness.ts';
import { createFolder, createWorld, instant, loec, QUICK, tinyLoe, tinyPng } from './world.ts';

const test = suite('cli destinations');

const FLAGS = { orient: true, json: false, quiet: false, verbose: false, force: false };
const never = () => assert.unreachable('the fit was begun') as never;

type EncodeArguments = Parameters<typeof runEncode>[1];

/** Runs `encode` with an encoder that takes no time. */
async function encodeAt(
  args: Partial<EncodeArguments>,
  encoder: Parameters<typeof runEncode>[2] = instant,
): Promise<{ code: number; stderr: string }> {
  const { context } = createWorld();
  const code = await runEncode(context, { ...FLAGS, inputs: [], ...args } as EncodeArguments, encoder);
  return { code, stderr: context.stderr.text };
}

/** The exit code of a command line that is wrong as a whole. */
const encodeLine = (...argv: string[]) => loec(['encode', ...QUICK, ...argv]);

test('a file that comes up during the fit stays as it is', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const args = { inputs: [folder('a.png')] };
  const { code, stderr } = await encodeAt(args, (raster) => {
    writeFileSync(folder('a.loe'), 'precious');
    return instant(raster);
  });
  assert.is(code, 6, stderr);
  assert.match(stderr, /a\.loe exists/);
  assert.is(readFileSync(folder('a.loe'), 'utf8'), 'precious');
  assert.equal(readdirSync(folder()).sort(), ['a.loe', 'a.png']);
});

test('on file systems without hard links as well', async () => {
  const { link } = fs.promises;
  fs.promises.link = () => Promise.reject(Object.assign(new Error('EPERM: no links'), { code: 'EPERM' }));
  syncBuiltinESMExports();
  try {
    const folder = createFolder({ 'a.png': tinyPng() });
    const args = { inputs: [folder('a.png')] };
    assert.is((await encodeAt(args)).code, 0);
    assert.is(statSync(folder('a.loe')).size, 14_700);
    const kept = await encodeAt({ ...args, output: folder('b.loe') }, (raster) => {
      writeFileSync(folder('b.loe'), 'precious');
      return instant(raster);
    });
    assert.is(kept.code, 6, kept.stderr);
    assert.is(readFileSync(folder('b.loe'), 'utf8'), 'precious');
    assert.equal(readdirSync(folder()).sort(), ['a.loe', 'a.png', 'b.loe']);
  } finally {
    fs.promises.link = link;
    syncBuiltinESMExports();
  }
});

test('a folder is tried by one file, however many it is to take', async () => {
  const folder = createFolder({ 'a.png': tinyPng(), 'b.png': tinyPng(), 'c.png': tinyPng() });
  const { open } = fs.promises;
  let trials = 0;
  let outputs = 0;
  fs.promises.open = async (path, flags, mode) => {
    // Outputs under work say who may read them.
    if (flags === 'wx' && mode === undefined) trials++;
    if (flags === 'wx' && mode !== undefined) outputs++;
    return open(path, flags, mode);
  };
  syncBuiltinESMExports();
  try {
    assert.is((await encodeAt({ inputs: [folder()] })).code, 0);
  } finally {
    fs.promises.open = open;
    syncBuiltinESMExports();
  }
  assert.equal([trials, outputs], [1, 3]);
});

test('folders, long names and places that take no file are told before the fit', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const inputs = [folder('a.png')];
  const wrong: [string, number, RegExp][] = [
    ['new/', 2, /found the folder .*new\/; use --out-dir/],
    [`${'n'.repeat(252)}.loe`, 3, /name too long/],
    ['a.png/x.loe', 3, /not a directory/],
  ];
  for (const [name, expected, message] of wrong) {
    const { code, stderr } = await encodeAt({ inputs, output: folder(name) }, never);
    assert.is(code, expected, stderr);
    assert.match(stderr, message);
  }
  const noFolder = await encodeAt({ inputs, output: '/proc/a.loe' }, never);
  assert.is(noFolder.code, 3, noFolder.stderr);
  assert.equal(readdirSync(folder()), ['a.png']);
});

test('a name of 255 bytes works', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const name = `${'n'.repeat(251)}.loe`;
  const { code, stderr } = await encodeAt({ inputs: [folder('a.png')], output: folder(name) });
  assert.is(code, 0, stderr);
  assert.ok(existsSync(folder(name)));
});

test('a symbolic link to nothing is a file that exists; --force writes through links', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  mkdirSync(folder('there'));
  symlinkSync('there/target.loe', folder('link.loe'));
  const args = { inputs: [folder('a.png')], output: folder('link.loe') };
  assert.is((await encodeAt(args, never)).code, 6);
  assert.not(existsSync(folder('link.loe')));
  for (const _ of ['made', 'replaced']) {
    assert.is((await encodeAt({ ...args, force: true })).code, 0);
    assert.ok(lstatSync(folder('link.loe')).isSymbolicLink());
    assert.is(statSync(folder('there/target.loe')).size, 14_700);
    assert.equal(readdirSync(folder('there')), ['target.loe']);
  }
});

test('a replaced file keeps its mode, a new one has what the umask leaves', async () => {
  const folder = createFolder({ 'a.png': tinyPng(), 'old.loe': Buffer.from('old') });
  fs.chmodSync(folder('old.loe'), 0o604);
  const args = { inputs: [folder('a.png')], force: true };
  await encodeAt({ ...args, output: folder('old.loe') });
  assert.is(statSync(folder('old.loe')).mode & 0o777, 0o604);
  const umask = process.umask(0o027);
  try {
    await encodeAt({ ...args, output: folder('new.loe') });
  } finally {
    process.umask(umask);
  }
  assert.is(statSync(folder('new.loe')).mode & 0o777, 0o640);
});

test('an input is never the output, by whatever name', async () => {
  const folder = createFolder({ 'a.png': tinyPng(), 'b.png': tinyPng() });
  linkSync(folder('b.png'), folder('hard.loe'));
  symlinkSync('b.png', folder('soft.loe'));
  for (const name of ['hard.loe', 'soft.loe']) {
    const args = { inputs: [folder('b.png')], output: folder(name), force: true };
    const { code, stderr } = await encodeAt(args, never);
    assert.is(code, 2, stderr);
    assert.match(stderr, /is the input .*b\.png, which would be lost/);
  }
  // Another one's input counts too.
  symlinkSync('b.png', folder('a.loe'));
  const both = await encodeAt({ inputs: [folder('a.png'), folder('b.png')], force: true });
  assert.is(both.code, 2, both.stderr);
  assert.ok(readFileSync(folder('b.png')).equals(tinyPng()));
});

test('two names of one folder do not hide that outputs are the same', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  symlinkSync('.', folder('here'));
  const { code, stderr } = await encodeLine(folder('a.png'), folder('here/a.png'));
  assert.is(code, 2);
  assert.match(stderr, /would both be written to/);
});

test('a name says what is inside', async () => {
  const folder = createFolder({ 'a.png': tinyPng(), 'a.loe': await tinyLoe() });
  const wrong: [string, string, RegExp][] = [
    ['a.png', 'out.png', /encode writes .loe files/],
    ['a.png', 'out.JPG', /encode writes .loe files/],
    ['a.loe', 'out.loe', /it writes \.png, .*\.jpg, \.jpeg, \.webp, \.avif/],
    ['a.loe', 'out.jxl', /it writes \.png/],
  ];
  for (const [input, output, message] of wrong) {
    const command = input === 'a.png' ? 'encode' : 'decode';
    const { code, stderr } = await loec([command, folder(input), '-o', folder(output), '--force']);
    assert.is(code, 2, stderr);
    assert.match(stderr, message);
  }
  assert.equal(readdirSync(folder()).sort(), ['a.loe', 'a.png']);
});

test('`in out` is `in -o out` for one input and a name that can be no input', async () => {
  const folder = createFolder({ 'a.png': tinyPng(), 'b.png': tinyPng() });
  assert.is((await encodeLine(folder('a.png'), folder('out.loe'))).code, 0);
  assert.is((await encodeLine(folder('a.png'), folder('out.loe'))).code, 6);
  assert.is((await loec(['decode', folder('out.loe'), folder('back.PNG')])).code, 0);
  assert.ok(existsSync(folder('back.PNG')));
  const many = await encodeLine(folder('a.png'), folder('b.png'), folder('other.loe'));
  assert.is(many.code, 2);
  assert.match(many.stderr, /other\.loe would be the output of 2 inputs/);
});

test('decode does not replace what it can not make again', async () => {
  const folder = createFolder({ 'p.png': tinyPng(32, 32), 'p.loe': await tinyLoe() });
  const photo = readFileSync(folder('p.png'));
  for (const flags of [[], ['--force'], ['--force', '--out-dir', folder()]]) {
    const { code, stderr } = await loec(['decode', folder('p.loe'), ...flags]);
    assert.is(code, 6, stderr);
    assert.ok(readFileSync(folder('p.png')).equals(photo), flags.join(' '));
  }
  const named = await loec(['decode', folder('p.loe'), '-o', folder('p.png'), '--force']);
  assert.is(named.code, 0, named.stderr);
  // Now it is a decode of the same file.
  const again = await loec(['decode', folder('p.loe'), '--scale', '2', '--force']);
  assert.is(again.code, 0, again.stderr);
  await encodeLine(folder('p.png'), folder('p.loe'), '--force');
  const later = await loec(['decode', folder('p.loe'), '--force']);
  assert.is(later.code, 6, later.stderr);
  assert.match(later.stderr, /p\.png exists and was not decoded from this file/);
});

test('open files and named pipes are written to where they stand', async () => {
  const folder = createFolder({ 'a.loe': await tinyLoe() });
  const descriptor = openSync(folder('log'), 'w');
  writeSync(descriptor, 'before ');
  const { code, stderr } = await loec(['decode', folder('a.loe'), '-o', `/dev/fd/${descriptor}`]);
  assert.is(code, 0, stderr);
  writeSync(descriptor, ' after');
  closeSync(descriptor);
  assert.match(readFileSync(folder('log'), 'latin1'), /^before \x89PNG.*IEND.{4} after$/s);

  execFileSync('mkfifo', [folder('pipe')]);
  const reader = fs.promises.readFile(folder('pipe'));
  const piped = await loec(['decode', folder('a.loe'), '-o', folder('pipe')]);
  assert.is(piped.code, 0, piped.stderr);
  assert.is((await reader).subarray(1, 4).toString(), 'PNG');
  const written = fs.promises.writeFile(folder('pipe'), await tinyLoe());
  const info = await loec(['info', folder('pipe')]);
  await written;
  assert.is(info.code, 0, info.stderr);
  assert.ok(lstatSync(folder('pipe')).isFIFO());

  const whole = await loec(['decode', folder('a.loe'), '-o', '/dev/stdout']);
  assert.is(whole.stdout.subarray(1, 4).toString(), 'PNG');
  assert.is((await loec(['decode', folder('a.loe'), '-o', '/dev/full'])).code, 3);
});

test('an interrupt is heard while a pipe waits for its other end', async () => {
  const folder = createFolder({ 'a.loe': await tinyLoe() });
  execFileSync('mkfifo', [folder('pipe')]);
  for (const argv of [
    ['info', folder('pipe')],
    ['decode', folder('a.loe'), '-o', folder('pipe')],
  ]) {
    const world = createWorld();
    setTimeout(() => world.controller.abort('SIGHUP'), 100);
    assert.is((await loec(argv, world)).code, 129);
  }
});

test.run();
