/** @file From bands of rows to the bytes of a PNG, a piece at a time: memory does not grow with the picture. */

import { constants, createDeflate, type Deflate } from 'node:zlib';
import { crc32 } from '../../crc32.ts';
import type { BandedPicture, ChannelCount } from '../raster.ts';
import { SIGNATURE } from './chunks.ts';
import { filterRows } from './paeth.ts';

const COLOUR_TYPES: Readonly<Record<ChannelCount, number>> = { 1: 0, 2: 4, 3: 2, 4: 6 };

/** Yields the file in order. */
export async function* writePng(picture: BandedPicture): AsyncGenerator<Uint8Array> {
  const { width, height, channels, depth } = picture;
  yield SIGNATURE;
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, depth);
  header.setUint8(9, COLOUR_TYPES[channels]);
  yield chunk('IHDR', new Uint8Array(header.buffer));
  for (const { type, data } of [...picture.colour, ...picture.metadata]) yield chunk(type, data);
  for await (const data of deflated(filteredBands(picture))) yield chunk('IDAT', data);
  yield chunk('IEND', new Uint8Array(0));
}

/** Length, type, data and CRC. */
export function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** The zlib stream of the pieces; an error of theirs becomes the stream's. */
function deflated(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const deflate = createDeflate({ level: 6, strategy: constants.Z_FILTERED, chunkSize: 65536 });
  feed(pieces, deflate).catch((error) => deflate.destroy(error));
  return deflate;
}

async function feed(pieces: AsyncIterable<Uint8Array>, deflate: Deflate): Promise<void> {
  for await (const piece of pieces) {
    if (!deflate.write(piece)) await new Promise((resolve) => deflate.once('drain', resolve));
  }
  deflate.end();
}

/**
 * Filtered rows: all by Paeth's filter, since the best of the five for each row makes files of pictures only 0.1 % shorter and
 * takes three times as long. It looks at the row above, so the last row of each band is kept for the next.
 */
async function* filteredBands({ width, channels, depth, bands }: BandedPicture): AsyncGenerator<Uint8Array> {
  const pixelBytes = (channels * depth) / 8;
  let above = new Uint8Array(width * pixelBytes);
  for await (const band of bands) {
    const rows = bigEndianBytes(band);
    yield filterRows(rows, above, pixelBytes);
    above = rows.slice(rows.length - above.length);
  }
}

function bigEndianBytes(samples: Uint8Array | Uint16Array): Uint8Array {
  if (samples instanceof Uint8Array) return samples;
  const bytes = new Uint8Array(2 * samples.length);
  for (let i = 0; i < samples.length; i++) {
    bytes[2 * i] = (samples[i] as number) >> 8;
    bytes[2 * i + 1] = (samples[i] as number) & 0xff;
  }
  return bytes;
}
