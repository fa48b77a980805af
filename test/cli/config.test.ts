/** @file Options from `loec.config.json`. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findConfig } from '../../src/cli/arguments/config.ts';
import { assert, suite } from '../harness.ts';
import { createFolder, loec, QUICK, tinyLoe, tinyPng } from './world.ts';

const test = suite('cli config');

const folder = createFolder({ 'a.png': tinyPng(), 'a.loe': await tinyLoe() });
const [PNG, LOE, OUT] = [folder('a.png'), folder('a.loe'), folder('out.png')];

/** A file of options. */
function configOf(options: unknown): string {
  const path = createFolder()('options.json');
  writeFileSync(path, typeof options === 'string' ? options : JSON.stringify(options));
  return path;
}

async function sizeOfDecode(...argv: string[]): Promise<[number, number]> {
  const { json, stderr } = await loec(['decode', LOE, '-o', OUT, '--force', '--json', ...argv]);
  assert.is(stderr.includes('loec:'), false, stderr);
  const [{ width, height } = {}] = json();
  return [width as number, height as number];
}

test('a file sets options, and the command line wins', async () => {
  const config = ['--config', configOf({ decode: { scale: 2 } })];
  assert.equal(await sizeOfDecode(...config), [32, 32]);
  assert.equal(await sizeOfDecode(...config, '--scale', '3'), [48, 48]);
  assert.equal(await sizeOfDecode('--no-config'), [16, 16]);
  // What excludes the scale sets it aside.
  assert.equal(await sizeOfDecode(...config, '--width', '5'), [5, 5]);
  assert.equal(await sizeOfDecode(...config, '--crop', '0,0,3,2'), [3, 2]);
});

test("a target on the command line takes the place of the file's", async () => {
  const config = configOf({ encode: { quality: 40, threads: 1, effort: 1, steps: 20, preset: 'pyramid' } });
  const { code, json, stderr } = await loec([
    'encode',
    PNG,
    '-o',
    folder('b.loe'),
    '--size',
    '600',
    '--config',
    config,
    '--json',
    '-v',
  ]);
  assert.is(code, 0, stderr);
  assert.equal([json()[0]?.steps, (json()[0]?.bytes as number) <= 600], [20, true]);
  assert.match(stderr, /options\.json sets --threads 1 --effort 1 --steps 20 --preset pyramid\n/);
});

test('flags are set by true and false, and taken back by the command line', async () => {
  const config = configOf({ quiet: true, info: { untrusted: true } });
  const argv = ['encode', PNG, '-o', folder('c.loe'), '--force', ...QUICK, '--config', config];
  assert.is((await loec(argv)).stderr, '');
  assert.match((await loec([...argv, '--no-quiet'])).stderr, / -> /);
});

/** What is in the file, and what the message says besides its name. */
const REFUSED: readonly (readonly [unknown, RegExp])[] = [
  ['{', /is not JSON: /],
  [[], /expected an object/],
  [{ encode: 3 }, /expected an object .* for encode of .*received 3/],
  [{ encod: {} }, /no option encod: did you mean encode\?/],
  [{ bench: { codec: 'external:x=touch y' } }, /no option bench/],
  [{ encode: { qualty: 3 } }, /no option encode\.qualty: did you mean encode\.quality\?/],
  [{ encode: { segmentLayer: 3 } }, /no option encode\.segmentLayer/],
  [{ encode: { quality: 300 } }, /a number from 0 to 100 for encode\.quality in .*, received 300/],
  [{ encode: { quality: true } }, /a number from 0 to 100 for encode\.quality in .*, received true/],
  [{ encode: { preset: 'x' } }, /one of pyramid, .* for encode\.preset in .*, received x/],
  [{ encode: { orient: 'no' } }, /true or false for encode\.orient in .*, received "no"/],
  [
    { encode: { quality: 3, size: '2k' } },
    /--quality and --size exclude each other.* sets --quality 3 --size 2000/,
  ],
  ['{"encode": {"__proto__": {"force": true}}}', /no option encode\.__proto__/],
];

for (const [options, message] of REFUSED) {
  test(`refused: ${JSON.stringify(options)}`, async () => {
    const config = configOf(options);
    const { code, stderr } = await loec(['encode', PNG, '-o', folder('d.loe'), '--config', config]);
    assert.is(code, 2, stderr);
    assert.match(stderr, message);
    assert.match(stderr, config);
  });
}

test('what could harm whoever works in a folder of strangers is for the command line', async () => {
  const dangerous = {
    encode: ['output', 'out-dir', 'force', 'limit', 'metadata'],
    decode: ['output', 'out-dir', 'force', 'limit', 'crop', 'preview'],
    info: ['limit'],
    compare: ['difference', 'force', 'limit'],
  };
  for (const [command, names] of Object.entries(dangerous)) {
    for (const name of names) {
      const config = configOf({ [command]: { [name]: true } });
      const { code, stderr } = await loec([command, PNG, LOE, '--config', config]);
      assert.is(code, 2);
      assert.match(stderr, `${command}.${name} is for the command line alone: --${name}`);
    }
  }
});

test('a file that cannot be read is an input that cannot be read', async () => {
  for (const path of [folder('none.json'), folder(), configOf(' '.repeat(70_000))]) {
    const { code, stderr } = await loec(['info', LOE, '--config', path]);
    assert.is(code, 3);
    assert.match(stderr, `${path} can't be read`);
  }
});

test('the nearest file is found up to the root of the project or the home, and not beyond', () => {
  const top = createFolder()('top');
  const deep = join(top, 'project', 'src', 'deep');
  mkdirSync(deep, { recursive: true });
  const write = (...place: string[]): void => writeFileSync(join(top, ...place, 'loec.config.json'), '{}');
  write();
  const elsewhere = join(top, 'nobody');
  assert.is(findConfig(top, elsewhere), 'loec.config.json');
  assert.is(findConfig(deep, elsewhere), null);
  assert.is(findConfig(deep, top), '../../../loec.config.json');
  mkdirSync(join(top, 'project', '.git'));
  assert.is(findConfig(deep, top), null);
  write('project');
  assert.is(findConfig(deep, elsewhere), '../../loec.config.json');
  write('project', 'src', 'deep');
  assert.is(findConfig(deep, elsewhere), 'loec.config.json');
});

test.run();
