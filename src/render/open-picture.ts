/** @file From the bytes of a file to a picture whose rows can be rendered: what the verbs of decoding share. */

import type { Contents } from '../container/contents.ts';
import {
  isReducible,
  type OpenedFile,
  type OpenedPyramid,
  openFile,
  readContents,
} from '../container/read.ts';
import { slicesOfPlane } from '../entropy/latents/slices.ts';
import { bytesOf, type FileBytes } from '../file-bytes.ts';
import { allocateSamples, type BandedPicture, type Raster } from '../image/raster.ts';
import { checkedLimits, type Limits } from '../limits.ts';
import { TimeSlices } from '../time-slices.ts';
import { bandCount, type RoomFor, renderBands, type Samples, wholeOf } from './bands.ts';
import { checkCost, memoryOf, threadMemory, workOf } from './cost.ts';
import { type Geometry, outputGeometry, pictureRows } from './geometry.ts';
import { checkDecodeOptions, type DecodeOptions } from './options.ts';
import { rowsOfBand } from './pieces.ts';
import { firstPreview, firstPreviewGeometry, previewGeometries, previewReading } from './previews.ts';
import { sceneOf } from './scene.ts';
import { renderBandsOn } from './threads/bands.ts';
import { isLong, latentThreads, type Threads, threadsFor } from './threads/threads.ts';
import type { FieldGpu } from './webgpu/open.ts';

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
  return { ...picture, data: await wholeOf(render, depth, width * height * channels) };
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
  checkDecodeOptions(options);
  const limits = checkedLimits(options.limits);
  const slices = new TimeSlices(options.signal, limits.seconds);
  const opened = await slices.take(openFile(bytesOf(file), limits));
  const geometry = geometryOf(opened, options, limits);
  checkCost(opened, geometry, limits, rowsHeld(geometry));
  for (const preview of options.onPreview ? previewGeometries(opened, geometry) : [])
    checkCost(opened, preview, limits, preview.crop.height);
  if (options.preview && isReducible(opened)) return openPreview(opened, geometry, slices, options);
  // Before the work: it may not be there.
  const gpu = options.engine === 'webgpu' ? await openGpu() : null;
  try {
    const room = limits.memory - memoryOf(opened, geometry, rowsHeld(geometry));
    const some = threadsFor(threads, Math.floor(room / threadMemory(opened)));
    return await readPicture(opened, geometry, slices, some, gpu, options);
  } catch (error) {
    gpu?.dispose();
    throw error;
  }
}

async function readPicture(
  opened: OpenedFile,
  geometry: Geometry,
  slices: TimeSlices,
  given: Threads | null,
  gpu: FieldGpu | null,
  options: DecodeOptions,
): Promise<OpenedPicture> {
  const { header } = opened;
  const threads = threadsFor(given, Math.max(slicesOfPlane(header), bandCount(geometry)));
  const contents = await readContents(opened, slices, {
    rows: pictureRows(geometry, header),
    coarse: previewReading(opened, geometry, options.onPreview, slices),
    threads: isLong(threads, latentCount(opened)) ? latentThreads(threads, slices) : undefined,
  });
  const { channels, depth, colour, metadata } = contents;
  const { width, height } = geometry.crop;
  const several = gpu === null && isLong(threads, workOf(opened, geometry).positions) ? threads : null;
  options.onNotice?.({ kind: 'choice', text: describeChoice(gpu, several, given) });
  const render =
    several !== null
      ? renderOn(several, contents, geometry, slices, options)
      : await renderHere(contents, geometry, slices, gpu, options);
  return { width, height, channels, depth, colour, metadata, render };
}

/** @param several threads that render @param given those that might have */
function describeChoice(gpu: FieldGpu | null, several: Threads | null, given: Threads | null): string {
  if (gpu) return 'webgpu, and wasm for what it leaves';
  if (several) return `wasm, ${several.count} threads`;
  return given && given.count > 1 ? 'wasm, 1 thread: the output is too small for more' : 'wasm, 1 thread';
}

/** Latents of the finest grid. */
function latentCount(opened: OpenedFile): number {
  const { width, height } = opened.header;
  return opened.kind === 'field' && opened.pyramid ? width * height : 0;
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
  { onProgress, onNotice }: DecodeOptions,
): Promise<OpenedPicture> {
  onNotice?.({ kind: 'choice', text: 'wasm, 1 thread: a preview needs no more' });
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
  { onProgress }: DecodeOptions,
): Render {
  return async function* render(roomFor) {
    const running = start(count);
    try {
      await slices.wait(running.open(contents, geometry));
      yield* renderBandsOn(running, contents, geometry, slices, roomFor, onProgress);
    } finally {
      running.dispose();
    }
  };
}
