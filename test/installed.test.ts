/** @file The package as npm installs it: packed, unpacked, and beside it no more than what it names. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };
import { decode } from '../src/decode.ts';
import { createFolder, createWorld, loec, QUICK, Sink, tinyPng } from './cli/world.ts';
import { assert, skipped, suite } from './harness.ts';

const test = suite('installed');
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Packages that the program does not hold itself. */
const BESIDE = ['pngjs'];
/** What the types of Node are made of. */
const OF_TYPES = ['@types/node', 'undici-types'];

/** Prints what a file decodes to. */
const PROGRAM = `import { readFileSync } from 'node:fs';
import { decode } from 'loec/decode';
const { data } = await decode(readFileSync(process.argv[2]));
process.stdout.write(data.join());
`;

/** Uses what the types of each entry say. */
const TYPED = `import { type DecodeOptions, decode, decodeBands, encode, type Raster } from 'loec';
import { decode as decodeAlone } from 'loec/decode';
import { writePng } from 'loec/png';
import { type LoecViewerElement } from 'loec/viewer';
import { decodeToBlob, type OpenPicture, openPicture, rasterOf } from 'loec/web';
const { file } = await encode({ width: 1, height: 1, data: new Uint8Array(1) }, { quality: 50, tune: 'psnr' });
const options: DecodeOptions = { threads: 2, onPreview: ({ width }: Raster) => console.log(width) };
const whole: Raster = await decode(file, options);
const alone: Raster = await decodeAlone(file, { scale: 2 });
for await (const chunk of writePng(await decodeBands(file))) console.log(chunk.length, whole.data, alone.data);
const picture: OpenPicture = await openPicture(await fetch('a.loe'), { onHead: ({ width }) => console.log(width) });
const shown: ImageBitmap = await picture.toBitmap({ width: 64 });
const blob: Blob = await decodeToBlob(new Blob([file]), 'image/webp', { quality: 0.9 });
declare const viewer: LoecViewerElement;
viewer.addEventListener('view', ({ detail }) => console.log(detail.zoom));
viewer.addEventListener('click', ({ clientX }) => console.log(clientX));
const { depth } = await rasterOf(new OffscreenCanvas(1, 1));
console.log(shown.width, blob.type, depth);
`;

/** Runs commands in a folder where the package is installed. */
function install(): { run: (...args: string[]) => string; at: (name?: string) => string } {
  const at = createFolder({
    'a.png': tinyPng(),
    'decode.mjs': Buffer.from(PROGRAM),
    'typed.mts': Buffer.from(TYPED),
  });
  const pack = ['pack', '--ignore-scripts', '--pack-destination', at()];
  execFileSync('npm', pack, { cwd: ROOT, stdio: 'pipe' });
  execFileSync('tar', ['xzf', `loec-${manifest.version}.tgz`], { cwd: at() });
  mkdirSync(at('node_modules'));
  symlinkSync(at('package'), at('node_modules/loec'));
  mkdirSync(at('node_modules/@types'));
  for (const name of [...BESIDE, ...OF_TYPES])
    symlinkSync(`${ROOT}/node_modules/${name}`, at(`node_modules/${name}`));
  const run = (...args: string[]): string =>
    execFileSync(process.execPath, args, { cwd: at(), encoding: 'utf8', stdio: 'pipe' });
  return { run, at };
}

/** Help by the sources, as wide as where there is no terminal. */
async function helpOf(command: readonly string[]): Promise<string> {
  const { context, controller } = createWorld();
  const stderr = Object.assign(new Sink(), { columns: 100 });
  return (
    await loec([...command, '--help'], { context: { ...context, stderr }, controller })
  ).stdout.toString();
}

if (existsSync(`${ROOT}/dist`)) {
  const { run, at } = install();
  const program = 'node_modules/loec/dist/bin/loec.js';

  test('help and version are those of the sources; help is printable ASCII, by which it is laid out', async () => {
    assert.is(run(program, '--version'), `${manifest.version}\n`);
    for (const command of [[], ['encode'], ['decode'], ['info'], ['compare'], ['bench'], ['doctor']]) {
      const help = await helpOf(command);
      assert.match(help, /^[\n -~]+$/);
      assert.is(run(program, ...command, '--help'), help);
    }
  });

  test('a strict program in TypeScript compiles with the types that are installed, and nothing else', () => {
    const options = '--strict --noEmit --target es2022 --module nodenext --types node --skipLibCheck false';
    run(`${ROOT}/node_modules/typescript/bin/tsc`, ...options.split(' '), 'typed.mts');
  });

  test('a picture is encoded by threads, and decoded by the program and by the library', async () => {
    const flags = QUICK.join(' ').replace('--threads 1', '--threads 2').split(' ');
    run(program, 'encode', 'a.png', ...flags);
    run(program, 'decode', 'a.loe', '-o', 'b.png');
    const { data } = await decode(readFileSync(at('a.loe')));
    assert.is(run('decode.mjs', 'a.loe'), data.join());
    assert.ok(existsSync(at('b.png')));
  });

  test('licenses of all that the program holds are in it', () => {
    const licenses = readFileSync(at('package/dist/LICENSES.txt'), 'utf8');
    for (const name of ['cliui', 'fflate', 'yargs', 'yargs-parser', 'y18n']) {
      assert.match(licenses, new RegExp(`^${name}\n`, 'm'));
    }
  });
} else skipped('the package works', 'npm run build makes what goes into it');

test.run();
