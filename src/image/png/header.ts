/** @file IHDR: what a PNG's pixels are. */

import type { Size } from '../raster.ts';
import { broken, type PngChunk, placeOf } from './chunks.ts';

/** Samples per pixel and bit depths of each colour type. */
const COLOUR_TYPES: Readonly<
  Record<number, { readonly samples: number; readonly depths: readonly number[] }>
> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/** The colour type whose samples are indices of a palette. */
export const PALETTE = 3;

/** What IHDR says. */
export interface PngHeader extends Size {
  readonly bitDepth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGB + alpha. */
  readonly colourType: number;
  /** Per pixel, as stored. */
  readonly samples: number;
  readonly interlaced: boolean;
}

/** @throws LoecError E_INPUT naming the field */
export function readHeader(chunk: PngChunk): PngHeader {
  const fail = (what: string) => broken(`${placeOf(chunk)} ${what}`);
  if (chunk.type !== 'IHDR') throw fail('stands where the header, IHDR, was expected');
  if (chunk.data.length !== 13) throw fail(`has ${chunk.data.length} bytes, 13 expected`);
  const view = new DataView(chunk.data.buffer, chunk.data.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [bitDepth, colourType, compression, filter, interlace] = chunk.data.subarray(
    8,
  ) as unknown as number[];
  if (Math.min(width, height) < 1 || Math.max(width, height) >= 2 ** 31) {
    throw fail(`says ${width}x${height} pixels; each side has 1 to 2147483647`);
  }
  const kind = COLOUR_TYPES[colourType as number];
  if (!kind) throw fail(`says colour type ${colourType}; PNG has 0, 2, 3, 4 and 6`);
  if (!kind.depths.includes(bitDepth as number)) {
    throw fail(`says bit depth ${bitDepth}; colour type ${colourType} has ${kind.depths.join(', ')}`);
  }
  if (compression !== 0) throw fail(`says compression method ${compression}; PNG has only 0`);
  if (filter !== 0) throw fail(`says filter method ${filter}; PNG has only 0`);
  if (interlace !== 0 && interlace !== 1) throw fail(`says interlace method ${interlace}; PNG has 0 and 1`);
  return {
    width,
    height,
    bitDepth: bitDepth as number,
    colourType: colourType as number,
    samples: kind.samples,
    interlaced: interlace === 1,
  };
}

/** The data of an IHDR that is not interlaced. */
export function headerData({
  width,
  height,
  bitDepth,
  colourType,
}: Pick<PngHeader, 'width' | 'height' | 'bitDepth' | 'colourType'>): Uint8Array {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, bitDepth);
  header.setUint8(9, colourType);
  return new Uint8Array(header.buffer);
}
