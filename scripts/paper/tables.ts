/** @file The paper's tables with ours beside them. */

import type { Table } from '../../src/bench/report/page.ts';
import { mean } from '../../src/bench/summary.ts';
import type { Sizes } from './fit.ts';
import type { Result } from './results.ts';
import { type PaperTable, systemsOf } from './systems.ts';

/** Of all pictures and systems. */
export type FoundResults = readonly Result[];

const decibels = (value: number): string => value.toFixed(2);

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}

/** PSNR in dB: average, highest and lowest of the pictures, and the paper's. */
export function psnrTable(table: PaperTable, results: FoundResults): Table {
  const rows = systemsOf(table).flatMap(({ name, published }) => {
    const own = results.filter(({ system }) => system === name).map(({ psnr }) => psnr);
    if (own.length === 0) return [];
    const average = mean(own);
    const ours = [average, Math.max(...own), Math.min(...own)].map(decibels);
    const theirs = [published.mean, published.highest, published.lowest].map(decibels);
    return [[name, String(own.length), ...ours, ...theirs, signed(average - published.mean)]];
  });
  const head = [
    'system',
    'pictures',
    'average',
    'highest',
    'lowest',
    "paper's average",
    'highest',
    'lowest',
    'difference',
  ];
  return { head, rows };
}

/** Mean bytes of the files, and bits per pixel, which the paper does not count. */
export function sizesTable(results: FoundResults): Table {
  const rows = systemsOf('all').flatMap(({ name }) => {
    const own = results.filter(({ system }) => system === name);
    if (own.length === 0) return [];
    const size = (kind: keyof Sizes): string => {
      const bytes = mean(own.map((result) => result.bytes[kind]));
      const bpp = mean(own.map((result) => (8 * result.bytes[kind]) / (result.width * result.height)));
      return `${bytes.toFixed(0)} (${bpp.toFixed(2)})`;
    };
    const quality = decibels(mean(own.map(({ quantizedPsnr }) => quantizedPsnr)));
    return [[name, size('float32'), size('float16'), size('quantized'), quality]];
  });
  return { head: ['system', 'float32 (bpp)', 'float16 (bpp)', 'quantized (bpp)', 'its PSNR'], rows };
}
