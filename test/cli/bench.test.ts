/** @file `loec bench` with real workers on tiny pictures. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { pictureBytes } from '../../src/bench/pictures.ts';
import type { Row } from '../../src/bench/row.ts';
import { assert, suite } from '../harness.ts';
import { rasterOf } from '../image/rasters.ts';
import { createFolder, createWorld, loec, tinyPng } from './world.ts';

const test = suite('cli bench');

const rowsIn = (path: string): Row[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('measures, reports, and does not measure twice', async () => {
  const folder = createFolder();
  const pictures = createFolder({ 'a.png': tinyPng() })();
  const argv = ['bench', pictures, '--codec', 'jpeg:q=20+80,webp:q=50', '--out', folder('out')];
  const first = await loec([...argv, '--json', '--metric', 'psnr,ssim']);
  assert.is(first.code, 0, first.stderr);
  const rows = rowsIn(folder('out/results.ndjson'));
  assert.equal(
    rows.map(({ codec, setting }) => [codec, setting.q]),
    [
      ['jpeg', 20],
      ['jpeg', 80],
      ['webp', 50],
    ],
  );
  assert.is(first.stdout.toString().trim().split('\n').length, 3);
  for (const row of rows) {
    assert.ok('bytes' in row, JSON.stringify(row));
    assert.is(readFileSync(folder(`out/${row.file}`)).length, row.bytes);
    assert.ok((row.scores.psnr ?? 0) > 10 && (row.scores.ssim ?? 2) <= 1);
    assert.ok(row.peakMemory > 1e7 && row.encodeSeconds > 0);
  }
  for (const name of ['report.html', 'results.csv', 'psnr.svg', 'ssim.png', 'compressai/jpeg.json']) {
    assert.ok(existsSync(folder(`out/${name}`)), name);
  }
  const again = await loec([...argv, '--json', '--metric', 'psnr,ssim']);
  assert.is(again.code, 0, again.stderr);
  assert.is(again.stdout.length, 0);
  assert.equal(rowsIn(folder('out/results.ndjson')), rows);
});

test('what can’t be measured is recorded, and the rest goes on', async () => {
  const folder = createFolder();
  const pictures = createFolder({ 'good.png': tinyPng(), 'text.png': Buffer.from('not a picture') })();
  const { code, stderr } = await loec([
    ...['bench', pictures, '--codec', 'jpeg:q=50', '--out', folder('out'), '--metric', 'psnr'],
  ]);
  assert.is(code, 0, stderr);
  assert.match(stderr, /1 failed/);
  const [bad] = rowsIn(folder('out/results.ndjson')).filter((row) => 'error' in row);
  assert.match(JSON.stringify(bad), /text\.png: expected a picture, this is a text file/);
  assert.match(readFileSync(folder('out/report.html'), 'utf8'), /expected a picture, this is a text file/);
});

test('pictures are of any format that encode reads; of 16 bits, codecs of 8 get them rounded and say so', async () => {
  const folder = createFolder();
  const deep = await pictureBytes(rasterOf(40, 30, 3, 16, (x, y) => (x + y / 30) / 41));
  const photo = await sharp(deep).resize(24, 20).jpeg().toBuffer();
  const pictures = createFolder({ 'deep.png': deep, 'photo.jpg': photo, 'notes.txt': Buffer.from('no') })();
  const { code, stderr } = await loec([
    ...['bench', pictures, '--codec', 'webp:q=95,loe:steps=20,bpp=4', '--metric', 'psnr'],
    ...['--out', folder('out')],
  ]);
  assert.is(code, 0, stderr);
  assert.match(stderr, /deep\.png has 16 bits per sample: webp got it rounded to 8\n/);
  assert.not.match(stderr, /photo\.jpg has|loe\S* got it/);
  const rows = rowsIn(folder('out/results.ndjson'));
  assert.equal(
    rows.map((row) => [
      row.picture,
      row.codec,
      'depth' in row && row.depth,
      'depth' in row && row.codedDepth,
    ]),
    [
      ['deep.png', 'webp', 16, 8],
      ['deep.png', 'loe steps=20', 16, 16],
      ['photo.jpg', 'webp', 8, 8],
      ['photo.jpg', 'loe steps=20', 8, 8],
    ],
  );
  for (const row of rows) assert.ok('scores' in row && (row.scores.psnr ?? 99) > 15, JSON.stringify(row));
  const { document } = parseHTML(readFileSync(folder('out/report.html'), 'utf8'));
  const cells = [...document.querySelectorAll('td')].map(({ textContent }) => textContent).join();
  assert.match(cells, /deep\.png,16,webp,8/);
});

test('all that is missing is named at once, before any work', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const { PATH } = process.env;
  process.env.PATH = folder();
  const { code, stderr } = await loec([
    ...['bench', folder('a.png'), '--codec', 'loe,jxl,external:mine=/nowhere/mine,q=1'],
    ...['--metric', 'psnr,butteraugli=butteraugli_main --pnorm 3', '--out', folder('out')],
  ]).finally(() => {
    process.env.PATH = PATH ?? '';
  });
  assert.is(code, 9);
  assert.match(stderr, /can't find cjxl, djxl, \/nowhere\/mine, butteraugli_main: /);
  assert.match(
    stderr,
    /: apt-get install libjxl-tools libjxl-devtools; check the name of \/nowhere\/mine and/,
  );
  assert.not.ok(existsSync(folder('out')));
});

test('an interrupt ends with 130 and keeps what was measured', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const codecs = 'jpeg:q=50,loe:steps=100000000,bpp=40';
  const world = createWorld();
  const argv = ['bench', folder('a.png'), '--codec', codecs, '--json', '--out', folder('out')];
  const running = loec(argv, world);
  while (world.context.stdout.bytes.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  world.controller.abort('SIGINT');
  const { code, stderr } = await running;
  assert.is(code, 130, stderr);
  assert.match(stderr, /stopped/);
  assert.equal(
    rowsIn(folder('out/results.ndjson')).map(({ codec }) => codec),
    ['jpeg'],
  );
});

test('--upscale: loec decodes at twice the size, others are enlarged in two ways', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const codecs = 'webp:q=90,loe:steps=20,bpp=30';
  const { code, stderr } = await loec([
    ...['bench', folder('a.png'), '--codec', codecs, '--upscale', '2', '--out', folder('out')],
  ]);
  assert.is(code, 0, stderr);
  const rows = rowsIn(folder('out/results.ndjson'));
  assert.equal(
    rows.map(({ codec }) => codec),
    ['webp + lanczos3', 'webp + cubic', 'loe steps=20'],
  );
  assert.ok(rows.every((row) => 'scores' in row && row.upscale === 2 && row.width === 16));
});

test('wrong codecs, metrics, pictures and folders are refused before any work', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const wrong: [string[], number, RegExp][] = [
    [['--codec', 'gif'], 2, /gif/],
    [['--metric', 'beauty'], 2, /NAME=CMD/],
    [['--anchor', 'gif', '--codec', 'jpeg:q=50'], 2, /--anchor/],
  ];
  for (const [argv, code, message] of wrong) {
    const result = await loec(['bench', folder('a.png'), '--out', folder('out'), ...argv]);
    assert.is(result.code, code, result.stderr);
    assert.match(result.stderr, message);
  }
  const missing = await loec(['bench', folder('b.png'), '--out', folder('out')]);
  assert.is(missing.code, 3, missing.stderr);
  writeFileSync(folder('file'), '');
  assert.is(
    (await loec(['bench', folder('a.png'), '--codec', 'jpeg:q=50', '--out', folder('file')])).code,
    3,
  );
});

test.run();
