/** @file From the bytes of a file to a picture whose rows can be rendered: what the verbs of decoding share. */

import type { Contents } from '../container/contents.ts';
import {
  isReducible,
  type OpenedFile,
  type OpenedPyramid,
  openFile,
  readContents,
} from '../container/read.ts';
import { LoecError } from '../errors.ts';
import { bytesOf, type FileBytes } from '../file-bytes.ts';
import { allocateSamples, type BandedPicture, type Raster } from '../image/raster.ts';
import { checkedLimits, type Limits } from '../limits.ts';
import {
  A_BOOLEAN,
  A_FUNCTION,
  A_NUMBER,
  AN_ABORT_SIGNAL,
  AN_OBJECT,
  checkOptions,
  type OptionRule,
  oneOf,
} from '../options.ts';
import { TimeSlices } from '../time-slices.ts';
import { untilAborted } from '../until-aborted.ts';
import { type RoomFor, renderBands, type Samples } from './bands.ts';
import { checkCost, workOf } from './cost.ts';
import { type Crop, type Geometry, type OutputOptions, outputGeometry, pictureRows } from './geometry.ts';
import { rowsOfBand } from './pieces.ts';
import { firstPreview, firstPreviewGeometry, previewReading } from './previews.ts';
import { sceneOf } from './scene.ts';
import { renderBandsOn } from './threads/bands.ts';
import { isLong, latentThreads, type Threads } from './threads/threads.ts';
import type { FieldGpu } from './webgpu/open.ts';

/** What evaluates a pyramid field. */
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
  /**
   * Called while latents are read, with what is wanted as it looks without the finest of them: first at an eighth of the picture's size, then
   * at half of it, as far as the output is larger. Colours and contrast are not yet right. Not called for fields without a pyramid,
   * with experts or a mask, and for flat pictures. What it throws ends the decode.
   */
  readonly onPreview?: (preview: Raster) => void;
  /**
   * Gives the first of these previews, of the whole picture, and reads no more of the file: at once, however large the picture is. Where there are
   * no previews the picture is decoded at an eighth of its size. Excludes all that says what size or part is wanted. @default false
   */
  readonly preview?: boolean;
}

export const DECODE_RULES: Readonly<Record<keyof DecodeOptions, OptionRule>> = {
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
  onPreview: A_FUNCTION,
  preview: A_BOOLEAN,
};

function isCrop(value: unknown): boolean {
  if (!AN_OBJECT.accepts(value)) return false;
  const { x, y, width, height, ...others } = value as Crop;
  return [x, y, width, height].every(A_NUMBER.accepts) && Object.keys(others).length === 0;
}

/** @param threads null where there are none @throws LoecError as the verbs say */
export async function decodeBandsOn(
  threads: Threads | null,
  file: FileBytes,
  options: DecodeOptions,
): Promise<BandedPicture> {
  const { render, ...picture } = await openPicture(threads, file, options, rowsOfBand);
  return { ...picture, bands: render((count) => allocateSamples(picture.depth, count)) };
}

/** @param threads null where there are none @throws LoecError as the verbs say */
export async function decodeOn(
  threads: Threads | null,
  file: FileBytes,
  options: DecodeOptions,
): Promise<Raster> {
  const { render, ...picture } = await openPicture(threads, file, options, ({ crop }) => crop.height);
  const { width, height, channels, depth } = picture;
  const data = allocateSamples(depth, width * height * channels);
  const bands = render((count, offset) => data.subarray(offset, offset + count));
  for await (const _ of bands);
  return { ...picture, data };
}

/** @throws LoecError E_USAGE */
function checkPreview({ preview, scale, width, height, crop }: DecodeOptions): void {
  if (!preview || [scale, width, height, crop].every((option) => option === undefined)) return;
  throw new LoecError('E_USAGE', 'preview excludes scale, width, height and crop: give one of them');
}

/** A picture that has been read and can be rendered. */
interface OpenedPicture extends Omit<Raster, 'data'> {
  readonly render: (roomFor: RoomFor) => AsyncIterable<Samples>;
}

