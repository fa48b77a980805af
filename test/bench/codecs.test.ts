/** @file The bench's codecs: round trips, what they refuse, and JPEG against rows measured by another program. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchCodec, Setting } from '../../src/bench/codec.ts';
import { createExternalCodec } from '../../src/bench/codecs/external.ts';
import { CODECS } from '../../src/bench/codecs/index.ts';
import { createSharpCodec } from '../../src/bench/codecs/sharp-codec.ts';
import { type ErrorCode, LoecError } from '../../src/errors.ts';
import { readPng } from '../../src/image/png/read.ts';
import type { ChannelCount, Raster } from '../../src/image/raster.ts';
import { psnr } from '../../src/metrics/psnr.ts';
import { assert, skipped, suite } from '../harness.ts';
import { noiseRaster, rasterOf } from '../image/rasters.ts';

const test = suite('bench codecs');

/** Smooth, with an alpha that is not opaque; odd sides, as chroma is halved. */
const picture = (channels: ChannelCount, depth: 8 | 16 = 8): Raster =>
  rasterOf(45, 33, channels, depth, (x, y, c) => 0.5 + 0.4 * Math.sin(x / 5 + c) * Math.cos(y / 7));

function codecOf(id: string): BenchCodec {
  const codec = CODECS.get(id);
  if (!codec) throw new Error(`no codec ${id}`);
  return codec;
}

async function roundTrip(codec: BenchCodec, raster: Raster, setting: Setting) {
  const file = await codec.encode(raster, setting, undefined);
  const decoded = await codec.decode(file, raster);
  assert.equal(kindOf(decoded), kindOf(raster));
  assert.is(
    decoded.data.constructor,
    raster.data.constructor,
    'a Buffer is no array of samples: its slices are views',
  );
  return { file, decoded, psnr: psnr(raster, decoded) };
}

function kindOf({ width, height, channels, depth }: Raster) {
  return { width, height, channels, depth };
}

async function failure(promise: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.instance(error, LoecError);
  assert.is((error as LoecError).code, code);
  assert.match((error as LoecError).message, message);
}

const SHARP_CODECS: readonly [id: string, magic: RegExp, kinds: readonly ChannelCount[]][] = [
  ['jpeg', /^\xff\xd8\xff/, [1, 3]],
  ['mozjpeg', /^\xff\xd8\xff/, [1, 3]],
  ['webp', /^RIFF....WEBP/s, [1, 2, 3, 4]],
  ['avif', /^....ftypavif/s, [1, 2, 3, 4]],
];

for (const [id, magic, kinds] of SHARP_CODECS) {
  const codec = codecOf(id);
  for (const channels of kinds) {
    test(`${id}: ${channels} channels there and back; more quality, more bytes`, async () => {
      const raster = picture(channels);
      const [low, high] = [
        await roundTrip(codec, raster, { q: 20 }),
        await roundTrip(codec, raster, { q: 90 }),
      ];
      assert.match(Buffer.from(low.file).toString('latin1'), magic);
      assert.ok(low.file.length < high.file.length);
      assert.ok(low.psnr < high.psnr && high.psnr > 36, `${low.psnr} ${high.psnr}`);
    });
  }

  test(`${id}: refuses 16 bits, and an alpha that it can't hold`, async () => {
    await failure(codec.encode(picture(3, 16), { q: 50 }, undefined), 'E_UNSUPPORTED', /holds 8 bits/);
    if (!kinds.includes(4)) {
      await failure(codec.encode(picture(4), { q: 50 }, undefined), 'E_UNSUPPORTED', /no alpha channel/);
    }
  });

  test(`${id}: names its versions, stops at the signal, says what a broken file is`, async () => {
    assert.match(await codec.version(), /^(mozjpeg|webp|aom) \S+, .*sharp \d+\.\d+/);
    await failure(codec.encode(picture(3), { q: 50 }, AbortSignal.abort()), 'E_ABORTED', /stopped/);
    await failure(codec.decode(Uint8Array.of(1, 2, 3), picture(3)), 'E_INPUT', new RegExp(`^${id}: `));
    await failure(codec.encode(picture(3), { q: 500 }, undefined), 'E_UNSUPPORTED', /500/);
  });
}

test('grey JPEG is a grey JPEG, chroma is kept where 444 asks for it', async () => {
  const jpeg = codecOf('jpeg');
  const grey = await jpeg.encode(picture(1), { q: 90 }, undefined);
  const colour = await jpeg.encode(picture(3), { q: 90 }, undefined);
  assert.is(jpegComponents(grey), 1);
  assert.is(jpegComponents(colour), 3);
  for (const id of ['jpeg', 'mozjpeg', 'avif']) {
    const [halved, full] = [
      { q: 90, chroma: '420' },
      { q: 90, chroma: '444' },
    ];
    const noise = noiseRaster(32, 32, 3, 8);
    const lossless = (await roundTrip(codecOf(id), noise, full)).psnr;
    assert.ok(lossless > 5 + (await roundTrip(codecOf(id), noise, halved)).psnr);
  }
});

