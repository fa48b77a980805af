/** @file Pictures from the coarse planes of a pyramid alone, while the finer ones are read. */

import type { StoredPyramid } from '../container/contents.ts';
import {
  type CoarseReading,
  isReducible,
  type OpenedFile,
  type OpenedPyramid,
  readCoarse,
} from '../container/read.ts';
import { cellCount } from '../field/pyramid.ts';
import type { Raster, Size } from '../image/raster.ts';
import type { TimeSlices } from '../time-slices.ts';
import { type RoomFor, renderBands, wholeOf } from './bands.ts';
import type { Geometry } from './geometry.ts';
import type { PlaneValues } from './pyramid/planes.ts';
import { fieldScene, type ReadField, type Scene } from './scene.ts';

/** A preview: cells of 2^level pixels, from planes of `finest` and of all coarser ones. */
export interface Preview {
  readonly level: number;
  readonly finest: number;
}

/** Those of an eighth are made of finer planes than their own, which cost little and hold much of the colours. */
const PREVIEWS: readonly [Preview, ...Preview[]] = [
  { level: 3, finest: 2 },
  { level: 1, finest: 1 },
];

/** The reading that shows previews of an output. @returns undefined where there are none to show */
export function previewReading(
  opened: OpenedFile,
  geometry: Geometry,
  onPreview: ((preview: Raster) => void) | undefined,
  slices: TimeSlices,
): CoarseReading | undefined {
  if (!onPreview || !isReducible(opened)) return undefined;
  const { header } = opened;
  const shown = previewsOf(header, geometry);
  return {
    levels: shown.map(({ finest }) => finest),
    onRead: async (stored, latents, finest) => {
      const { level } = shown.find((preview) => preview.finest === finest) as Preview;
      const small = previewGeometry(geometry, header, level);
      onPreview(await renderPreview(opened, stored, latents, small, slices));
    },
  };
}

async function renderPreview(
  opened: OpenedPyramid,
  stored: StoredPyramid,
  latents: PlaneValues,
  geometry: Geometry,
  slices: TimeSlices,
): Promise<Raster> {
  const { header, colour, metadata } = opened;
  const { channels, depth } = header;
  const { width, height } = geometry.crop;
  const scene = await fieldScene(readField(opened, stored, latents), geometry, slices);
  const render = (roomFor: RoomFor) => renderBands(scene, geometry, slices, roomFor);
  const data = await wholeOf(render, depth, width * height * channels);
  return { width, height, channels, depth, colour, metadata, data };
}

/** Of the whole picture, the smaller one first. */
export function wholePreviews({ header }: OpenedPyramid): Preview[] {
  return previewsOf(header, wholeGeometry(header, 0));
}

/**
 * Reads no more than one preview takes.
 * @param isCut whether the last bytes of the latents have not come yet
 * @throws LoecError E_FORMAT, as where they are needed, E_LIMIT, E_ABORTED or E_ENGINE
 */
export async function readPreview(
  opened: OpenedPyramid,
  { level, finest }: Preview,
  slices: TimeSlices,
  isCut: boolean,
): Promise<Raster> {
  const { stored, latents } = await readCoarse(opened, finest, slices, { isCut });
  return renderPreview(opened, stored, latents, wholeGeometry(opened.header, level), slices);
}

/** Of the first preview, of the whole picture. */
export function firstPreviewGeometry(picture: Size): Geometry {
  return wholeGeometry(picture, PREVIEWS[0].level);
}

/** Reads no more than the first preview takes. @param geometry of it @throws LoecError E_FORMAT, E_LIMIT, E_ABORTED or E_ENGINE */
export async function firstPreview(
  opened: OpenedPyramid,
  geometry: Geometry,
  slices: TimeSlices,
): Promise<Scene> {
  const { stored, latents } = await readCoarse(opened, PREVIEWS[0].finest, slices);
  return fieldScene(readField(opened, stored, latents), geometry, slices);
}

function readField(opened: OpenedPyramid, stored: StoredPyramid, latents: PlaneValues): ReadField {
  const { header, samples, colour, metadata } = opened;
  const { width, height, channels, depth, preset } = header;
  return {
    ...stored,
    kind: 'field',
    width,
    height,
    channels,
    depth,
    colour,
    metadata,
    samples,
    alpha: null,
    start: null,
    pyramid: { ...stored.pyramid, latents },
    segmentation: null,
    enhancement: null,
    preset,
  };
}

/** What the previews of an output evaluate. */
export function previewGeometries(opened: OpenedFile, geometry: Geometry): Geometry[] {
  if (!isReducible(opened)) return [];
  const { header } = opened;
  return previewsOf(header, geometry).map(({ level }) => previewGeometry(geometry, header, level));
}

/** Those that are smaller than the output. */
function previewsOf(picture: Size, geometry: Geometry): Preview[] {
  return PREVIEWS.filter(({ level }) => isSmaller(picture, level, geometry));
}

function isSmaller(picture: Size, level: number, { width, height }: Geometry): boolean {
  return cellCount(picture.width, level) < width && cellCount(picture.height, level) < height;
}

/** The same part of the picture at a 2^level-th of its size. */
function previewGeometry({ width, height, crop }: Geometry, picture: Size, level: number): Geometry {
  const whole = wholeGeometry(picture, level);
  const x = Math.floor((crop.x * whole.width) / width);
  const y = Math.floor((crop.y * whole.height) / height);
  const right = Math.ceil(((crop.x + crop.width) * whole.width) / width);
  const bottom = Math.ceil(((crop.y + crop.height) * whole.height) / height);
  return { ...whole, crop: { x, y, width: right - x, height: bottom - y } };
}

export function wholeGeometry(picture: Size, level: number): Geometry {
  const size = { width: cellCount(picture.width, level), height: cellCount(picture.height, level) };
  return {
    ...size,
    crop: { x: 0, y: 0, ...size },
    samplesX: 1,
    samplesY: 1,
    level,
    multipleX: 1,
    multipleY: 1,
  };
}
