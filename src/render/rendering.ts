/** @file From a file to its contents in memory, and from these to rows of an output: the two steps that all verbs of decoding share. */

import type { Contents } from '../container/contents.ts';
import { type OpenedFile, type Reading, readContents } from '../container/read.ts';
import type { Raster } from '../image/raster.ts';
import type { TimeSlices } from '../time-slices.ts';
import { type RoomFor, renderBands, type Samples, wholeOf } from './bands.ts';
import { type Geometry, pictureRows } from './geometry.ts';
import type { DecodeOptions } from './options.ts';
import { sceneOf } from './scene.ts';
import type { SceneParts } from './scene-parts.ts';
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

/** Reads all that an output depends on. @throws LoecError E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ABORTED or E_ENGINE */
export async function readFor(
  opened: OpenedFile,
  geometry: Geometry,
  slices: TimeSlices,
  reading: Omit<Reading, 'rows'> = {},
): Promise<Contents> {
  return readContents(opened, slices, { ...reading, rows: pictureRows(geometry, opened.header) });
}

/** What has been read, and what evaluates it. */
export interface Evaluated {
  readonly contents: Contents;
  /** Of these contents alone. */
  readonly parts: SceneParts;
  /** null for the specified bits. */
  readonly gpu: FieldGpu | null;
}

/** On this thread. @throws LoecError E_LIMIT, E_ABORTED or E_ENGINE, and so do the rows */
export async function renderingOf(
  { contents, parts, gpu }: Evaluated,
  geometry: Geometry,
  slices: TimeSlices,
  onProgress: DecodeOptions['onProgress'],
): Promise<Rendering> {
  const scene = await sceneOf(contents, geometry, slices, gpu, parts);
  const render: Render = async function* (roomFor) {
    try {
      yield* renderBands(scene, geometry, slices, roomFor, onProgress);
    } finally {
      gpu?.dispose();
    }
  };
  return renderingBy(render, contents, geometry);
}

/** What is rendered, beside how. */
export function renderingBy(render: Render, contents: Contents, { crop }: Geometry): Rendering {
  const { channels, depth, colour, metadata } = contents;
  const { width, height } = crop;
  return { width, height, channels, depth, colour, metadata, render };
}
