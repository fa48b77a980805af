/**
 * @file Kills `loec` at random moments of a batch of 12 pictures with a signal that it can't hear. No file may be half, and a second run must
 * finish the batch with the same bytes.
 *
 *     npm run stress:kill -- [moments, 50]
 */

import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pictureBytes } from '../../src/bench/pictures.ts';
import type { Raster } from '../../src/image/raster.ts';
import { createFolder, createRandom, run, start } from './process.ts';

const MOMENTS = Number(process.argv[2] ?? 50);
const BATCH = 12;
const SIDE = 48;
const FLAGS = ['--effort', '1', '--steps', '20', '--threads', '1', '--quiet'];

const folder = createFolder();

function waves(number: number): Raster {
  const data = Uint8Array.from(
    { length: SIDE * SIDE },
    (_, i) => 128 + 100 * Math.sin((number + 1) * (i % SIDE) * 0.05),
  );
  return { width: SIDE, height: SIDE, channels: 1, depth: 8, data, colour: [], metadata: [] };
}

const inputs = await Promise.all(
  Array.from({ length: BATCH }, async (_, number) => {
    const path = join(folder, `${number}.png`);
    writeFileSync(path, await pictureBytes(waves(number)));
    return path;
  }),
);

const encode = (output: string) => ['encode', ...inputs, '--out-dir', output, ...FLAGS];

const whole = join(folder, 'whole');
const started = performance.now();
await run(encode(whole));
const seconds = (performance.now() - started) / 1000;
const names = readdirSync(whole).sort();

/** Whether each file of the folder is as it is in the whole batch. */
function areWhole(output: string, found: readonly string[]): boolean {
  return found.every((name) => readFileSync(join(output, name)).equals(readFileSync(join(whole, name))));
}

const random = createRandom(1);
const totals = { files: 0, half: 0, temporaries: 0, unfinished: 0 };
for (let i = 0; i < MOMENTS; i++) {
  const output = join(folder, 'out');
  mkdirSync(output);
  const child = start(encode(output));
  const ended = once(child, 'exit');
  await sleep(1000 * seconds * random());
  child.kill('SIGKILL');
  await ended;
  const [found, temporaries] = [/\.loe$/, /^\.loec-.*\.tmp$/].map((kind) =>
    readdirSync(output).filter((name) => kind.test(name)),
  ) as [string[], string[]];
  totals.files += found.length;
  totals.temporaries += temporaries.length;
  if (!areWhole(output, found) || found.length + temporaries.length !== readdirSync(output).length)
    totals.half++;
  // Files that are there have exit code 6, and the others are made.
  await once(start(encode(output)), 'exit');
  const finished = readdirSync(output).filter((name) => name.endsWith('.loe'));
  if (finished.length !== names.length || !areWhole(output, finished)) totals.unfinished++;
  rmSync(output, { recursive: true });
}
const { files, half, temporaries, unfinished } = totals;
console.log(
  `${MOMENTS} kills within ${seconds.toFixed(1)} s: ${files} files were there, ${half} times one was half, ` +
    `${temporaries} temporary files left; ${unfinished} second runs did not finish with the same bytes`,
);
process.exitCode = half + unfinished > 0 ? 1 : 0;
