/** @file Many files in one command. */

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { run as runEncode } from '../../src/cli/commands/encode.ts';
import type { EncodeArguments } from '../../src/cli/encode/options.ts';
import { LoecError } from '../../src/errors.ts';
import { assert, suite } from '../harness.ts';
import { createFolder, createWorld, instant, loec, QUICK, tinyLoe, tinyPng } from './world.ts';

const test = suite('cli batch');

const FLAGS = { json: false, quiet: false, verbose: false, force: false, orient: true, resume: true };
const never = () => assert.unreachable('the fit was begun') as never;

type Encoder = NonNullable<Parameters<typeof runEncode>[2]>;

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function encodeAll(
  args: Partial<EncodeArguments>,
  encoder: Encoder = instant,
  world = createWorld(),
): Promise<Outcome> {
  const { context } = world;
  const code = await runEncode(context, { ...FLAGS, inputs: [], ...args }, encoder);
  return { code, stdout: context.stdout.text, stderr: context.stderr.text };
}

/** A folder with pictures of these names. */
function pictures(...names: string[]): (name?: string) => string {
  const folder = createFolder();
  for (const name of names) {
    mkdirSync(folder(name.split('/').slice(0, -1).join('/')), { recursive: true });
    writeFileSync(folder(name), tinyPng());
  }
  return folder;
}

const filesIn = (path: string) => (readdirSync(path, { recursive: true }) as string[]).sort();

test('a folder with its tree goes into another, and the last lines tell of all', async () => {
  const folder = pictures('in/b.png', 'in/x/a.png');
  const args = { inputs: [folder('in')], recursive: true, outDir: folder('out'), json: true };
  const { code, stdout, stderr } = await encodeAll(args);
  assert.is(code, 0, stderr);
  assert.equal(filesIn(folder('out')), ['b.loe', 'x', 'x/a.loe']);
  assert.match(stderr, /\n2 of 2 files done {2}288 bytes -> 29\.4 kB {2}in \S+ s\n$/);
  const { seconds, ...summary } = JSON.parse(stdout.trim().split('\n').at(-1) as string);
  const bytes = { bytesIn: 288, bytesOut: 29_400 };
  assert.equal(summary, { type: 'summary', files: 2, done: 2, skipped: 0, failed: 0, left: 0, ...bytes });
  assert.type(seconds, 'number');
});

test('nothing is made where nothing is written', async () => {
  const folder = pictures('in/a.png');
  const failing = () => Promise.reject(new LoecError('E_TARGET', 'out of reach'));
  const args = { inputs: [folder('in')], outDir: folder('new/out') };
  assert.is((await encodeAll(args, failing)).code, 7);
  const damaged = createFolder({ 'a.loe': (await tinyLoe()).subarray(0, 300) });
  const decoded = await loec(['decode', damaged('a.loe'), '--out-dir', damaged('new/out')]);
  assert.is(decoded.code, 4, decoded.stderr);
  assert.equal(filesIn(folder()), ['in', 'in/a.png']);
  assert.equal(filesIn(damaged()), ['a.loe']);
});

test('two inputs of one output are told before any work, with the way out', async () => {
  const folder = pictures('a.png', 'a.gif', 'x/b.png', 'y/b.png');
  const { code, stderr } = await loec(['encode', folder(), ...QUICK]);
  assert.is(code, 2);
  assert.match(stderr, /a\.gif and .*a\.png would both be written to .*a\.loe; with --keep-extension/);
  const kept = await loec(['encode', folder(), '--keep-extension', '--suffix', '.s', '--dry-run']);
  assert.is(kept.code, 0, kept.stderr);
  assert.match(kept.stdout.toString(), /a\.gif\.s\.loe\n.*a\.png\.s\.loe\n$/);
  const flat = await loec(['encode', folder('x/b.png'), folder('y/b.png'), '--out-dir', folder('o')]);
  assert.match(flat.stderr, /with --recursive, and --out-dir has its tree/);
  assert.equal(filesIn(folder()).length, 6);
});

test('names of outputs are said in one way', async () => {
  const folder = pictures('a.png');
  for (const flags of [['--suffix', '.s'], ['--keep-extension']]) {
    const { code, stderr } = await loec(['encode', folder('a.png'), '-o', folder('b.loe'), ...flags]);
    assert.is(code, 2);
    assert.match(stderr, new RegExp(`--output and ${flags[0]} exclude each other`));
  }
  const outside = await loec(['encode', folder('a.png'), '--suffix', '/x']);
  assert.is(outside.code, 2);
  assert.match(outside.stderr, /for --suffix/);
});

test('--skip-existing leaves what is there, with exit code 0', async () => {
  const folder = pictures('a.png', 'b.png');
  writeFileSync(folder('a.loe'), 'old');
  const args = { inputs: [folder()], skipExisting: true, json: true };
  const { code, stdout, stderr } = await encodeAll(args);
  assert.is(code, 0, stderr);
  assert.is(readFileSync(folder('a.loe'), 'utf8'), 'old');
  assert.match(stderr, /a\.png: skipped, .*a\.loe exists\n/);
  assert.match(stderr, /1 of 2 files done, 1 skipped/);
  assert.is(JSON.parse(stdout.split('\n')[0] as string).type, 'skip');
  assert.is((await encodeAll(args, never)).code, 0);
});

