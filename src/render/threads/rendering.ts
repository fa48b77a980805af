/** @file The two steps of a decode, each on threads where there are some and it is worth their start. */

import type { Contents } from '../../container/contents.ts';
import type { OpenedFile } from '../../container/read.ts';
import { slicesOfPlane } from '../../entropy/latents/slices.ts';
import type { TimeSlices } from '../../time-slices.ts';
import { bandCount } from '../bands.ts';
import { workOf } from '../cost.ts';
import type { Geometry } from '../geometry.ts';
import type { DecodeOptions } from '../options.ts';
import { previewReading } from '../previews.ts';
import {
  type Evaluated,
  type Render,
  type Rendering,
  readFor,
  renderingBy,
  renderingOf,
} from '../rendering.ts';
import type { FieldGpu } from '../webgpu/open.ts';
import { renderBandsOn } from './bands.ts';
import { isLong, latentThreads, type Threads, threadsFor } from './threads.ts';

/**
 * As `readFor`.
 * @param threads null where there are none
 * @throws LoecError E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ABORTED or E_ENGINE
 */
export async function readWith(
  threads: Threads | null,
  opened: OpenedFile,
  geometry: Geometry,
  slices: TimeSlices,
  onPreview: DecodeOptions['onPreview'],
): Promise<Contents> {
  const some = threadsFor(threads, Math.max(slicesOfPlane(opened.header), bandCount(geometry)));
  return readFor(opened, geometry, slices, {
    coarse: previewReading(opened, geometry, onPreview, slices),
    threads: isLong(some, latentCount(opened)) ? latentThreads(some, slices) : undefined,
  });
}

/** Latents of the finest grid. */
function latentCount(opened: OpenedFile): number {
  const { width, height } = opened.header;
  return opened.kind === 'field' && opened.pyramid ? width * height : 0;
}

/** On threads where there are some and it is worth their start. @throws LoecError E_LIMIT, E_ABORTED or E_ENGINE, and so do the rows */
export async function renderingWith(
  threads: Threads | null,
  opened: OpenedFile,
  evaluated: Evaluated,
  geometry: Geometry,
  slices: TimeSlices,
  { onProgress, onNotice }: Pick<DecodeOptions, 'onProgress' | 'onNotice'>,
): Promise<Rendering> {
  const { contents, gpu } = evaluated;
  const some = threadsFor(threads, bandCount(geometry));
  const { positions } = await workOf(opened, geometry);
  const several = gpu === null && isLong(some, positions) ? some : null;
  onNotice?.({ kind: 'choice', text: describeChoice(gpu, several, threads) });
  if (several === null) return renderingOf(evaluated, geometry, slices, onProgress);
  return renderingBy(renderOn(several, contents, geometry, slices, onProgress), contents, geometry);
}

/** @param several threads that render @param given those that might have */
function describeChoice(gpu: FieldGpu | null, several: Threads | null, given: Threads | null): string {
  if (gpu) return 'webgpu, and wasm for what it leaves';
  if (several) return `wasm, ${several.count} threads`;
  return given && given.count > 1 ? 'wasm, 1 thread: the output is too small for more' : 'wasm, 1 thread';
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
