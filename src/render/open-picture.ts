/** @file From the bytes of a file to a picture whose rows can be rendered, all at once: what the verbs of decoding share. */

import { checkFormat } from '../container/check-format.ts';
import { isReducible, type OpenedFile, type OpenedPyramid, openFile } from '../container/read.ts';
import { bytesOf, type FileBytes } from '../file-bytes.ts';
import { allocateSamples, type BandedPicture, type Raster } from '../image/raster.ts';
import { checkedLimits, type Limits } from '../limits.ts';
import { TimeSlices } from '../time-slices.ts';
import { renderBands } from './bands.ts';
import { checkCost, memoryOf, threadMemory } from './cost.ts';
import { type Geometry, outputGeometry } from './geometry.ts';
import { checkDecodeOptions, type DecodeOptions } from './options.ts';
import { rowsOfBand } from './pieces.ts';
import { firstPreview, firstPreviewGeometry, previewGeometries } from './previews.ts';
import { type Render, type Rendering, wholeOutput } from './rendering.ts';
import { SceneParts } from './scene-parts.ts';
import { readWith, renderingWith } from './threads/rendering.ts';
import { type Threads, threadsFor } from './threads/threads.ts';
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
  return wholeOutput(await openPicture(threads, file, options, ({ crop }) => crop.height));
}

/** @param rowsHeld rows of the output that are in memory at a time */
async function openPicture(
  threads: Threads | null,
  file: FileBytes,
  options: DecodeOptions,
  rowsHeld: (geometry: Geometry) => number,
): Promise<Rendering> {
  checkDecodeOptions(options);
  const limits = checkedLimits(options.limits);
  const slices = new TimeSlices(options.signal, limits.seconds);
  const bytes = bytesOf(file);
  await checkFormat(bytes);
  const opened = await slices.take(openFile(bytes, limits));
  const geometry = geometryOf(opened, options, limits);
  await checkCost(opened, geometry, limits, rowsHeld(geometry));
  for (const preview of options.onPreview ? previewGeometries(opened, geometry) : [])
    await checkCost(opened, preview, limits, preview.crop.height);
  if (options.preview && isReducible(opened)) return openPreview(opened, geometry, slices, options);
  // Before the work: it may not be there.
  const gpu = options.engine === 'webgpu' ? await openGpu() : null;
  try {
    const room = limits.memory - (await memoryOf(opened, geometry, rowsHeld(geometry)));
    const some = threadsFor(threads, Math.floor(room / threadMemory(opened)));
    const contents = await readWith(some, opened, geometry, slices, options.onPreview);
    await checkCost(opened, geometry, limits, rowsHeld(geometry), contents);
    const evaluated = { contents, parts: new SceneParts(), gpu };
    return await renderingWith(some, opened, evaluated, geometry, slices, options);
  } catch (error) {
    gpu?.dispose();
    throw error;
  }
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
): Promise<Rendering> {
  onNotice?.({ kind: 'choice', text: 'wasm, 1 thread: a preview needs no more' });
  const { colour, metadata } = opened;
  const { channels, depth } = opened.header;
  const scene = await firstPreview(opened, geometry, slices);
  const { width, height } = geometry;
  const render: Render = (roomFor) => renderBands(scene, geometry, slices, roomFor, onProgress);
  return { width, height, channels, depth, colour, metadata, render };
}

async function openGpu(): Promise<FieldGpu> {
  return (await import('./webgpu/open.ts')).openFieldGpu();
}
