/** @file PNG files of every kind for the tests, put together from their samples with node:zlib's deflate and CRC. */

import { deflateSync, gzipSync } from 'node:zlib';

export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly colourType: 0 | 2 | 3 | 4 | 6;
  readonly bitDepth: number;
  readonly interlaced?: boolean;
  /** Sample at a position, 0 … 2^bitDepth − 1. */
  readonly sampleAt: (x: number, y: number, channel: number) => number;
  /** Chunks between IHDR and IDAT. */
  readonly before?: readonly (readonly [type: string, data: Uint8Array])[];
}

export const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** First column and row, and the steps, of Adam7's passes. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export function chunk(type: string, data: Uint8Array): Buffer {
  const covered = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const bytes = Buffer.alloc(covered.length + 8);
  bytes.writeUInt32BE(data.length);
  covered.copy(bytes, 4);
  // The trailer of a gzip member begins with the CRC of its data.
  const zipped = gzipSync(covered);
  bytes.writeUInt32BE(zipped.readUInt32LE(zipped.length - 8), covered.length + 4);
  return bytes;
}

/** Unfiltered rows of the pixels x0, x0 + dx, … of the rows y0, y0 + dy, … */
function rowsOf(parts: PngParts, x0: number, y0: number, dx: number, dy: number): Buffer[] {
  const { width, height, colourType, bitDepth, sampleAt } = parts;
  const rows: Buffer[] = [];
  for (let y = y0; x0 < width && y < height; y += dy) {
    let bits = '';
    for (let x = x0; x < width; x += dx) {
      for (let channel = 0; channel < CHANNELS[colourType]; channel++) {
        bits += sampleAt(x, y, channel).toString(2).padStart(bitDepth, '0');
      }
    }
    const bytes = bits.match(/.{1,8}/g) ?? [];
    rows.push(Buffer.from([0, ...bytes.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2))]));
  }
  return rows;
}

export function headerChunk({ width, height, bitDepth, colourType, interlaced }: PngParts): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width);
  data.writeUInt32BE(height, 4);
  data.set([bitDepth, colourType, 0, 0, Number(interlaced ?? false)], 8);
  return chunk('IHDR', data);
}

export const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

export function buildPng(parts: PngParts): Buffer {
  const passes = parts.interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  const rows = passes.flatMap(([x0, y0, dx, dy]) => rowsOf(parts, x0, y0, dx, dy));
  return Buffer.concat([
    SIGNATURE,
    headerChunk(parts),
    ...(parts.before ?? []).map(([type, data]) => chunk(type, data)),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
