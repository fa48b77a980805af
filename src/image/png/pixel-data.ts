/**
 * @file The amount of a PNG's pixel data, checked before pngjs decodes it: pngjs takes whatever memory holds for rows
 * that are missing, and inflates interlaced pictures without a bound.
 */

import { inflateSync } from 'node:zlib';
import type { Chunk } from '../raster.ts';
import { broken, type PngHeader } from './chunks.ts';

/** First column and row of each pass, and the steps to its next ones (PNG specification, section 8.1, Adam7). */
type Pass = readonly [x: number, y: number, dx: number, dy: number];
const PROGRESSIVE: readonly Pass[] = [[0, 0, 1, 1]];
const ADAM7: readonly Pass[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** Samples per pixel of each colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** @throws LoecError E_INPUT unless the IDAT chunks inflate to just the bytes that the header announces */
export function checkPixelData(chunks: readonly Chunk[], header: PngHeader, name: string): void {
  const expected = pixelBytes(header);
  const deflated = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  const found = inflatedLength(Buffer.concat(deflated), expected, name);
  if (found !== expected) {
    throw broken(name, `its IDAT chunks hold ${found} bytes of pixels, ${expected} expected`);
  }
}

function inflatedLength(deflated: Uint8Array, expected: number, name: string): number {
  try {
    return inflateSync(deflated, { maxOutputLength: expected }).length;
  } catch (cause) {
    throw broken(name, `its IDAT chunks can't be inflated (${(cause as Error).message})`, cause);
  }
}

/** Bytes of the rows of all passes, each with a byte for its filter. */
function pixelBytes({ width, height, bitDepth, colourType, interlaced }: PngHeader): number {
  const bitsPerPixel = bitDepth * (SAMPLES[colourType] as number);
  let bytes = 0;
  for (const [x, y, dx, dy] of interlaced ? ADAM7 : PROGRESSIVE) {
    const columns = Math.ceil(Math.max(0, width - x) / dx);
    const rows = Math.ceil(Math.max(0, height - y) / dy);
    if (columns > 0) bytes += rows * (1 + Math.ceil((columns * bitsPerPixel) / 8));
  }
  return bytes;
}
