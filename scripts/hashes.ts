/**
 * @file Tells whether a change of the code changes files or pixels: encodes pictures with every preset by the `wasm` engine and decodes
 * them at several scales, and prints a line of hashes for each. With the lines of an earlier run as first argument it compares
 * them and exits with 1 where one differs. Lines depend on the processor and on Node's version, so both runs are made on one machine.
 *
 *     npm run hashes > before.txt            # with the old code
 *     npm run hashes -- before.txt           # with the new one
 *     npm run hashes -- before.txt harbour   # only the cases whose names hold a word
 */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type DecodeOptions, decode } from '../src/decode.ts';
import { type EncodeOptions, encode } from '../src/encode.ts';
import { PRESET_NAMES } from '../src/field/presets.ts';
import { cropRaster } from '../src/image/crop.ts';
import { readPng } from '../src/image/png/read.ts';
import type { Raster } from '../src/image/raster.ts';

interface Case {
  readonly name: string;
  readonly picture: string;
  readonly options: EncodeOptions;
}

/** A detailed part of it: x, y, width, height. */
const KODIM05_CROP = [320, 160, 192, 128] as const;

/** At the picture's own size, between its pixels, at whole and other multiples, and in part. */
const DECODES: readonly DecodeOptions[] = [
  {},
  { scale: 2 },
  { scale: 1.7 },
  { scale: 0.4 },
  { scale: 3, crop: { x: 37, y: 20, width: 50, height: 61 } },
];

const EFFORTS = [1, 3] as const;

/** Options that lead through code that no preset reaches by itself. */
const SPECIAL: readonly Case[] = [
  { name: 'visual', picture: 'harbour', options: { effort: 1 } },
  { name: 'visual-bpp', picture: 'marble', options: { bpp: 0.5, effort: 1 } },
  { name: 'ssimulacra2', picture: 'harbour', options: { ssimulacra2: 60, effort: 1 } },
  { name: 'ssimulacra2-psnr', picture: 'marble', options: { ssimulacra2: 60, effort: 1, tune: 'psnr' } },
  { name: 'size', picture: 'harbour', options: { size: 1500, effort: 1, tune: 'psnr' } },
  { name: 'bpp', picture: 'kodim05', options: { bpp: 0.6, effort: 1, tune: 'psnr' } },
  { name: 'psnr', picture: 'marble', options: { psnr: 32, effort: 1 } },
  { name: 'high-quality', picture: 'harbour', options: { quality: 90, effort: 1, tune: 'psnr' } },
  { name: 'large-networks', picture: 'kodim05', options: { quality: 80, effort: 7, steps: 40, tune: 'psnr' } },
  { name: 'grey16-psnr', picture: 'moon', options: { psnr: 40, effort: 1 } },
  { name: 'one-step', picture: 'badge', options: { preset: 'pyramid', steps: 1, effort: 1, tune: 'psnr' } },
  { name: 'segment-layer', picture: 'harbour', options: { preset: 'seg-loe', segmentLayer: 2, effort: 1 } },
  { name: 'equal-bin', picture: 'harbour', options: { preset: 'pyramid-seg', thresholds: 'equal-bin', effort: 1, tune: 'psnr' } },
  { name: 'float32', picture: 'badge', options: { preset: 'siren', weights: 'float32', width: 16, effort: 1 } },
  { name: 'coordinates-psnr', picture: 'moon', options: { preset: 'siren', psnr: 28, effort: 1 } },
]; // biome-ignore format: a table

async function readPicture(url: URL): Promise<Raster> {
  return (await readPng(await readFile(url), { name: url.pathname })).raster;
}

async function readPictures(): Promise<Map<string, Raster>> {
  const pictures = new Map<string, Raster>();
  for (const name of ['badge', 'harbour', 'marble', 'moon']) {
    pictures.set(name, await readPicture(new URL(`../corpus/${name}.png`, import.meta.url)));
  }
  const kodim05 = new URL('../corpus/kodak/kodim05.png', import.meta.url);
  if (existsSync(kodim05)) pictures.set('kodim05', cropRaster(await readPicture(kodim05), ...KODIM05_CROP));
  else process.stderr.write('corpus/kodak/kodim05.png is missing (npm run kodak): its cases are left out\n');
  return pictures;
}

function casesOf(pictures: Iterable<string>): Case[] {
  const plain = [...pictures].flatMap((picture) =>
    PRESET_NAMES.flatMap((preset) =>
      EFFORTS.map((effort) => ({
        name: `${preset} effort ${effort}`,
        picture,
        options: { tune: 'psnr' as const, preset, effort },
      })),
    ),
  );
  return [...plain, ...SPECIAL];
}

async function lineOf({ name, picture, options }: Case, raster: Raster): Promise<string> {
  const { file, psnr } = await encode(raster, { ...options, engine: 'wasm' });
  const pixels = createHash('sha256');
  for (const decoding of DECODES) {
    const { data } = await decode(file, decoding);
    pixels.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const hashes = [createHash('sha256').update(file), pixels].map((hash) => hash.digest('hex').slice(0, 16));
  return `${picture} ${name}: ${file.length} bytes ${psnr.toFixed(3)} dB, file ${hashes[0]} pixels ${hashes[1]}`;
}

const [beforeFile, word = ''] = process.argv.slice(2);
const before = beforeFile ? new Set((await readFile(beforeFile, 'utf8')).split('\n')) : null;
const pictures = await readPictures();
let [compared, different] = [0, 0];
for (const one of casesOf(pictures.keys())) {
  const raster = pictures.get(one.picture);
  if (!raster || !`${one.picture} ${one.name}`.includes(word)) continue;
  const line = await lineOf(one, raster);
  compared++;
  const isSame = before?.has(line) ?? true;
  if (!isSame) different++;
  process.stdout.write(before ? `${isSame ? 'same' : 'DIFFERENT'} ${line}\n` : `${line}\n`);
}
if (before) process.stderr.write(`${compared} compared, ${different} different\n`);
process.exitCode = different > 0 || compared === 0 ? 1 : 0;
