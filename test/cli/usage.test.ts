/** @file Command lines that are wrong as a whole: exit code 2, one line on stderr, nothing written. */

import { existsSync, readdirSync } from 'node:fs';
import { COMMANDS } from '../../src/cli/commands.ts';
import { assert, suite } from '../harness.ts';
import { createFolder, createWorld, loec, QUICK, tinyPng } from './world.ts';

const test = suite('cli usage');

const folder = createFolder({ 'a.png': tinyPng(), 'b.png': tinyPng() });
const [A, B] = [folder('a.png'), folder('b.png')];

/** Arguments, and what the message must say. */
const WRONG: readonly [string[], RegExp][] = [
  [
    [],
    /expected one of the commands encode, decode, info, compare, bench, worker, farm, doctor, completion;/,
  ],
  [['encod'], /there is no command encod: did you mean encode\?/],
  [['--quiet', 'photo.PNG'], /no command photo\.PNG: did you mean loec encode photo\.PNG\?/],
  [['a.loe'], /no command a\.loe: did you mean loec decode a\.loe\?/],
  [['png'], /no command png; see --help/],
  [['encode'], /at least one file/],
  [['completion'], /expected one of bash, zsh, fish;/],
  [['completion', 'tcsh'], /expected one of bash, zsh, fish, received tcsh/],
  [['encode', '--xyzzy', A], /encode has no option --xyzzy; see --help/],
  [['encode', '--qualty', '5', A], /encode has no option --qualty: did you mean --quality\?/],
  [['encode', '--qual=5', A], /no option --qual: did you mean --quality\?/],
  [['encode', '--segmnt-layer', '5', A], /no option --segmnt-layer: did you mean --segment-layer\?/],
  [['encode', '--no-qualty', A], /no option --no-qualty/],
  [['encode', '-vx', A], /no option -x/],
  [['decode', '--preveiw', A], /decode has no option --preveiw: did you mean --preview\?/],
  [['decode', '--preview=3', A], /expected no value for --preview, received 3/],
  [['encode', '-q', 'abc', A], /a number from 0 to 100 for --quality, received abc/],
  [['encode', '-q', '101', A], /--quality, received 101/],
  [['encode', '-q', '-5', A], /--quality, received -5/],
  [['encode', '-q', '-', A], /--quality, received -;/],
  [['encode', '-q', '1', '-q', '2', A], /one value for --quality, received 1 and 2/],
  [['encode', A, '-o'], /expected a value after -o/],
  [['encode', A, '--out-dir'], /expected a value after --out-dir/],
  [['encode', '--effort', '2.5', A], /an integer from 1 to 9 for --effort/],
  [['encode', '--size', '20q', A], /--size, received 20q/],
  [
    ['encode', '--preset', 'x', A],
    /one of pyramid, pyramid-loe, pyramid-seg, flat, loe, siren.* for --preset/,
  ],
  [['encode', '--bpp', '1', '--size', '2k', A], /--bpp and --size exclude each other/],
  [['encode', A, B, '-o', folder('c.loe')], /--output names one file for 2 inputs/],
  [['encode', A, '-o', folder('c.loe'), '--out-dir', folder('d')], /--output and --out-dir/],
  [['encode', A, A, '--out-dir', folder('d')], /would both be written to/],
  [['encode', A, '-o', '-', '--json'], /either data or --json/],
  [['encode', '--preset', 'siren', '--segment-layer', '2', A], /: --segment-layer belongs to .*seg-loe/],
  [
    ['encode', '--preset', 'siren', '--weights', 'float32', '--tune', 'visual', A],
    /: float32 weights lower the squared error alone/,
  ],
  [['encode', A, '-on.loe'], /its value after a space, as in -o n\.loe, for --output, received -on\.loe/],
  [['encode', A, '-q.png'], /its value after a space, as in -q \.png, for --quality/],
  [['encode', A, '--limit', 'pixel=5'], /of pixels, outputPixels, .* for --limit, received pixel=5/],
  [['decode', A, '--limit', 'pixels=many'], /name=value.* for --limit/],
  [['info', A, '--limit', 'pixels=1,pixels=2'], /name=value.* for --limit/],
  [['encode', '/dev/fd/63'], /name the output of \/dev\/fd\/63 with -o/],
  [['decode', A, '--scale', '65'], /a number from 0.05 to 64 for --scale/],
  [['decode', A, '--scale', '2', '--width', '5'], /--scale and --width\/--height/],
  [['decode', A, '--crop', '1,2,3'], /x,y,width,height/],
  [['info', '--scale', '2', A], /scale/],
  [['doctor', 'extra'], /extra/],
];

