/** @file `loec encode`: files, figures, failures and interruption. */

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { PNG } from 'pngjs';
import { run as runEncode } from '../../src/cli/commands/encode.ts';
import type { EncodeOptions, EncodeResult } from '../../src/encode.ts';
import { LoecError } from '../../src/errors.ts';
import type { RasterInput } from '../../src/image/raster-input.ts';
import { assert, suite } from '../harness.ts';
import { createFolder, createWorld, hollowPng, instant, loec, QUICK, tinyPng, withChunk } from './world.ts';

const test = suite('cli encode');

const KEYS = 'type input output width height bytes bpp psnr tune preset engine steps seconds notes'.split(
  ' ',
);
const FLAGS = { json: false, quiet: false, verbose: false, force: false, orient: true, resume: true };

/** An encoder whose file is smaller than any picture. */
async function short(raster: RasterInput): Promise<EncodeResult> {
  return { ...(await instant(raster)), file: new Uint8Array(100) };
}

/** PSNR over RGB in dB, of pictures as an independent reader sees them. */
function psnrOf(a: Buffer, b: Buffer): number {
  const [left, right] = [PNG.sync.read(a).data, PNG.sync.read(b).data];
  let squares = 0;
  // The fourth sample of each pixel is the alpha that the reader adds: equal in both.
  left.forEach((value, i) => {
    squares += (value - (right[i] as number)) ** 2;
  });
  return 10 * Math.log10((255 ** 2 * 0.75 * left.length) / squares);
}

test('the file lies beside the picture and the figures are its own', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const { code, json, stderr } = await loec(['encode', folder('a.png'), '--json', ...QUICK]);
  assert.is(code, 0, stderr);
  const [record = {}] = json();
  assert.equal(Object.keys(record), KEYS);
  assert.is(record.output, folder('a.loe'));
  assert.is(record.bytes, statSync(folder('a.loe')).size);
  assert.is(record.bpp, (8 * (record.bytes as number)) / 256);
  await loec(['decode', folder('a.loe'), '-o', folder('back.png')]);
  const measured = psnrOf(readFileSync(folder('a.png')), readFileSync(folder('back.png')));
  assert.ok(
    Math.abs((record.psnr as number) - measured) < 1e-9,
    `${record.psnr} printed, ${measured} measured`,
  );
  assert.equal(readdirSync(folder()).sort(), ['a.loe', 'a.png', 'back.png']);
});

test('a picture of few colours is kept without loss, and no engine is named', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const { code, json, stderr } = await loec(['encode', folder('a.png'), '--json', '--size', '600']);
  assert.is(code, 0, stderr);
  const { preset, psnr, engine, steps } = json()[0] ?? {};
  assert.equal({ preset, psnr, engine, steps }, { preset: 'flat', psnr: null, engine: null, steps: 0 });
  assert.match(stderr, /lossless/);
  await loec(['decode', folder('a.loe'), '-o', folder('back.png')]);
  assert.is(
    psnrOf(readFileSync(folder('a.png')), readFileSync(folder('back.png'))),
    Number.POSITIVE_INFINITY,
  );
});

test('what is to be known of a picture is told, and is among the notes', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const noting = (raster: RasterInput, { onNotice }: EncodeOptions = {}): Promise<EncodeResult> => {
    onNotice?.({ kind: 'picture', text: 'it looks like two pictures' });
    return short(raster);
  };
  const { context } = createWorld();
  const args = { ...FLAGS, inputs: [folder('a.png')], json: true };
  assert.is(await runEncode(context, args, noting), 0);
  assert.match(context.stderr.text, /a\.png: it looks like two pictures/);
  assert.equal(JSON.parse(context.stdout.text).notes, ['it looks like two pictures']);
});