test('--update makes again what is older than its input', async () => {
  const folder = pictures('old.png', 'new.png', 'same.png');
  for (const [name, seconds] of [
    ['old', 1000],
    ['new', 3000],
    ['same', 2000],
  ] as const) {
    writeFileSync(folder(`${name}.loe`), '');
    utimesSync(folder(`${name}.png`), 2000, 2000);
    utimesSync(folder(`${name}.loe`), seconds, seconds);
  }
  const { code, stderr } = await encodeAll({ inputs: [folder()], update: true });
  assert.is(code, 0, stderr);
  const sizes = ['old', 'new', 'same'].map((name) => statSync(folder(`${name}.loe`)).size);
  assert.equal(sizes, [14_700, 0, 0]);
  const both = { inputs: [folder()], update: true, force: true };
  const wrong = await encodeAll(both, never).catch((error) => error.message);
  assert.match(wrong, /--update and --force exclude each other/);
});

test('--preserve gives files the times and permissions of their inputs, so that they are up to date', async () => {
  const folder = pictures('a.png');
  utimesSync(folder('a.png'), 1e9, 1e9 + 0.25);
  const args = { inputs: [folder('a.png')] };
  await encodeAll({ ...args, preserve: true });
  assert.is(statSync(folder('a.loe')).mtimeMs, 1e12 + 250);
  assert.is((await encodeAll({ ...args, update: true }, never)).code, 0);
});

test('--dry-run says what would be done and what would fail, and writes nothing', async () => {
  const folder = pictures('in/a.png', 'in/b.png');
  writeFileSync(folder('in/b.loe'), '');
  const inputs = [folder('in')];
  const before = filesIn(folder());
  const plain = await encodeAll({ inputs, dryRun: true }, never);
  assert.is(plain.code, 6);
  assert.match(plain.stdout, /^.*a\.png -> .*a\.loe\n$/);
  assert.match(plain.stderr, /b\.png: .*b\.loe exists/);
  const skipping = await encodeAll({ inputs, dryRun: true, skipExisting: true, json: true }, never);
  assert.is(skipping.code, 0);
  const reasons = skipping.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).skip);
  assert.equal(reasons, [null, `${folder('in/b.loe')} exists`]);
  const elsewhere = await encodeAll({ inputs, dryRun: true, outDir: folder('new'), report: folder('r.csv') });
  assert.is(elsewhere.code, 0);
  assert.equal(filesIn(folder()), before);
});

test('--fail-fast begins nothing after a failure', async () => {
  const folder = pictures('a.png', 'b.png', 'c.png');
  writeFileSync(folder('a.png'), 'no picture');
  const args = { inputs: [folder()], failFast: true, report: folder('r.json') };
  assert.is((await encodeAll(args, never)).code, 3);
  const rows = JSON.parse(readFileSync(folder('r.json'), 'utf8'));
  assert.equal(
    rows.map(({ status }: { status: string }) => status),
    ['failed', 'left', 'left'],
  );
});

test('--skip-if-larger keeps no file that is not smaller; without it this is said', async () => {
  const folder = pictures('a.png');
  const args = { inputs: [folder('a.png')], json: true };
  const skipped = await encodeAll({ ...args, skipIfLarger: true, outDir: folder('out') });
  assert.is(skipped.code, 0);
  assert.match(
    skipped.stderr,
    /skipped, the .loe file \(14\.7 kB\) saves nothing over the input \(144 bytes\)/,
  );
  assert.not(existsSync(folder('out')));
  const kept = await encodeAll(args);
  assert.match(kept.stderr, /a\.png: the .loe file \(14\.7 kB\) saves nothing/);
  assert.match(JSON.parse(kept.stdout).notes[0], /144 bytes/);
});

