/** @file `loec decode` and `loec info`. */

import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { PNG } from 'pngjs';
import { writeContents } from '../../src/container/write.ts';
import { startedContents } from '../container/coordinates.ts';
import { pyramidContents } from '../container/pyramids.ts';
import { assert, suite } from '../harness.ts';
import { createFolder, createWorld, loec, tinyLoe, tinyPng } from './world.ts';

const test = suite('cli decode');

/** Width, height and RGBA rows of a PNG. */
const read = (bytes: Buffer) => PNG.sync.read(bytes);

/** A part of a picture, cut out by an independent reader. */
function cut(picture: PNG, x: number, y: number, width: number, height: number): Buffer {
  const part = new PNG({ width, height });
  PNG.bitblt(picture, part, x, y, width, height, 0, 0);
  return part.data;
}

/** Copy of a file with one byte changed. */
function withByte(file: Buffer, offset: number, value: number): Buffer {
  const changed = Buffer.from(file);
  changed[offset] = value;
  return changed;
}

test('the picture lies beside the file; JSON has its size', async () => {
  const folder = createFolder({ 'a.loe': await tinyLoe() });
  const { code, json } = await loec(['decode', folder('a.loe'), '--json']);
  assert.is(code, 0);
  const [record = {}] = json();
  assert.equal(Object.keys(record), ['type', 'input', 'output', 'width', 'height', 'seconds', 'notes']);
  assert.is(record.output, folder('a.png'));
  const picture = read(readFileSync(folder('a.png')));
  assert.equal([picture.width, picture.height, record.width, record.height], [16, 16, 16, 16]);
  assert.equal(readdirSync(folder()).sort(), ['a.loe', 'a.png']);
});

test('sizes by scale, width and height', async () => {
  const sizes: [string[], number, number][] = [
    [['--scale', '0.5'], 8, 8],
    [['--scale', '3.7'], 59, 59],
    [['--width', '40'], 40, 40],
    [['--height', '20'], 20, 20],
    [['--width', '40', '--height', '20'], 40, 20],
  ];
  for (const [flags, width, height] of sizes) {
    const { stdout } = await loec(['decode', '-', ...flags], createWorld({ stdin: await tinyLoe() }));
    const picture = read(stdout);
    assert.equal([picture.width, picture.height], [width, height], flags.join(' '));
  }
});

test('a crop is the crop of the whole', async () => {
  const stdin = await tinyLoe();
  const whole = read((await loec(['decode', '-', '--scale', '2'], createWorld({ stdin }))).stdout);
  const flags = ['--scale', '2', '--crop', '3,5,20,11'];
  const part = read((await loec(['decode', '-', ...flags], createWorld({ stdin }))).stdout);
  assert.equal([part.width, part.height], [20, 11]);
  assert.ok(part.data.equals(cut(whole, 3, 5, 20, 11)));
});

test('many files into a folder that is not there yet', async () => {
  const file = await tinyLoe();
  const folder = createFolder({ 'a.loe': file, 'b.loe': file });
  const argv = ['decode', folder('a.loe'), folder('b.loe'), '--out-dir', folder('x/y'), '--quiet'];
  const { code, stderr } = await loec(argv);
  assert.equal([code, stderr], [0, '']);
  assert.equal(readdirSync(folder('x/y')).sort(), ['a.png', 'b.png']);
});

test('each failure has its exit code and leaves nothing behind', async () => {
  const file = await tinyLoe();
  const middle = Math.floor(file.length / 2);
  const folder = createFolder({
    'text.loe': Buffer.from('hello'),
    'cut.loe': file.subarray(0, file.length - 1),
    'changed.loe': withByte(file, middle, (file[middle] as number) ^ 1),
    'newer.loe': withByte(file, 4, 99),
    'empty.loe': Buffer.alloc(0),
    'other.png': tinyPng(),
    'a.loe': file,
  });
  mkdirSync(folder('dir.loe'));
  const before = readdirSync(folder());
  const codes: [string[], number][] = [
    [[folder('text.loe')], 4],
    [[folder('cut.loe')], 4],
    [[folder('changed.loe')], 4],
    [[folder('newer.loe')], 5],
    [[folder('empty.loe')], 3],
    [[folder('missing.loe')], 3],
    [[folder('dir.loe')], 3],
    [[folder('a.loe'), '--crop', '10,10,10,10'], 2],
    [[folder('a.loe'), '-o', folder('other.png')], 6],
  ];
  for (const [flags, expected] of codes) {
    const { code, stderr } = await loec(['decode', ...flags]);
    assert.is(code, expected, stderr);
    assert.match(stderr, /^loec: [^\n]+\n$/);
  }
  assert.equal(readdirSync(folder()), before);
});