/** Components in the progressive frame header, T.81 section B.2.2. */
function jpegComponents(file: Uint8Array): number | undefined {
  const at = Buffer.from(file).indexOf(Uint8Array.of(0xff, 0xc2));
  return file[at + 9];
}

// Were there colour management on the way to a codec in sharp or back, it would show here.
const lossless = createSharpCodec({
  id: 'lossless',
  parameters: {},
  sweep: [],
  alpha: true,
  libraries: ['webp'],
  save: (input) => input.webp({ lossless: true, exact: true }),
});

for (const channels of [1, 2, 3, 4] as const) {
  test(`sharp gives ${channels} channels as it gets them, to the bit`, async () => {
    const noise = noiseRaster(31, 17, channels, 8);
    const opaque = {
      ...noise,
      data: noise.data.map((value, i) => (i % channels === channels - 1 ? 255 : value)),
    };
    for (const raster of [noise, opaque]) {
      const { decoded } = await roundTrip(lossless, raster, {});
      assert.equal([...decoded.data], [...raster.data]);
    }
  });
}

const KODAK = new URL('../../../shared/kodak/', import.meta.url);
const MEASURED = new URL('../../../shared/anchors/kodak_jpeg_measured.tsv', import.meta.url);

/** Columns of the table: configuration, quality, picture, bytes, bits per pixel, PSNR of RGB. */
function measuredRow(configuration: string, q: number, name: string): { bytes: number; psnr: number } {
  const lines = readFileSync(MEASURED, 'utf8').split('\n');
  const cells = lines.find((line) => line.startsWith(`${configuration}\t${q}\t${name}\t`))?.split('\t');
  return { bytes: Number(cells?.[3]), psnr: Number(cells?.[5]) };
}

for (const [id, configuration, qs] of [
  ['jpeg', 'pillow-opt-prog-420', [5, 50, 95]],
  ['mozjpeg', 'mozjpeg-420', [5, 50, 94]],
] as const) {
  for (const name of ['kodim05', 'kodim13', 'kodim23']) {
    const title = `${id}: ${name} as ${configuration} has it`;
    if (!existsSync(KODAK) || !existsSync(MEASURED)) {
      skipped(title, 'the Kodak set or the measured rows are not in ../shared');
      continue;
    }
    test(title, async () => {
      const { raster } = await readPng(readFileSync(new URL(`${name}.png`, KODAK)), { name });
      for (const q of qs) {
        const measured = measuredRow(configuration, q, name);
        const ours = await roundTrip(codecOf(id), raster, { q });
        // With sharp 0.35.5 mozjpeg's are equal and the others lack the 18 bytes of the JFIF header.
        const ratio = ours.file.length / measured.bytes;
        assert.ok(Math.abs(ratio - 1) < 0.01, `q ${q}: ${ours.file.length} bytes, ${measured.bytes}`);
        assert.ok(Math.abs(ours.psnr - measured.psnr) < 0.05, `q ${q}: ${ours.psnr} dB, ${measured.psnr} dB`);
      }
    });
  }
}

