/** @file Rasters that come from programs, where nothing else has checked them. */

import { classNameOf } from '../class-name.ts';
import { LoecError, optionError } from '../errors.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { checkChunks, DISPLAY_CHUNKS, METADATA_CHUNKS } from './chunk-kinds.ts';
import {
  type BitDepth,
  type ChannelCount,
  type Chunk,
  type Raster,
  type Size,
  sampleArrayOf,
} from './raster.ts';

/** A picture as programs have it: a `Raster`, the `ImageData` of a canvas, raw samples of sharp. Other fields are not looked at. */
export interface RasterInput extends Size {
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha; alpha is not premultiplied. @default as many as the samples are of each pixel */
  readonly channels?: ChannelCount;
  /** Bits per sample. @default those of the array, 8 of an ArrayBuffer */
  readonly depth?: BitDepth;
  /**
   * [height, width, channels], row-major, 0 … 2^depth − 1. A Node Buffer is a Uint8Array. An ArrayBuffer holds bytes, or with `depth`
   * 16 samples in the machine's byte order. What it holds is not changed.
   */
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array | ArrayBuffer;
  /** How to display the samples: PNG chunks. @default none, which is sRGB */
  readonly colour?: readonly Chunk[];
  /** EXIF, XMP and text: PNG chunks. @default none */
  readonly metadata?: readonly Chunk[];
}

/** Arrays of samples, by their names, which hold for those of other realms too. */
const DEPTHS: Readonly<Record<string, BitDepth>> = { Uint8Array: 8, Uint8ClampedArray: 8, Uint16Array: 16 };

const SAMPLE_ARRAYS = 'a Uint8Array, Uint8ClampedArray, Uint16Array or ArrayBuffer';

const CHANNELS: readonly ChannelCount[] = [1, 2, 3, 4];

/**
 * The picture with all its fields. Its samples are the caller's, not a copy.
 * @throws LoecError E_USAGE naming the field, or E_LIMIT
 */
export function checkedRaster(input: RasterInput): Raster {
  if (typeof input !== 'object' || input === null) throw optionError('raster', 'an object', input);
  const { width, height, colour = [], metadata = [] } = input;
  checkSide('width', width);
  checkSide('height', height);
  checkPixels(width * height);
  const depth = depthOf(input);
  const { buffer, byteOffset, byteLength } = memoryOf(input.data);
  const Samples = sampleArrayOf(depth);
  const count = byteLength / Samples.BYTES_PER_ELEMENT;
  const channels = channelsOf(input, count);
  const data = new Samples(buffer as ArrayBuffer, byteOffset, count);
  const raster = { width, height, channels, depth, data };
  return {
    ...raster,
    colour: checkedChunks('raster.colour', colour, DISPLAY_CHUNKS, raster),
    metadata: checkedChunks('raster.metadata', metadata, METADATA_CHUNKS, raster),
  };
}

function checkSide(name: string, value: unknown): void {
  if (!(Number.isInteger(value) && (value as number) >= 1))
    throw optionError(`raster.${name}`, 'a positive integer', value);
}

function checkPixels(pixels: number): void {
  const { pixels: most } = DEFAULT_LIMITS;
  if (pixels <= most) return;
  const message = `the picture has ${pixels} pixels; encode takes at most ${most}: use a smaller one, or parts of it`;
  throw new LoecError('E_LIMIT', message);
}

function depthOf({ depth, data }: RasterInput): BitDepth {
  const kind = kindOf(data);
  const ofArray = DEPTHS[kind];
  if (ofArray === undefined && kind !== 'ArrayBuffer') throw optionError('raster.data', SAMPLE_ARRAYS, data);
  if (depth === undefined) return ofArray ?? 8;
  if (depth !== 8 && depth !== 16) throw optionError('raster.depth', '8 or 16', depth);
  if (ofArray !== undefined && ofArray !== depth) {
    throw optionError('raster.data', `a ${sampleArrayOf(depth).name} where raster.depth is ${depth}`, data);
  }
  return depth;
}

/** The name of an array's or a buffer's class; '' for other values. */
function kindOf(data: unknown): string {
  return typeof data === 'object' ? classNameOf(data) : '';
}

function memoryOf(data: RasterInput['data']): ArrayBufferView {
  return ArrayBuffer.isView(data) ? data : new Uint8Array(data);
}

/** @param count of samples that there are, from which follows what is not said */
function channelsOf({ width, height, channels }: RasterInput, count: number): ChannelCount {
  if (channels !== undefined && !CHANNELS.includes(channels))
    throw optionError('raster.channels', '1, 2, 3 or 4', channels);
  const allowed = channels === undefined ? CHANNELS : [channels];
  const found = allowed.find((number) => width * height * number === count);
  if (found === undefined) {
    const rule = `${width} x ${height} x ${allowed.join(' or ')} samples (width x height x channels)`;
    throw optionError('raster.data', rule, count);
  }
  return found;
}

/**
 * Copies of the chunks, which have no other fields and keep no larger memory.
 * @param name of the field, for messages
 * @throws LoecError E_USAGE for what is no list of chunks of these kinds, or malformed
 */
export function checkedChunks(
  name: string,
  chunks: unknown,
  kinds: readonly string[],
  samples: Pick<Raster, 'channels' | 'depth'>,
): Chunk[] {
  if (!(Array.isArray(chunks) && chunks.every(isChunk))) {
    throw optionError(name, 'an array of { type, data } with data a Uint8Array', chunks);
  }
  checkChunks(name, chunks, kinds, samples);
  return chunks.map(({ type, data }) => ({ type, data: Uint8Array.from(data) }));
}

function isChunk(chunk: unknown): boolean {
  const { type, data } = (chunk ?? {}) as Partial<Chunk>;
  return typeof type === 'string' && kindOf(data) === 'Uint8Array';
}