test('a preview has a name and a size of its own', async () => {
  const vector = new URL('../../formats/vectors/pyramid-large.loe', import.meta.url);
  const folder = createFolder({ 'a.loe': readFileSync(vector) });
  const { code, stdout } = await loec(['decode', folder('a.loe'), '--preview', '--json']);
  assert.is(code, 0);
  const { output, width, height } = JSON.parse(stdout.toString());
  assert.is(output, folder('a.preview.png'));
  const picture = read(readFileSync(folder('a.preview.png')));
  assert.equal([picture.width, picture.height], [width, height]);
  const wrong = await loec(['decode', folder('a.loe'), '--preview', '--scale', '2']);
  assert.is(wrong.code, 2);
  assert.match(wrong.stderr, /--preview excludes --scale/);
});

for (const threads of ['1', '2']) {
  test(`an interrupt ends a decode on ${threads} threads and takes the temporary file away`, async () => {
    const vector = new URL('../../formats/vectors/pyramid-large.loe', import.meta.url);
    const folder = createFolder({ 'a.loe': readFileSync(vector) });
    const world = createWorld({ terminal: true });
    // The first redraw of the bar comes when rows have been written.
    world.context.stderr.onWrite = () => world.controller.abort();
    const options = ['--scale', '12', '--threads', threads, '-o', folder('big.png')];
    const { code } = await loec(['decode', folder('a.loe'), ...options], world);
    assert.is(code, 130);
    assert.equal(readdirSync(folder()), ['a.loe']);
  });
}

test('info tells what the file holds', async () => {
  const file = await tinyLoe();
  const folder = createFolder({ 'a.loe': file });
  const { code, json } = await loec(['info', folder('a.loe'), '--json']);
  assert.is(code, 0);
  const [record = {}] = json();
  const keys = 'type file width height bytes preset parameters macPerPixel sections'.split(' ');
  for (const key of keys) assert.ok(key in record, key);
  assert.equal([record.width, record.height, record.bytes], [16, 16, file.length]);
  const sections = record.sections as { type: string; bytes: number }[];
  const inSections = sections.reduce((sum, { bytes }) => sum + bytes, 0);
  assert.ok(
    inSections < file.length && inSections > file.length - 12,
    `${inSections} of ${file.length} bytes`,
  );
  const text = (await loec(['info', folder('a.loe')])).stdout.toString();
  assert.match(text, /16x16, 3 channels of 8 bits/);
  assert.match(text, new RegExp(`${file.length} bytes`));
});

test('info tells of the start of a field of coordinates', async () => {
  const contents = startedContents(77);
  const folder = createFolder({
    's.loe': Buffer.from(await writeContents(contents)),
    'n.loe': Buffer.from(
      await writeContents({ ...contents, weights: { ...contents.weights, fromStart: [] } }),
    ),
  });
  const infoOf = async (name: string): Promise<string> =>
    (await loec(['info', folder(name)])).stdout.toString();
  assert.match(await infoOf('s.loe'), /start seeded by 77\n/);
  assert.not.match(await infoOf('n.loe'), /start/);
});

