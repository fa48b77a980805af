/** @file Paints the corpus: `npm run corpus` writes the pictures beside this file. */

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writePng } from '../src/image/png/write.ts';
import { allocateSamples, peakOf, type Raster } from '../src/image/raster.ts';
import { SCENES, type Scene } from './scenes.ts';

/** Each pixel is the mean of this many samples along each axis, so that edges are smooth. */
const SUBSAMPLES = 3;

export function renderScene({ width, height, channels, depth, paint }: Scene): Raster {
  const data = allocateSamples(depth, width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const mean = meanColour(paint, i % width, Math.floor(i / width));
    for (const [channel, value] of mean.entries()) {
      data[i * channels + channel] = Math.round(Math.min(1, Math.max(0, value)) * peakOf(depth));
    }
  }
  return { width, height, channels, depth, data, colour: [], metadata: [] };
}

function meanColour(paint: Scene['paint'], x: number, y: number): number[] {
  const samples = Array.from({ length: SUBSAMPLES ** 2 }, (_, k) =>
    paint(x + ((k % SUBSAMPLES) + 0.5) / SUBSAMPLES, y + (Math.floor(k / SUBSAMPLES) + 0.5) / SUBSAMPLES),
  );
  const channels = (samples[0] as readonly number[]).length;
  return Array.from(
    { length: channels },
    (_, channel) => samples.reduce((sum, sample) => sum + (sample[channel] as number), 0) / samples.length,
  );
}

async function write(scene: Scene): Promise<void> {
  const raster = renderScene(scene);
  const pieces: Uint8Array[] = [];
  for await (const piece of writePng(raster)) pieces.push(piece);
  await writeFile(fileURLToPath(new URL(`${scene.name}.png`, import.meta.url)), Buffer.concat(pieces));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const scene of SCENES) await write(scene);
}
