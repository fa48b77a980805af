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
  readonly before?: readonly ChunkPair[];
  /** Chunks between IDAT and IEND. */
  readonly after?: readonly ChunkPair[];
}

type ChunkPair = readonly [type: string, data: Uint8Array];

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

/** All rows, each behind filter 0. */
export function storedRows(parts: PngParts): Buffer {
  const passes = parts.interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  return Buffer.concat(passes.flatMap(([x0, y0, dx, dy]) => rowsOf(parts, x0, y0, dx, dy)));
}

export function buildPng(parts: PngParts): Buffer {
  return Buffer.concat([
    SIGNATURE,
    headerChunk(parts),
    ...(parts.before ?? []).map(([type, data]) => chunk(type, data)),
    chunk('IDAT', deflateSync(storedRows(parts))),
    ...(parts.after ?? []).map(([type, data]) => chunk(type, data)),
    END,
  ]);
}

export const END = chunk('IEND', Buffer.alloc(0));

/** A file of the given chunks behind the header. */
export function pngOf(parts: PngParts, ...chunks: readonly Uint8Array[]): Buffer {
  return Buffer.concat([SIGNATURE, headerChunk(parts), ...chunks]);
}

/** EXIF whose first directory says this orientation and, if asked, a resolution beside it. */
export function exifOf(orientation: number, isLittleEndian: boolean, withMore = false): Uint8Array {
  const entries = [
    ...(withMore ? [[0x0100, 48]] : []),
    [0x0112, orientation],
    ...(withMore ? [[0x0128, 2]] : []),
  ];
  const bytes = new DataView(new ArrayBuffer(14 + 12 * entries.length));
  const le = isLittleEndian;
  bytes.setUint16(0, le ? 0x4949 : 0x4d4d);
  bytes.setUint16(2, 42, le);
  bytes.setUint32(4, 8, le);
  bytes.setUint16(8, entries.length, le);
  for (const [i, [tag = 0, value = 0]] of entries.entries()) {
    bytes.setUint16(10 + 12 * i, tag, le);
    bytes.setUint16(12 + 12 * i, 3, le);
    bytes.setUint32(14 + 12 * i, 1, le);
    bytes.setUint16(18 + 12 * i, value, le);
  }
  return new Uint8Array(bytes.buffer);
}

/** Samples that take every value of a depth up to 8 bits, and spread over 16. */
const pattern =
  (bitDepth: number) =>
  (x: number, y: number, channel: number): number =>
    (Math.imul(x + 13 * y + 5 * channel, bitDepth === 16 ? 40503 : 1) >>> 0) % 2 ** bitDepth;

/** A picture of the kind, with a palette where it needs one. */
export function partsOf(
  colourType: PngParts['colourType'],
  bitDepth: number,
  width = 19,
  height = 14,
): PngParts {
  const palette = Uint8Array.from({ length: 3 * 2 ** bitDepth }, (_, i) => (i * 89) % 256);
  return {
    width,
    height,
    colourType,
    bitDepth,
    sampleAt: pattern(bitDepth),
    before: colourType === 3 ? [['PLTE', palette]] : [],
  };
}

/** tRNS for the colour at (3, 2) of a picture without a palette. */
export function transparentColour({ colourType, sampleAt }: PngParts): Uint8Array {
  const bytes = Buffer.alloc(2 * CHANNELS[colourType]);
  for (let channel = 0; channel < CHANNELS[colourType]; channel++) {
    bytes.writeUInt16BE(sampleAt(3, 2, channel), 2 * channel);
  }
  return bytes;
}