test('info tells of a pyramid', async () => {
  const folder = createFolder({ 'p.loe': Buffer.from(await writeContents(pyramidContents())) });
  const text = (await loec(['info', folder('p.loe')])).stdout.toString();
  assert.match(text, /pyramid of 7 grids, 2 filters, context model 16 wide of 12 \+ 3 latents, start 1/);
  assert.match(text, /layer 1: 32 snake, one/);
  assert.match(text, /section latents/);
  const file = readFileSync(folder('p.loe'));
  const found = text.match(/besides the picture: (\d+) bytes \(header (\d+), weights (\d+), frames (\d+)\)/);
  const [besides, header = 0, weights = 0, frames = 0] = (found ?? []).slice(1).map(Number);
  assert.is(besides, header + weights + frames);
  // Magic, version and a length of two bytes; of three sections tag, CRC and a length of one or two bytes.
  assert.ok(frames >= 7 + 3 * 6 && frames <= 7 + 3 * 7, `frames of ${frames} bytes`);
  const latents = Number(text.match(/section latents: (\d+)/)?.[1]);
  assert.ok(Math.abs(file.length - latents - (besides as number)) <= 7);
});

test('info says what a file is in place of a .loe file, and what to do', async () => {
  const folder = createFolder({ 'a.loe': tinyPng(4, 4) });
  const { code, stderr } = await loec(['info', folder('a.loe')]);
  assert.is(code, 4);
  assert.match(stderr, /not a \.loe file: this is a PNG file; .*loec encode/);
});

test('info goes on after a file that is none', async () => {
  const folder = createFolder({ 'a.loe': await tinyLoe(), 'b.loe': Buffer.from('hello') });
  const { code, json, stderr } = await loec(['info', folder('b.loe'), folder('a.loe'), '--json']);
  assert.is(code, 4);
  assert.match(stderr, /b\.loe: not a \.loe file/);
  assert.equal(
    json().map(({ file }) => file),
    [folder('a.loe')],
  );
  assert.not(existsSync(folder('a.png')));
});

test('doctor tells about the engines', async () => {
  const { code, json } = await loec(['doctor', '--json']);
  assert.is(code, 0);
  const [record = {}] = json();
  assert.is(record.type, 'doctor');
  assert.is(record.node, process.versions.node);
  const engines = record.engines as { name: string; available: boolean }[];
  assert.equal(
    engines.map(({ name }) => name),
    ['wasm', 'webgpu', 'tfjs'],
  );
  assert.ok(engines[0]?.available);
  const adapters = record.adapters as { name: string; isSoftware: boolean; limits: object }[];
  assert.is(adapters.length > 0, engines[1]?.available);
  // No test runs on a machine's own GPU by itself where there is none, nor on one in software.
  assert.match(record.auto as string, adapters.some(({ isSoftware }) => !isSoftware) ? /^webgpu/ : /^wasm/);
  const text = (await loec(['doctor'])).stdout.toString();
  assert.match(text, /@tensorflow\/tfjs-node-gpu/);
});

test('--verbose says what renders', async () => {
  const folder = createFolder({ 'a.loe': await tinyLoe() });
  const argv = ['decode', folder('a.loe'), '-v', '--force'];
  for (const [flags, text] of [
    [['--threads', '2'], /a\.loe: renders on wasm, 1 thread: the output is too small for more\n/],
    [['--threads', '1', '--scale', '2'], /a\.loe: renders on wasm, 1 thread\n/],
    [['--preview'], /a\.loe: renders on wasm, 1 thread: a preview needs no more\n/],
  ] as const) {
    assert.match((await loec([...argv, ...flags])).stderr, text);
  }
});

test('a picture is no .loe file, and a .loe file is no picture', async () => {
  const folder = createFolder({ 'a.png': tinyPng(), 'a.loe': await tinyLoe() });
  for (const [command, name, code, message] of [
    ['decode', 'a.png', 4, /a\.png: expected a \.loe file, this is a PNG file; did you mean loec encode\?/],
    ['encode', 'a.loe', 3, /a\.loe: expected a picture, this is a \.loe file; did you mean loec decode\?/],
  ] as const) {
    for (const flags of [[], ['--force']]) {
      const outcome = await loec([command, folder(name), ...flags]);
      assert.is(outcome.code, code);
      assert.match(outcome.stderr, message);
    }
  }
});

test.run();