for (const [argv, message] of WRONG) {
  const shown = argv.map((argument) => argument.replace(folder(), '')).join(' ');
  test(`refused: loec ${shown}`, async () => {
    const { code, stdout, stderr } = await loec(argv);
    assert.is(code, 2, stderr);
    assert.match(stderr, /^loec: [^\n]+\n$/);
    assert.match(stderr, message);
    assert.is(stdout.length, 0);
    assert.equal(readdirSync(folder()).sort(), ['a.png', 'b.png']);
  });
}

test('data does not go to a terminal', async () => {
  const { code, stderr } = await loec(['encode', A, '-o', '-'], createWorld({ terminal: true }));
  assert.is(code, 2);
  assert.match(stderr, /terminal/);
});

test('a bare dash is an input of every command', async () => {
  const damaged = () => createWorld({ stdin: Buffer.from('neither') });
  for (const [command, code] of Object.entries({ encode: 3, decode: 4, info: 4 })) {
    const outcome = await loec([command, '-'], damaged());
    assert.is(outcome.code, code);
    assert.match(outcome.stderr, /^loec: stdin: /);
  }
});

test('a file with a dash in front comes after --', async () => {
  const { code, stderr } = await loec(['info', '--', '-odd.loe']);
  assert.is(code, 3);
  assert.match(stderr, /-odd\.loe: no such file/);
});

test('limits of single kinds, and those for strangers', async () => {
  const stdin = tinyPng(16, 16);
  const cases: [string[], number, RegExp][] = [
    [['--limit', 'pixels=255'], 8, /256|16x16/],
    [['--limit', 'pixels=0.25k,bytes=1M'], 8, /256|16x16/],
    [['--limit', 'bytes=100'], 8, /limit `bytes` is 100/],
    [['--untrusted', '--limit', 'bytes=99'], 8, /limit `bytes` is 99/],
    [['--untrusted', '--limit', 'pixels=256'], 0, / -> /],
  ];
  for (const [flags, expected, message] of cases) {
    const { code, stderr } = await loec(['encode', '-', ...flags, ...QUICK], createWorld({ stdin }));
    assert.is(code, expected, stderr);
    assert.match(stderr, message);
  }
  // More than strangers may send, of which no more is read.
  const much = createWorld({ stdin: Buffer.alloc(2 ** 25 + 1) });
  assert.is((await loec(['info', '-', '--untrusted'], much)).code, 8);
});

test('a tune and the target that it does not go with', async () => {
  for (const [flags, message] of [
    [['--tune', 'visual', '--psnr', '30'], /tune visual has no psnr to aim at/],
    [['--psnr', '30', '--ssimulacra2', '70'], /--psnr and --ssimulacra2 exclude each other/],
    [['--tune', 'eye'], /expected one of visual, psnr for --tune, received eye/],
    [['--ssimulacra2', '101'], /from 1 to 100 for --ssimulacra2/],
  ] as const) {
    const { code, stderr } = await loec(['encode', A, ...flags]);
    assert.is(code, 2, stderr);
    assert.match(stderr, message);
  }
});

test('options may come before, between and after inputs', async () => {
  const { code, json } = await loec(['encode', ...QUICK, A, '--json', B, '--out-dir', folder('between')]);
  assert.is(code, 0);
  // Two pictures at a time, and the one that is ready first comes first.
  const lines = json().map(({ type, input }) => `${type} ${input}`);
  assert.equal(lines.sort(), [`encode ${A}`, `encode ${B}`, 'summary undefined'].sort());
});

test('help and version go to stdout', async () => {
  for (const command of Object.keys(COMMANDS)) {
    const { code, stdout, stderr } = await loec([command, '--help']);
    assert.is(code, 0);
    assert.is(stderr, '');
    assert.match(stdout.toString(), new RegExp(`^loec ${command}`));
    assert.match(stdout.toString(), /Examples:/);
  }
  const { stdout } = await loec(['--version']);
  assert.match(stdout.toString(), /^\d+\.\d+\.\d+\n$/);
  assert.not(existsSync('-'));
});

test.run();
