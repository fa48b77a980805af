/**
 * @file The table of docs/results.md: presets at given rates beside libjpeg-turbo (optimised, progressive, 4:2:0) at the same size.
 *
 *     npm run bench:presets -- --images corpus/kodak/kodim03.png,… --bpp 0.3,0.8 --presets siren,loe --effort 3
 */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { jpeg } from '../src/bench/codecs/jpeg.ts';
import { encode } from '../src/encode.ts';
import type { PresetName } from '../src/field/presets.ts';
import { readPng } from '../src/image/png/read.ts';
import { inspect } from '../src/inspect.ts';
import { psnr } from '../src/metrics/psnr.ts';
import { codedWithin } from './within.ts';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: 'corpus/harbour.png' },
    bpp: { type: 'string', default: '0.3,0.8' },
    presets: { type: 'string', default: 'siren,loe-ftc,seg-loe,loe' },
    effort: { type: 'string', default: '3' },
  },
});

function row(cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

row(['picture', 'codec', 'bytes', 'bpp', 'PSNR, dB', 'map, bytes', 'MAC/pixel', 'seconds']);
row(Array(8).fill('---'));
for (const path of values.images.split(',')) {
  const png = await readFile(path);
  const { raster } = await readPng(png, { name: path });
  const pixels = raster.width * raster.height;
  for (const bpp of values.bpp.split(',').map(Number)) {
    for (const preset of values.presets.split(',') as PresetName[]) {
      const {
        file,
        psnr: quality,
        seconds,
      } = await encode(raster, { preset, bpp, tune: 'psnr', effort: Number(values.effort) });
      const { macPerPixel, sections } = inspect(file);
      const map = sections.find(({ type }) => type === 'labels')?.bytes ?? 0;
      const rate = ((8 * file.length) / pixels).toFixed(3);
      row([
        basename(path),
        preset,
        file.length,
        rate,
        quality.toFixed(2),
        map,
        macPerPixel,
        seconds.toFixed(0),
      ]);
    }
    const { bytes, decoded } = await codedWithin(jpeg, {}, raster, (pixels * bpp) / 8);
    row([
      basename(path),
      'JPEG',
      bytes,
      ((8 * bytes) / pixels).toFixed(3),
      psnr(raster, decoded).toFixed(2),
      '',
      '',
      '',
    ]);
  }
}
