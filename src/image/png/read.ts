/** @file From the bytes of a PNG to a raster with the channels and the depth that the picture has. */

import { PNG } from 'pngjs';
import { LoecError } from '../../errors.ts';
import { allocateSamples, type BitDepth, type ChannelCount, type Chunk, type Raster } from '../raster.ts';
import { broken, type PngHeader, readChunks, readHeader } from './chunks.ts';
import { checkPixelData } from './pixel-data.ts';

const COLOUR_CHUNKS = ['cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM'];
const METADATA_CHUNKS = ['eXIf', 'iTXt', 'tEXt', 'zTXt'];

/** Where the samples of a picture's channels lie in pngjs' RGBA. */
const RGBA_OFFSETS: Readonly<Record<ChannelCount, readonly number[]>> = {
  1: [0],
  2: [0, 3],
  3: [0, 1, 2],
  4: [0, 1, 2, 3],
};

interface ReadPngOptions {
  /** Name of the file, for messages. */
  readonly name: string;
  /** Whether EXIF and text chunks are kept. */
  readonly metadata: boolean;
  /** @default 2^27 */
  readonly maxPixels?: number;
}

interface PngPicture {
  readonly raster: Raster;
  /** Types of the metadata chunks that were left out. */
  readonly dropped: readonly string[];
}

/** @throws LoecError E_INPUT for a broken PNG, E_LIMIT for too many pixels */
export function readPng(bytes: Uint8Array, options: ReadPngOptions): PngPicture {
  const { name, metadata, maxPixels = 2 ** 27 } = options;
  const chunks = readChunks(bytes, name);
  const header = readHeader(chunks, name);
  const { width, height, bitDepth } = header;
  if (width * height > maxPixels) {
    const message = `${name}: the picture has ${width}x${height} pixels; the limit is ${maxPixels}`;
    throw new LoecError('E_LIMIT', message);
  }
  checkPixelData(chunks, header, name);
  const channels = channelsOf(header, chunks);
  const depth: BitDepth = bitDepth === 16 ? 16 : 8;
  const data = selectChannels(decodePixels(bytes, name, depth), channels, depth, width * height);
  const found = chunks.filter(({ type }) => METADATA_CHUNKS.includes(type));
  const raster = {
    width,
    height,
    channels,
    depth,
    data,
    colour: chunks.filter(({ type }) => COLOUR_CHUNKS.includes(type)).map(copyOf),
    metadata: metadata ? found.map(copyOf) : [],
  };
  return { raster, dropped: metadata ? [] : [...new Set(found.map(({ type }) => type))] };
}

/** A chunk that does not keep the whole file in memory, as a view of it would. */
function copyOf({ type, data }: Chunk): Chunk {
  return { type, data: new Uint8Array(data) };
}

function channelsOf({ colourType }: PngHeader, chunks: readonly Chunk[]): ChannelCount {
  const grey = colourType === 0 || colourType === 4;
  const alpha = colourType >= 4 || chunks.some(({ type }) => type === 'tRNS');
  return ((grey ? 1 : 3) + (alpha ? 1 : 0)) as ChannelCount;
}

/** RGBA samples. pngjs would scale 16 bits down, and 1, 2 and 4 bits up, unless told otherwise. */
function decodePixels(bytes: Uint8Array, name: string, depth: BitDepth): ArrayLike<number> {
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return PNG.sync.read(buffer, { skipRescale: depth === 16 }).data;
  } catch (cause) {
    throw broken(name, `its pixel data can't be decoded (${(cause as Error).message})`, cause);
  }
}

function selectChannels(
  rgba: ArrayLike<number>,
  channels: ChannelCount,
  depth: BitDepth,
  pixels: number,
): Uint8Array | Uint16Array {
  const data = allocateSamples(depth, pixels * channels);
  const offsets = RGBA_OFFSETS[channels];
  for (let pixel = 0, at = 0; pixel < pixels; pixel++) {
    for (const offset of offsets) data[at++] = rgba[4 * pixel + offset] as number;
  }
  return data;
}
