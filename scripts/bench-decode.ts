/**
 * @file How long decoding takes and how much memory, by the size of the picture and of the output: whole processes of the built program, and
 * warm calls on one thread. Pictures are one picture's latents side by side, so that no large one need be fitted. Prints Markdown.
 *
 *     npm run build && npm run bench:decode -- [--picture file.png]
 */

import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { FieldContents } from '../src/container/contents.ts';
import { openFile, readContents } from '../src/container/read.ts';
import { writeContents } from '../src/container/write.ts';
import { decode } from '../src/decode.ts';
import { encode } from '../src/encode.ts';
import { modelOf } from '../src/field/model.ts';
import { readPng } from '../src/image/png/read.ts';
import { UNBOUNDED_LIMITS } from '../src/limits.ts';
import { finish, TimeSlices } from '../src/time-slices.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const { values: options } = parseArgs({
  options: { picture: { type: 'string', default: join(ROOT, 'corpus/harbour.png') } },
});

/** Millions of pixels. */
const MEGAPIXELS = [0.1, 0.4, 2, 12, 50];
const RUNS = 3;
const SCALES = [0.1, 0.125, 0.25, 0.5, 1, 1.37, 2, 3.7];
const WARM_RUNS = 7;

/** The file of a fit, with as many of its picture's latents side by side as make so many pixels. */
async function tiled(contents: FieldContents, megapixels: number): Promise<Uint8Array> {
  const { pyramid, width, height } = contents;
  if (!pyramid) throw new Error('the picture was not fitted by a pyramid');
  const side = Math.sqrt(megapixels * 1e6);
  const size = { width: Math.round(side * 1.2), height: Math.round(side / 1.2) };
  const model = modelOf(pyramid.model.field.spec, pyramid.model.context.spec, size);
  const latents = model.planes.map((plane, i) => {
    const { width: columns, height: rows } = pyramid.model.planes[i] as { width: number; height: number };
    const whole = { columns: width >> plane.level || columns, rows: height >> plane.level || rows };
    return Int16Array.from({ length: plane.width * plane.height }, (_, at) => {
      const [x, y] = [at % plane.width, Math.floor(at / plane.width)];
      return pyramid.latents[i]?.[(y % whole.rows) * columns + (x % whole.columns)] as number;
    });
  });
  return writeContents({ ...contents, ...size, pyramid: { ...pyramid, model, latents } });
}

interface Figure {
  readonly seconds: number;
  readonly mebibytes: number;
}

/** The best of some runs of a process. */
function measure(args: readonly string[]): Figure {
  const hook = `data:text/javascript,process.on('exit',()=>console.error('rss',process.resourceUsage().maxRSS))`;
  const runs = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    const { stderr, status } = spawnSync(process.execPath, ['--import', hook, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const seconds = (performance.now() - started) / 1000;
    return { seconds, mebibytes: Number(/rss (\d+)\s*$/.exec(stderr)?.[1]) / 1024 };
  });
  return runs.reduce((best, run) => (run.seconds < best.seconds ? run : best));
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

async function wholeProcesses(contents: FieldContents, folder: string): Promise<void> {
  const nothing = measure(['-e', '0']).seconds;
  console.log(`\nWhole processes, seconds and MiB; \`node -e 0\` takes ${nothing.toFixed(2)}:\n`);
  const asked: Readonly<Record<string, readonly string[]>> = {
    all: [],
    '`--scale 0.1`': ['--scale', '0.1'],
    'crop of 400×300': ['--crop', '100,60,400,300'],
    '`--preview`': ['--preview'],
  };
  console.log(row(['megapixels', 'bytes', ...Object.keys(asked)]));
  console.log(row(Array(2 + Object.keys(asked).length).fill('---')));
  for (const megapixels of MEGAPIXELS) {
    const file = await tiled(contents, megapixels);
    const path = join(folder, 'picture.loe');
    await writeFile(path, file);
    const figures = Object.values(asked).map((args) => {
      if (megapixels * 1e6 < 400 * 300 * 2 && args[0] === '--crop') return '';
      const program = [join(ROOT, 'dist/bin/loec.js'), 'decode', path, '-o', join(folder, 'out.png')];
      const { seconds, mebibytes } = measure([...program, '--force', '--quiet', ...args]);
      return `${seconds.toFixed(2)} s, ${mebibytes.toFixed(0)}`;
    });
    console.log(row([megapixels, file.length, ...figures]));
  }
}

async function warmCalls(file: Uint8Array): Promise<void> {
  const times = new Map(SCALES.map((scale) => [scale, Number.POSITIVE_INFINITY]));
  const pixels = new Map<number, number>();
  for (let run = 0; run < WARM_RUNS; run++) {
    for (const scale of SCALES) {
      const started = performance.now();
      const { width, height } = await decode(file, { scale });
      pixels.set(scale, width * height);
      times.set(scale, Math.min(times.get(scale) as number, performance.now() - started));
    }
  }
  const perPixel = (scale: number) => (1e6 * (times.get(scale) as number)) / (pixels.get(scale) as number);
  console.log('\nWarm calls of `decode` on one thread, 0.4 megapixels:\n');
  console.log(row(['scale', 'ms', 'against scale 1', 'per output pixel, against scale 1']));
  console.log(row(Array(4).fill('---')));
  for (const scale of SCALES) {
    const time = times.get(scale) as number;
    const ratio = time / (times.get(1) as number);
    console.log(row([scale, time.toFixed(1), ratio.toFixed(2), (perPixel(scale) / perPixel(1)).toFixed(2)]));
  }
}

const { raster } = await readPng(await readFile(options.picture));
const { file } = await encode(raster, { quality: 60, effort: 1, preset: 'pyramid' });
const contents = (await readContents(
  finish(openFile(file, UNBOUNDED_LIMITS)),
  new TimeSlices(),
)) as FieldContents;
const folder = await mkdtemp(join(tmpdir(), 'loec-bench-'));
try {
  await warmCalls(await tiled(contents, 0.4));
  await wholeProcesses(contents, folder);
} finally {
  await rm(folder, { recursive: true });
}
