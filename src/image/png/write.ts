/** @file From a picture to the bytes of a PNG, a piece at a time: memory does not grow with the picture. */

import { optionError } from '../../errors.ts';
import { integers, type Range } from '../../ranges.ts';
import { DISPLAY_CHUNKS, METADATA_CHUNKS } from '../chunk-kinds.ts';
import { type BandedPicture, type ChannelCount, type Raster, sampleArrayOf } from '../raster.ts';
import { checkedChunks } from '../raster-input.ts';
import { pngChunk, SIGNATURE } from './chunks.ts';
import { deflated } from './deflate.ts';
import { headerData } from './header.ts';
import { filterRows } from './paeth.ts';

const COLOUR_TYPES: Readonly<Record<ChannelCount, number>> = { 1: 0, 2: 4, 3: 2, 4: 6 };

/** Samples that are filtered at a time, some 3 ms, while those before are compressed by another thread. */
const PIECE_SAMPLES = 2 ** 19;

const SIDE: Range = integers(1, 2 ** 31 - 1);

type Samples = Uint8Array | Uint16Array;

type WithoutChunks<P> = Omit<P, 'colour' | 'metadata'>;

/** A raster, or rows as they come; chunks may be missing. */
export type PngInput = (WithoutChunks<Raster> | WithoutChunks<BandedPicture>) &
  Partial<Pick<Raster, 'colour' | 'metadata'>>;

/**
 * Yields the bytes of a PNG in order: grey, grey and alpha, RGB or RGBA of 8 or 16 bits, not interlaced. The chunks of `colour` and
 * `metadata` stand before the pixels. Nothing is yielded before the picture has been checked; errors of its bands pass through.
 * @throws LoecError E_USAGE naming the field: also for chunks that are not of DISPLAY_CHUNKS or METADATA_CHUNKS, or malformed
 */
export async function* writePng(picture: PngInput): AsyncGenerator<Uint8Array> {
  checkPicture(picture);
  const { width, height, channels, depth, colour = [], metadata = [] } = picture;
  const chunks = [
    ...checkedChunks('colour', colour, DISPLAY_CHUNKS, picture),
    ...checkedChunks('metadata', metadata, METADATA_CHUNKS, picture),
  ];
  yield SIGNATURE;
  yield pngChunk('IHDR', headerData({ width, height, bitDepth: depth, colourType: COLOUR_TYPES[channels] }));
  for (const { type, data } of chunks) yield pngChunk(type, data);
  const bands = 'bands' in picture ? picture.bands : [picture.data];
  const rows = filtered(picture, piecesOf(bands, width * channels));
  for await (const data of deflated(rows)) yield pngChunk('IDAT', data);
  yield pngChunk('IEND', new Uint8Array(0));
}

function checkPicture(picture: PngInput): void {
  if (typeof picture !== 'object' || picture === null) {
    throw optionError('the picture', 'a raster, or a picture with bands', picture);
  }
  const { width, height, channels, depth } = picture;
  if (!SIDE.contains(width)) throw optionError('width', SIDE.expected, width);
  if (!SIDE.contains(height)) throw optionError('height', SIDE.expected, height);
  if (COLOUR_TYPES[channels] === undefined) throw optionError('channels', '1, 2, 3 or 4', channels);
  if (depth !== 8 && depth !== 16) throw optionError('depth', '8 or 16', depth);
  if ('bands' in picture) return;
  const Samples = sampleArrayOf(depth);
  const count = width * height * channels;
  if (!(picture.data instanceof Samples && picture.data.length === count)) {
    throw optionError('data', `a ${Samples.name} of ${count} samples`, picture.data);
  }
}

/** Whole rows, a few at a time. @param rowLength samples of a row */
async function* piecesOf(
  bands: AsyncIterable<Samples> | Iterable<Samples>,
  rowLength: number,
): AsyncGenerator<Samples> {
  const length = rowLength * Math.ceil(PIECE_SAMPLES / rowLength);
  for await (const band of bands) {
    for (let at = 0; at < band.length; at += length) yield band.subarray(at, at + length);
  }
}

/**
 * Filtered rows: all by Paeth's filter, since the best of the five for each row makes files of pictures only 0.1 % shorter and
 * takes three times as long. It looks at the row above, so the last row of each piece is kept for the next.
 */
async function* filtered(
  { width, channels, depth }: Pick<Raster, 'width' | 'channels' | 'depth'>,
  pieces: AsyncIterable<Samples>,
): AsyncGenerator<Uint8Array> {
  const pixelBytes = (channels * depth) / 8;
  let above = new Uint8Array(width * pixelBytes);
  for await (const piece of pieces) {
    const rows = bigEndianBytes(piece);
    yield filterRows(rows, above, pixelBytes);
    above = rows.slice(rows.length - above.length);
  }
}

function bigEndianBytes(samples: Samples): Uint8Array {
  if (samples instanceof Uint8Array) return samples;
  const bytes = new Uint8Array(2 * samples.length);
  for (let i = 0; i < samples.length; i++) {
    bytes[2 * i] = (samples[i] as number) >> 8;
    bytes[2 * i + 1] = (samples[i] as number) & 0xff;
  }
  return bytes;
}