/** @param rowsHeld rows of the output that are in memory at a time */
async function openPicture(
  threads: Threads | null,
  file: FileBytes,
  options: DecodeOptions,
  rowsHeld: (geometry: Geometry) => number,
): Promise<OpenedPicture> {
  checkOptions('decode', options, DECODE_RULES);
  checkPreview(options);
  const limits = checkedLimits(options.limits);
  const slices = new TimeSlices(options.signal, limits.seconds);
  const opened = await slices.take(openFile(bytesOf(file), limits));
  const geometry = geometryOf(opened, options, limits);
  checkCost(opened, geometry, limits, rowsHeld(geometry));
  if (options.preview && isReducible(opened)) return openPreview(opened, geometry, slices, options);
  // Before the work: it may not be there.
  const gpu = options.engine === 'webgpu' ? await openGpu() : null;
  try {
    return await readPicture(opened, geometry, slices, threads, gpu, options);
  } catch (error) {
    gpu?.dispose();
    throw error;
  }
}

async function readPicture(
  opened: OpenedFile,
  geometry: Geometry,
  slices: TimeSlices,
  threads: Threads | null,
  gpu: FieldGpu | null,
  options: DecodeOptions,
): Promise<OpenedPicture> {
  const { header } = opened;
  const contents = await readContents(opened, slices, {
    rows: pictureRows(geometry, header),
    coarse: previewReading(opened, geometry, options.onPreview, slices),
    threads: isLong(threads, header.width * header.height)
      ? latentThreads(threads, options.signal)
      : undefined,
  });
  const { channels, depth, colour, metadata } = contents;
  const { width, height } = geometry.crop;
  const render =
    gpu === null && isLong(threads, workOf(opened, geometry).positions)
      ? renderOn(threads, contents, geometry, slices, options)
      : await renderHere(contents, geometry, slices, gpu, options);
  return { width, height, channels, depth, colour, metadata, render };
}

/** Where a preview is wanted of a field that has none. */
const PREVIEW_SCALE = 1 / 8;

function geometryOf(opened: OpenedFile, options: DecodeOptions, limits: Limits): Geometry {
  if (!options.preview) return outputGeometry(opened.header, options, limits, isReducible(opened));
  if (isReducible(opened)) return firstPreviewGeometry(opened.header);
  return outputGeometry(opened.header, { scale: PREVIEW_SCALE }, limits);
}

async function openPreview(
  opened: OpenedPyramid,
  geometry: Geometry,
  slices: TimeSlices,
  { onProgress }: DecodeOptions,
): Promise<OpenedPicture> {
  const { colour, metadata } = opened;
  const { channels, depth } = opened.header;
  const scene = await firstPreview(opened, geometry, slices);
  const { width, height } = geometry;
  const render: Render = (roomFor) => renderBands(scene, geometry, slices, roomFor, onProgress);
  return { width, height, channels, depth, colour, metadata, render };
}

type Render = OpenedPicture['render'];

async function renderHere(
  contents: Contents,
  geometry: Geometry,
  slices: TimeSlices,
  gpu: FieldGpu | null,
  { onProgress }: DecodeOptions,
): Promise<Render> {
  const scene = await sceneOf(contents, geometry, slices, gpu);
  return async function* render(roomFor) {
    try {
      yield* renderBands(scene, geometry, slices, roomFor, onProgress);
    } finally {
      gpu?.dispose();
    }
  };
}

async function openGpu(): Promise<FieldGpu> {
  return (await import('./webgpu/open.ts')).openFieldGpu();
}

function renderOn(
  { start, count }: Threads,
  contents: Contents,
  geometry: Geometry,
  slices: TimeSlices,
  { signal, onProgress }: DecodeOptions,
): Render {
  return async function* render(roomFor) {
    const running = start(count);
    try {
      await untilAborted(signal, running.open(contents, geometry));
      yield* renderBandsOn(running, contents, geometry, slices, signal, roomFor, onProgress);
    } finally {
      running.dispose();
    }
  };
}
