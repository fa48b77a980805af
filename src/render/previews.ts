/** @file Pictures from the coarse planes of a pyramid alone, while the finer ones are read. */

import { type CoarseReading, isReducible, type OpenedFile } from '../container/read.ts';
import { cellCount } from '../field/pyramid.ts';
import { allocateSamples, type Raster, type Size } from '../image/raster.ts';
import type { TimeSlices } from '../time-slices.ts';
import { renderBands } from './bands.ts';
import type { Geometry } from './geometry.ts';
import { fieldScene, type ReadField } from './scene.ts';

/** A preview: cells of 2^level pixels, from planes of `finest` and of all coarser ones. */
interface Preview {
  readonly level: number;
  readonly finest: number;
}

/** Those of an eighth are made of finer planes than their own, which cost little and hold much of the colours. */
const PREVIEWS: readonly Preview[] = [
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
  if (!onPreview || opened.kind === 'flat' || !isReducible(opened)) return undefined;
  const { header, samples, colour, metadata } = opened;
  const { channels, depth, preset } = header;
  const shown = PREVIEWS.filter(({ level }) => isSmaller(header, level, geometry));
  return {
    levels: shown.map(({ finest }) => finest),
    onRead: async (stored, latents, finest) => {
      const { level } = shown.find((preview) => preview.finest === finest) as Preview;
      const small = previewGeometry(geometry, header, level);
      const picture: ReadField = {
        kind: 'field',
        width: header.width,
        height: header.height,
        channels,
        depth,
        colour,
        metadata,
        samples,
        alpha: null,
        ...stored,
        pyramid: { ...stored.pyramid, latents },
        segmentation: null,
        enhancement: null,
        preset,
      };
      const scene = await fieldScene(picture, small, slices);
      const { width, height } = small.crop;
      const data = allocateSamples(depth, width * height * channels);
      const bands = renderBands(scene, small, slices, (count, offset) =>
        data.subarray(offset, offset + count),
      );
      for await (const _ of bands);
      onPreview({ width, height, channels, depth, colour, metadata, data });
    },
  };
}

function isSmaller(picture: Size, level: number, { width }: Geometry): boolean {
  return cellCount(picture.width, level) < width;
}

/** The same part of the picture at a 2^level-th of its size. */
function previewGeometry({ width, height, crop }: Geometry, picture: Size, level: number): Geometry {
  const size = { width: cellCount(picture.width, level), height: cellCount(picture.height, level) };
  const x = Math.floor((crop.x * size.width) / width);
  const y = Math.floor((crop.y * size.height) / height);
  const right = Math.ceil(((crop.x + crop.width) * size.width) / width);
  const bottom = Math.ceil(((crop.y + crop.height) * size.height) / height);
  return {
    ...size,
    crop: { x, y, width: right - x, height: bottom - y },
    samplesX: 1,
    samplesY: 1,
    level,
  };
}
