/** @file The verb: the bytes of a .loe file in, a picture of any resolution out. Free of tfjs and `node:` modules. */

import { isReducible, openFile, readContents } from './container/read.ts';
import { bytesOf, type FileBytes } from './file-bytes.ts';
import { allocateSamples, type BandedPicture, type Raster } from './image/raster.ts';
import { checkedLimits, type Limits } from './limits.ts';
import {
  A_FUNCTION,
  A_NUMBER,
  AN_ABORT_SIGNAL,
  AN_OBJECT,
  checkOptions,
  type OptionRule,
  oneOf,
} from './options.ts';
import { type RoomFor, renderBands } from './render/bands.ts';
import { checkCost } from './render/cost.ts';
import { type Crop, type Geometry, type OutputOptions, outputGeometry } from './render/geometry.ts';
import { rowsOfBand } from './render/pieces.ts';
import { sceneOf } from './render/scene.ts';
import type { FieldGpu } from './render/webgpu/open.ts';
import { TimeSlices } from './time-slices.ts';

export type { BandedPicture, Crop, FileBytes, Raster };

export const DECODE_ENGINES = ['wasm', 'webgpu'] as const;
export type DecodeEngine = (typeof DECODE_ENGINES)[number];

export interface DecodeOptions extends OutputOptions {
  /**
   * What evaluates a pyramid field: `wasm` gives the same bits on every machine; `webgpu`, the machine's GPU, samples within ±1 of these, ±⌈P/A⌉ of
   * colours under an alpha of A in 0 … P. All other pictures, and those of an eighth of the size or less, are evaluated by
   * `wasm`. In Node `webgpu` needs the package of that name, in a browser `navigator.gpu`. @default 'wasm'
   */
  readonly engine?: DecodeEngine;
  /** What the file may cost; `Limits` says what each of them bounds. @default DEFAULT_LIMITS for those that are not given */
  readonly limits?: Partial<Limits>;
  /** Stops the decode with E_ABORTED, within a fifth of a second. */
  readonly signal?: AbortSignal;
  /** Called with the share of pixels done, 0 … 1. What it throws ends the decode. */
  readonly onProgress?: (done: number) => void;
}

const RULES: Readonly<Record<keyof DecodeOptions, OptionRule>> = {
  scale: A_NUMBER,
  width: A_NUMBER,
  height: A_NUMBER,
  crop: {
    expected: 'an object of four numbers x, y, width and height, and nothing else',
    accepts: isCrop,
  },
  engine: oneOf(DECODE_ENGINES),
  limits: AN_OBJECT,
  signal: AN_ABORT_SIGNAL,
  onProgress: A_FUNCTION,
};

function isCrop(value: unknown): boolean {
  if (!AN_OBJECT.accepts(value)) return false;
  const { x, y, width, height, ...others } = value as Crop;
  return [x, y, width, height].every(A_NUMBER.accepts) && Object.keys(others).length === 0;
}

/** A picture that has been read and can be rendered. */
interface OpenedPicture extends Omit<Raster, 'data'> {
  readonly render: (roomFor: RoomFor) => AsyncIterable<Uint8Array | Uint16Array>;
}

/**
 * Reads a file and evaluates it band by band, so that the memory does not grow with the height of the output. The event loop gets its
 * turn every 50 ms.
 * @throws LoecError E_USAGE, E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ENGINE or E_ABORTED; the bands throw E_LIMIT or E_ABORTED
 */
export async function decodeBands(file: FileBytes, options: DecodeOptions = {}): Promise<BandedPicture> {
  const { render, ...picture } = await openPicture(file, options, rowsOfBand);
  return { ...picture, bands: render((count) => allocateSamples(picture.depth, count)) };
}

/**
 * Decodes a file at any resolution. The event loop gets its turn every 50 ms.
 * @throws LoecError E_USAGE, E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ENGINE or E_ABORTED
 */
export async function decode(file: FileBytes, options: DecodeOptions = {}): Promise<Raster> {
  const { render, ...picture } = await openPicture(file, options, ({ crop }) => crop.height);
  const { width, height, channels, depth } = picture;
  const data = allocateSamples(depth, width * height * channels);
  const bands = render((count, offset) => data.subarray(offset, offset + count));
  for await (const _ of bands);
  return { ...picture, data };
}

/** @param rowsHeld rows of the output that are in memory at a time */
async function openPicture(
  file: FileBytes,
  options: DecodeOptions,
  rowsHeld: (geometry: Geometry) => number,
): Promise<OpenedPicture> {
  checkOptions('decode', options, RULES);
  const limits = checkedLimits(options.limits);
  const slices = new TimeSlices(options.signal, limits.seconds);
  const opened = await slices.take(openFile(bytesOf(file), limits));
  const geometry = outputGeometry(opened.header, options, limits, isReducible(opened));
  checkCost(opened, geometry, limits, rowsHeld(geometry));
  const contents = await readContents(opened, slices);
  const gpu = options.engine === 'webgpu' ? await openGpu() : null;
  const scene = await sceneOf(contents, geometry, slices, gpu).catch((error) => {
    gpu?.dispose();
    throw error;
  });
  const { channels, depth, colour, metadata } = contents;
  const { width, height } = geometry.crop;
  const render = async function* (roomFor: RoomFor) {
    try {
      yield* renderBands(scene, geometry, slices, roomFor, options.onProgress);
    } finally {
      gpu?.dispose();
    }
  };
  return { width, height, channels, depth, colour, metadata, render };
}

async function openGpu(): Promise<FieldGpu> {
  return (await import('./render/webgpu/open.ts')).openFieldGpu();
}
