/**
 * @file The chunks of a PNG, checked before any pixel is touched: signature, lengths, CRCs and the header's ranges. pngjs
 * decodes pixels but tells neither where a file is broken nor what colour profile it carries.
 */

import { crc32 } from '../../crc32.ts';
import { LoecError } from '../../errors.ts';
import type { Chunk, Size } from '../raster.ts';

export const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Bytes of a chunk besides its data: length, type, CRC. */
const FRAME = 12;

/** Bit depths that PNG allows for each colour type. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** What IHDR says. */
export interface PngHeader extends Size {
  readonly bitDepth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGB + alpha. */
  readonly colourType: number;
  readonly interlaced: boolean;
}

/**
 * All chunks up to IEND.
 * @param name of the file, for messages
 * @throws LoecError E_INPUT naming the file, the chunk and its offset
 */
export function readChunks(bytes: Uint8Array, name: string): Chunk[] {
  checkSignature(bytes, name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let offset = SIGNATURE.length; chunks.at(-1)?.type !== 'IEND'; ) {
    const left = bytes.length - offset - FRAME;
    const length = left >= 0 ? view.getUint32(offset) : 0;
    if (length > left) {
      throw broken(name, `it is truncated: a chunk at offset ${offset} is not whole`);
    }
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    const end = offset + 8 + length;
    if (crc32(bytes.subarray(offset + 4, end)) !== view.getUint32(end)) {
      throw broken(name, `the CRC of chunk ${JSON.stringify(type)} at offset ${offset} does not match`);
    }
    chunks.push({ type, data: bytes.subarray(offset + 8, end) });
    offset = end + 4;
  }
  return chunks;
}

function checkSignature(bytes: Uint8Array, name: string): void {
  if (SIGNATURE.every((byte, i) => bytes[i] === byte)) return;
  const found = bytes.length === 0 ? 'the file is empty' : 'the file does not begin with a PNG signature';
  throw new LoecError('E_INPUT', `${name}: expected a PNG picture, ${found}; convert it to PNG first`);
}

/** @throws LoecError E_INPUT */
export function readHeader(chunks: readonly Chunk[], name: string): PngHeader {
  const first = chunks[0] as Chunk;
  if (first.type !== 'IHDR' || first.data.length !== 13)
    throw broken(name, 'it does not begin with an IHDR chunk');
  const view = new DataView(first.data.buffer, first.data.byteOffset, first.data.byteLength);
  const header = {
    width: view.getUint32(0),
    height: view.getUint32(4),
    bitDepth: view.getUint8(8),
    colourType: view.getUint8(9),
    interlaced: view.getUint8(12) === 1,
  };
  const { width, height, bitDepth, colourType } = header;
  if (width === 0 || height === 0 || width >= 2 ** 31 || height >= 2 ** 31) {
    throw broken(name, `IHDR says ${width}x${height} pixels`);
  }
  if (!DEPTHS[colourType]?.includes(bitDepth)) {
    throw broken(name, `IHDR says colour type ${colourType} with ${bitDepth} bits, which PNG does not have`);
  }
  return header;
}

export function broken(name: string, what: string, cause?: unknown): LoecError {
  return new LoecError('E_INPUT', `${name}: the PNG is damaged: ${what}`, { cause });
}
