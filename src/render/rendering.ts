/** @file From a file to its contents in memory, and from these to rows of an output: the two steps that all verbs of decoding share. */

import type { Contents } from '../container/contents.ts';
import { type OpenedFile, readContents } from '../container/read.ts';
import { slicesOfPlane } from '../entropy/latents/slices.ts';
import type { Raster } from '../image/raster.ts';
import type { TimeSlices } from '../time-slices.ts';
import { bandCount, type RoomFor, renderBands, type Samples, wholeOf } from './bands.ts';
import { workOf } from './cost.ts';
import { type Geometry, pictureRows } from './geometry.ts';
import type { DecodeOptions } from './options.ts';
import { previewReading } from './previews.ts';
import { sceneOf } from './scene.ts';
import type { SceneParts } from './scene-parts.ts';
import { renderBandsOn } from './threads/bands.ts';
import { isLong, latentThreads, type Threads, threadsFor } from './threads/threads.ts';
import type { FieldGpu } from './webgpu/open.ts';

export type Render = (roomFor: RoomFor) => AsyncIterable<Samples>;

/** An output whose rows can be rendered. */
export interface Rendering extends Omit<Raster, 'data'> {
  readonly render: Render;
}

/** The output in one piece. @throws LoecError E_LIMIT, E_ABORTED or E_ENGINE */
export async function wholeOutput({ render, ...picture }: Rendering): Promise<Raster> {
  const { width, height, channels, depth } = picture;
  return { ...picture, data: await wholeOf(render, depth, width * height * channels) };
}

/**
 * Reads all that an output depends on.
 * @param threads null where there are none
 * @throws LoecError E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ABORTED or E_ENGINE
 */
export async function readFor(
  opened: OpenedFile,
  geometry: Geometry,
  slices: TimeSlices,
  threads: Threads | null,
  onPreview: DecodeOptions['onPreview'],
): Promise<Contents> {
  const { header } = opened;
  const some = threadsFor(threads, Math.max(slicesOfPlane(header), bandCount(geometry)));
  return readContents(opened, slices, {
    rows: pictureRows(geometry, header),
    coarse: previewReading(opened, geometry, onPreview, slices),
    threads: isLong(some, latentCount(opened)) ? latentThreads(some, slices) : undefined,
  });
}

/** Latents of the finest grid. */
function latentCount(opened: OpenedFile): number {
  const { width, height } = opened.header;
  return opened.kind === 'field' && opened.pyramid ? width * height : 0;
}

/** What has been read, and what evaluates it. */
export interface Evaluated {
  readonly opened: OpenedFile;
  readonly contents: Contents;
  /** Of these contents alone. */
  readonly parts: SceneParts;
  /** null where there are none. */
  readonly threads: Threads | null;
  /** null for the specified bits. */
  readonly gpu: FieldGpu | null;
}

/** @throws LoecError E_LIMIT, E_ABORTED or E_ENGINE, and so do the rows */
export async function renderingOf(
  { opened, contents, parts, threads, gpu }: Evaluated,
  geometry: Geometry,
  slices: TimeSlices,
  { onProgress, onNotice }: Pick<DecodeOptions, 'onProgress' | 'onNotice'>,
): Promise<Rendering> {
  const { channels, depth, colour, metadata } = contents;
  const { width, height } = geometry.crop;
  const some = threadsFor(threads, bandCount(geometry));
  const several = gpu === null && isLong(some, workOf(opened, geometry).positions) ? some : null;
  onNotice?.({ kind: 'choice', text: describeChoice(gpu, several, threads) });
  const render =
    several !== null
      ? renderOn(several, contents, geometry, slices, onProgress)
      : await renderHere(contents, geometry, slices, gpu, parts, onProgress);
  return { width, height, channels, depth, colour, metadata, render };
}

/** @param several threads that render @param given those that might have */
function describeChoice(gpu: FieldGpu | null, several: Threads | null, given: Threads | null): string {
  if (gpu) return 'webgpu, and wasm for what it leaves';
  if (several) return `wasm, ${several.count} threads`;
  return given && given.count > 1 ? 'wasm, 1 thread: the output is too small for more' : 'wasm, 1 thread';
}

async function renderHere(
  contents: Contents,
  geometry: Geometry,
  slices: TimeSlices,
  gpu: FieldGpu | null,
  parts: SceneParts,
  onProgress: DecodeOptions['onProgress'],
): Promise<Render> {
  const scene = await sceneOf(contents, geometry, slices, gpu, parts);
  return async function* render(roomFor) {
    try {
      yield* renderBands(scene, geometry, slices, roomFor, onProgress);
    } finally {
      gpu?.dispose();
    }
  };
}

function renderOn(
  { start, count }: Threads,
  contents: Contents,
  geometry: Geometry,
  slices: TimeSlices,
  onProgress: DecodeOptions['onProgress'],
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