test('what a GPU does is told: its failure always, the choice of it with --verbose', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const failing = (raster: RasterInput, { onNotice }: EncodeOptions = {}): Promise<EncodeResult> => {
    onNotice?.({ kind: 'choice', text: 'webgpu on a GPU' });
    onNotice?.({ kind: 'failure', text: 'the GPU was lost; the fit goes on on the CPU' });
    return short(raster);
  };
  for (const [flags, expected] of [
    [{}, [/a\.png: the GPU was lost/, / -> /]],
    [{ verbose: true }, [/a\.png: fits on webgpu on a GPU/, /the GPU was lost/, / -> /]],
    [{ quiet: true }, []],
  ] as const) {
    const { context } = createWorld();
    const args = { ...FLAGS, ...flags, force: true, inputs: [folder('a.png')] };
    assert.is(await runEncode(context, args, failing), 0);
    const lines = context.stderr.text.split('\n').slice(0, -1);
    assert.is(lines.length, expected.length, context.stderr.text);
    for (const [i, line] of lines.entries()) assert.match(line, expected[i] as RegExp);
  }
});

test('a line for people on stderr, nothing on stdout', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const { context } = createWorld();
  const args = { ...FLAGS, inputs: [folder('a.png')] };
  assert.is(await runEncode(context, args, short), 0);
  const expected = `${folder('a.png')} -> ${folder('a.loe')}  100 bytes  1.000 bpp  lossless  in 1 min 33 s\n`;
  assert.is(context.stderr.text, expected);
  assert.is(context.stdout.text, '');
});

test('the tune is told, and the SSIMULACRA2 where one is asked for', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const { context } = createWorld();
  const scored = async (raster: RasterInput, options?: EncodeOptions): Promise<EncodeResult> => {
    assert.equal([options?.tune, options?.ssimulacra2], ['psnr', 70]);
    return { ...(await instant(raster)), psnr: 31.5, ssimulacra2: 70.456 };
  };
  const args = { ...FLAGS, json: true, inputs: [folder('a.png')], tune: 'psnr', ssimulacra2: 70 } as const;
  assert.is(await runEncode(context, args, scored), 0);
  assert.match(context.stderr.text, /31\.50 dB {2}SSIMULACRA2 70\.46 {2}in/);
  const { tune, ssimulacra2 } = JSON.parse(context.stdout.text);
  assert.equal([tune, ssimulacra2], ['psnr', 70.456]);
});

test('JSON has null where the PSNR is infinite', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const { context } = createWorld();
  await runEncode(context, { ...FLAGS, json: true, quiet: true, inputs: [folder('a.png')] }, instant);
  assert.is(JSON.parse(context.stdout.text).psnr, null);
  assert.is(context.stderr.text, '');
});

test('what is given goes to the encoder under the names of the API, and nothing else', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  let seen: EncodeOptions = {};
  const args = { ...FLAGS, inputs: [folder('a.png')], segmentLayer: 2, preset: 'seg-loe', bpp: 0.5 } as const;
  await runEncode(createWorld().context, args, (raster, options) => {
    seen = options ?? {};
    return instant(raster);
  });
  const { signal, onProgress, onNotice, onCheckpoint, threads, ...rest } = seen;
  assert.ok(signal && onProgress && onNotice && onCheckpoint);
  assert.is(threads, availableParallelism());
  assert.equal(rest, { segmentLayer: 2, preset: 'seg-loe', bpp: 0.5 });
});

test('an existing output stays as it is, and the fit is not begun', async () => {
  const folder = createFolder({ 'a.png': tinyPng(), 'a.loe': Buffer.from('precious') });
  const { context } = createWorld();
  const args = { ...FLAGS, inputs: [folder('a.png')] };
  const never = () => assert.unreachable('the fit was begun') as never;
  assert.is(await runEncode(context, args, never), 6);
  assert.match(context.stderr.text, /a\.loe exists; use --force to replace it, or give another name/);
  assert.is(readFileSync(folder('a.loe'), 'utf8'), 'precious');
  assert.is(await runEncode(context, { ...args, force: true }, instant), 0);
  assert.is(statSync(folder('a.loe')).size, 14_700);
});

test('a missing folder for -o is told before the fit; --out-dir makes its own', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const { context } = createWorld();
  const args = { ...FLAGS, inputs: [folder('a.png')] };
  const never = () => assert.unreachable('the fit was begun') as never;
  assert.is(await runEncode(context, { ...args, output: folder('no/a.loe') }, never), 3);
  assert.match(context.stderr.text, /no can't be written into/);
  assert.is(await runEncode(context, { ...args, output: folder() }, never), 2);
  assert.is(await runEncode(context, { ...args, outDir: folder('x/y') }, instant), 0);
  assert.ok(existsSync(folder('x/y/a.loe')));
});