const folder = mkdtempSync(join(tmpdir(), 'loec-codecs-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A program with `body`, which sees the words of the command as `mode`, `from`, `to` and `setting`. */
function program(name: string, body: string): string {
  const path = join(folder, `${name}.mjs`);
  const head = `import fs from 'node:fs';\nconst [, , mode, from, to, setting] = process.argv;\n`;
  writeFileSync(path, head + body);
  return `${process.execPath} ${path}`;
}

const copier = `if (setting === undefined && mode === 'encode') throw new Error('no setting');
fs.copyFileSync(from, to);`;

test('external: any program, with every kind of picture', async () => {
  const codec = createExternalCodec(`copy=${program('copy', copier)}`);
  assert.is(codec.id, 'copy');
  for (const raster of [picture(1), picture(4), noiseRaster(9, 8, 2, 16)]) {
    const { decoded, file } = await roundTrip(codec, raster, { q: 'x=1' });
    assert.equal([...decoded.data], [...raster.data]);
    assert.equal([...file.subarray(1, 4)], [...Buffer.from('PNG')]);
  }
});

test('external: a failure is told with the first line of stderr', async () => {
  const codec = createExternalCodec(
    `bad=${program('bad', `process.stderr.write('\\nno ' + setting + ' here\\nmore'); process.exit(3);`)}`,
  );
  await failure(
    codec.encode(picture(3), { q: 7 }, undefined),
    'E_ENGINE',
    /bad\.mjs encode .* 7 ended with exit code 3: no 7 here$/,
  );
});

test('external: what writes nothing, a wrong depth or no PNG is told', async () => {
  const idle = createExternalCodec(`idle=${program('idle', '')}`);
  await failure(idle.encode(picture(3), { q: 1 }, undefined), 'E_ENGINE', /has not written .*coded\.bin$/);
  const copy = createExternalCodec(`copy=${program('copy', copier)}`);
  const deep = await copy.encode(picture(3, 16), { q: 1 }, undefined);
  await failure(copy.decode(deep, picture(3)), 'E_UNSUPPORTED', /decoded to 16 bits/);
  await failure(copy.decode(Uint8Array.of(1), picture(3)), 'E_INPUT', /what copy decodes/);
});

test('external: RGBA comes back as what was asked for', async () => {
  const copy = createExternalCodec(`copy=${program('copy', copier)}`);
  const grey = rasterOf(5, 4, 4, 8, (x, _y, c) => (c === 3 ? 1 : x / 5));
  const file = await copy.encode(grey, { q: 1 }, undefined);
  for (const channels of [1, 2, 3] as const) {
    const expected = rasterOf(5, 4, channels, 8, (x, _y, c) => (channels === 2 && c === 1 ? 1 : x / 5));
    assert.equal([...(await copy.decode(file, expected)).data], [...expected.data]);
  }
});

test('external: the signal kills the program, and its folder goes', async () => {
  const codec = createExternalCodec(`slow=${program('slow', 'setInterval(() => {}, 1000);')}`);
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  const started = performance.now();
  const encoded = codec.encode(picture(3), { q: 1 }, AbortSignal.timeout(200));
  await failure(encoded, 'E_ABORTED', /was stopped/).finally(() => {
    process.env.TMPDIR = TMPDIR ?? '/tmp';
  });
  assert.ok(performance.now() - started < 3000);
  assert.equal(
    readdirSync(folder).filter((name) => name.startsWith('loec-bench-')),
    [],
  );
});

test('external: a program that is not there is told', async () => {
  const codec = createExternalCodec('none=/nowhere/codec --fast');
  await failure(
    codec.encode(picture(3), { q: 1 }, undefined),
    'E_ENGINE',
    /can't run \/nowhere\/codec \(ENOENT\); check its name/,
  );
});

function isInstalled(name: string): boolean {
  return (process.env.PATH ?? '').split(':').some((path) => existsSync(join(path, name)));
}

if (isInstalled('cjxl') && isInstalled('djxl')) {
  for (const raster of [picture(1), picture(3), picture(4), picture(3, 16)]) {
    test(`jxl: ${raster.channels} channels of ${raster.depth} bits there and back`, async () => {
      const jxl = codecOf('jxl');
      assert.match(await jxl.version(), /\d+\.\d+/);
      const exact = await roundTrip(jxl, raster, { d: 0, effort: 3 });
      const good = await roundTrip(jxl, raster, { q: 95 });
      const poor = await roundTrip(jxl, raster, { d: 8 });
      assert.is(exact.psnr, Number.POSITIVE_INFINITY);
      assert.ok(good.psnr > poor.psnr && good.file.length > poor.file.length);
    });
  }
} else {
  skipped('jxl round trips', 'cjxl and djxl are not installed');
  test('jxl: says what is missing', async () => {
    await failure(codecOf('jxl').version(), 'E_ENGINE', /can't run cjxl .*apt-get install libjxl-tools/);
  });
}

test('loe: a fit there and back, at its size and at twice its size', async () => {
  const loe = codecOf('loe');
  const raster = picture(3);
  const profile = [{ type: 'iCCP', data: new Uint8Array(3000) }];
  const { file, psnr: figure } = await roundTrip(
    loe,
    { ...raster, colour: profile },
    { effort: 1, steps: 20, bpp: 3 },
  );
  assert.equal([...file.subarray(1, 4)], [...Buffer.from('LOE')]);
  assert.ok(file.length < 600, 'profiles are not measured');
  assert.ok(figure > 12, `${figure}`);
  const large = await loe.decodeAt?.(file, 2);
  assert.is(large?.width, 2 * raster.width);
  assert.is(large?.height, 2 * raster.height);
  assert.match(await loe.version(), /^loec \d+\.\d+\.\d+/);
});

test('loe: a wrong setting, or the signal, is told', async () => {
  const loe = codecOf('loe');
  await failure(loe.encode(picture(3), { effort: 11 }, undefined), 'E_USAGE', /effort/);
  await failure(loe.encode(picture(3), { bpp: 1 }, AbortSignal.abort()), 'E_ABORTED', /stopped/);
});

test('without sharp its codecs say what to install', () => {
  const source = new URL('../../src/bench/codecs/webp.ts', import.meta.url);
  const hooks = `export const resolve = (name, context, next) => {
    if (name === 'sharp') throw new Error('hidden');
    return next(name, context);
  }`;
  const script = `import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));
    const { webp } = await import(${JSON.stringify(source.href)});
    await webp.version().catch(({ code, message }) => console.log(code, message));`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  assert.match(
    execFileSync(process.execPath, args, { encoding: 'utf8' }),
    /^E_ENGINE sharp.*npm install sharp/,
  );
});

test.run();