test('--verify keeps the old file where the new one is not what the encoder says', async () => {
  const folder = pictures('a.png');
  writeFileSync(folder('a.loe'), 'old');
  const good = await tinyLoe();
  const [{ psnr = 0 } = {}] = (
    await loec(['encode', folder('a.png'), '-o', folder('b.loe'), '--json', '--verify', ...QUICK])
  ).json() as { psnr?: number }[];
  const encoderOf =
    (file: Uint8Array, decibels: number): Encoder =>
    async (raster) => ({ ...(await instant(raster)), file: file.slice(), psnr: decibels });
  const args = { inputs: [folder('a.png')], force: true, verify: true };
  for (const [encoder, message] of [
    [encoderOf(good.subarray(0, 200), psnr), /can't be decoded/],
    [encoderOf(good, psnr + 1), /expected a picture with a PSNR of/],
  ] as const) {
    const { code, stderr } = await encodeAll(args, encoder);
    assert.is(code, 4);
    assert.match(stderr, message);
    assert.is(readFileSync(folder('a.loe'), 'utf8'), 'old');
  }
  assert.equal(filesIn(folder()), ['a.loe', 'a.png', 'b.loe']);
  assert.is((await encodeAll(args, encoderOf(good, psnr))).code, 0);
  assert.ok(readFileSync(folder('a.loe')).equals(good));
});

test('--report as CSV, in the order of the inputs, quoted where it must be', async () => {
  const folder = pictures('a, "b".png', 'c.png', 'd.png');
  writeFileSync(folder('c.png'), 'no picture');
  writeFileSync(folder('d.loe'), '');
  const args = { inputs: [folder()], skipExisting: true, report: folder('r.csv') };
  await encodeAll(args);
  const [header = '', first = '', second = '', third = '', ...rest] = readFileSync(
    folder('r.csv'),
    'utf8',
  ).split('\r\n');
  assert.match(
    header,
    /^input,output,status,bytesIn,bytesOut,width,height,psnr,ssimulacra2,preset,tune,seconds,/,
  );
  assert.match(first, /^".*a, ""b""\.png",".*",done,144,14700,16,16,Infinity,,loe,psnr,93\.4,,$/);
  assert.match(second, /,failed,,.*c\.png/);
  assert.match(third, /,skipped,\d+,\d+,,,,,,,,.*d\.loe exists,$/);
  assert.equal(rest, ['']);
  const wrong = await loec(['encode', folder('d.png'), '--report', folder('r.txt')]);
  assert.match(wrong.stderr, /a name in \.csv or \.json for --report/);
});

test('an interruption leaves a report of what was done', async () => {
  const folder = pictures('a.png', 'b.png');
  const world = createWorld();
  const stopping: Encoder = (raster) => {
    world.controller.abort('SIGINT');
    return instant(raster);
  };
  const args = { inputs: [folder()], jobs: 1, report: folder('r.json') };
  assert.is((await encodeAll(args, stopping, world)).code, 130);
  const rows = JSON.parse(readFileSync(folder('r.json'), 'utf8'));
  assert.equal([rows[0].status, rows[0].bytesOut, rows[1].status], ['done', 14_700, 'left']);
});

test('what is interrupted at its work is left, too, and nothing of it stays', async () => {
  const folder = pictures('a.png', 'b.png', 'c.png');
  const world = createWorld();
  let begun = 0;
  const endless: Encoder = (_raster, options) =>
    new Promise((_resolve, reject) => {
      options?.signal?.addEventListener('abort', () => reject(new LoecError('E_ABORTED', 'stopped')));
      if (++begun === 2) world.controller.abort('SIGTERM');
    });
  const args = { inputs: [folder()], jobs: 2, report: folder('r.json'), outDir: folder('out') };
  const { code, stderr } = await encodeAll(args, endless, world);
  assert.is(code, 143);
  assert.match(stderr, /\n0 of 3 files done, 3 left {2}in/);
  const rows = JSON.parse(readFileSync(folder('r.json'), 'utf8'));
  assert.ok(rows.every(({ status }: { status: string }) => status === 'left'));
  assert.not(existsSync(folder('out')));
});

test('pictures are fitted beside each other, never more than --jobs', async () => {
  const folder = pictures('a.png', 'b.png', 'c.png', 'd.png', 'e.png');
  let [running, most] = [0, 0];
  const threads = new Set<number | undefined>();
  let release: () => void = () => {};
  const three = new Promise<void>((resolve) => {
    release = resolve;
  });
  // None ends before three have begun, and then a fourth would have the time to begin.
  const slow: Encoder = async (raster, options) => {
    threads.add(options?.threads);
    most = Math.max(most, ++running);
    if (running === 3) release();
    await three;
    await sleep(20);
    running--;
    return instant(raster);
  };
  const world = createWorld();
  const { code } = await encodeAll({ inputs: [folder()], jobs: 3, threads: 2, json: true }, slow, world);
  assert.is(code, 0);
  assert.is(most, 3);
  assert.equal([...threads], [2]);
  // Each line comes in one piece.
  for (const write of world.context.stdout.writes) JSON.parse(write.toString());
});

test('decode takes folders as well', async () => {
  const folder = createFolder({ 'a.loe': await tinyLoe(), 'b.loe': await tinyLoe(), 'c.png': tinyPng() });
  const args = [folder(), '--out-dir', folder('out'), '--suffix', '.s', '--report', folder('r.json')];
  const { code, stderr } = await loec(['decode', ...args]);
  assert.is(code, 0, stderr);
  assert.equal(filesIn(folder('out')), ['a.s.png', 'b.s.png']);
  const [{ bytesOut }] = JSON.parse(readFileSync(folder('r.json'), 'utf8'));
  assert.is(bytesOut, statSync(folder('out/a.s.png')).size);
  const infos = await loec(['info', folder(), '--json']);
  assert.is(infos.json().length, 2);
});

test.run();