test('each failure has its exit code and names its file; the others go on and the worst one counts', async () => {
  const big = hollowPng(20_000, 20_000);
  const files = {
    'text.png': Buffer.from('hello'),
    'empty.png': Buffer.alloc(0),
    'big.png': big,
    'a.png': tinyPng(),
  };
  const folder = createFolder(files);
  mkdirSync(folder('dir.png'));
  const codes = { 'text.png': 3, 'empty.png': 3, 'dir.png': 3, 'missing.png': 3, 'big.png': 8 };
  for (const [name, expected] of Object.entries(codes)) {
    const { code, stderr } = await loec(['encode', folder(name), ...QUICK]);
    assert.is(code, expected, stderr);
    assert.match(stderr, new RegExp(`^loec: .*${name}: [^\\n]+\\n$`));
  }
  const inputs = ['big.png', 'a.png', 'text.png'].map(folder);
  const { code, stderr } = await loec(['encode', ...inputs, ...QUICK]);
  assert.is(code, 3);
  assert.is(stderr.split('loec: ').length, 3);
  assert.ok(existsSync(folder('a.loe')));
});

test('a target out of reach has exit code 7', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const { code, stderr } = await loec(['encode', folder('a.png'), '--size', '20', '--steps', '20']);
  assert.is(code, 7, stderr);
});

test('errors of ours ask to be reported, with the stack only when asked for', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const args = { ...FLAGS, inputs: [folder('a.png')] };
  const faulty = () => Promise.reject(new TypeError('of all things'));
  const [plain, verbose] = [createWorld().context, createWorld().context];
  assert.is(await runEncode(plain, args, faulty), 1);
  assert.match(plain.stderr.text, /a\.png: of all things\n.*fault of loec/);
  assert.not.match(plain.stderr.text, / {4}at /);
  assert.is(await runEncode(verbose, { ...args, verbose: true }, faulty), 1);
  assert.match(verbose.stderr.text, / {4}at /);
  const missing = () => Promise.reject(new LoecError('E_ENGINE', 'no such engine here'));
  assert.is(await runEncode(plain, args, missing), 9);
});

test('an interrupt ends a fit, leaves nothing behind and skips what is left', async () => {
  const folder = createFolder({ 'a.png': tinyPng(), 'b.png': tinyPng() });
  const { context, controller } = createWorld();
  setTimeout(() => controller.abort(), 100);
  const inputs = [folder('a.png'), folder('b.png')];
  const slow = { effort: 9, size: 600, steps: 1e8 } as const;
  assert.is(await runEncode(context, { ...FLAGS, ...slow, inputs }), 130);
  assert.equal(readdirSync(folder()).sort(), ['a.png', 'b.png']);
});

test('an interrupt between two inputs has exit code 130', async () => {
  const folder = createFolder({ 'a.png': tinyPng(), 'b.png': tinyPng() });
  const { context, controller } = createWorld();
  const code = await runEncode(
    context,
    { ...FLAGS, inputs: [folder('a.png'), folder('b.png')] },
    (raster) => {
      controller.abort();
      return instant(raster);
    },
  );
  assert.is(code, 130);
  assert.equal(readdirSync(folder()).sort(), ['a.loe', 'a.png', 'b.png']);
});

test('what is left out of the file is said, and kept when asked', async () => {
  const folder = createFolder({ 'a.png': withChunk(tinyPng(), 'tEXt', 'Title\0A name') });
  const left = await loec(['encode', folder('a.png'), '--steps', '20', '-q', '30']);
  assert.match(left.stderr, /text left out; --metadata all keeps it/);
  const kept = await loec([
    'encode',
    folder('a.png'),
    '--steps',
    '20',
    '-q',
    '30',
    '--metadata',
    'all',
    '--force',
  ]);
  assert.not.match(kept.stderr, /left out/);
  const { stdout } = await loec(['decode', folder('a.loe'), '-o', '-']);
  assert.ok(stdout.includes('Title\0A name'));
});

test('stdin to stdout', async () => {
  const { code, stdout, stderr } = await loec(['encode', '-', ...QUICK], createWorld({ stdin: tinyPng() }));
  assert.is(code, 0, stderr);
  assert.is(stdout.subarray(1, 4).toString(), 'LOE');
});

test.run();
