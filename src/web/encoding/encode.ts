/** @file The verbs of `loec/web` that encode: a picture in, the bytes of a .loe file out, and samples from and to what pages have. What they take is loaded when they are called. */

import type { EncodeResult } from '../../encoder/encode-result.ts';
import type { EncodeOptions } from '../../fit/options.ts';
import type { Raster } from '../../image/raster.ts';
import type { RasterInput } from '../../image/raster-input.ts';
import { assertHere } from '../../runtime/assert-here.ts';

export type { EncodeProgress } from '../../fit/progress.ts';
export type { EncodeOptions, EncodeResult, Raster, RasterInput };

let startWorker: (() => Worker) | null = null;

/**
 * Where the worker of encodes comes from, for bundlers that do not find it by themselves: a module worker that runs `loec/encode-worker`.
 * @param start called for each encode that finds no worker free; null for the package's own way
 */
export function setEncodeWorker(start: (() => Worker) | null): void {
  startWorker = start;
}

/**
 * Fits a field to the picture and packs it into a file, in a worker: on all cores where the page is isolated from other origins
 * (`crossOriginIsolated`), else on one. The file is that of Node with the same SIMD. An abort ends the encode at once, unless it is to be taken
 * up again or to finish with what there is; checkpoints need a page of https or localhost.
 * @param input `ImageData` or samples; `rasterOf` has those of a file that the browser reads
 * @throws LoecError E_USAGE, E_LIMIT, E_TARGET, E_ENGINE or E_ABORTED
 */
export async function encode(input: RasterInput, options: EncodeOptions = {}): Promise<EncodeResult> {
  if (!startWorker) assertHere('Worker');
  const { encodeInWorker } = await import('./encode-in-worker.ts');
  return encodeInWorker(input, options, startWorker ?? undefined);
}

/**
 * The samples of a picture that the browser decodes or has, a canvas for one: upright, of 8 bits, in sRGB, or in Display P3 where it has colours outside of sRGB. Colours
 * under alpha are as exact as a canvas keeps them.
 * @throws LoecError E_INPUT for what the browser does not decode, E_LIMIT, E_ENGINE in Node
 */
export async function rasterOf(source: ImageBitmapSource): Promise<Raster> {
  return (await import('./raster-of.ts')).rasterOf(source);
}

/**
 * A picture for a canvas: what `onPreview` gives, or `rasterOf`. Of a picture with colours outside of sRGB it is in Display P3.
 * @param raster of 1 to 4 channels and 8 or 16 bits
 * @throws LoecError E_USAGE, E_LIMIT, E_ENGINE in Node
 */
export async function imageDataOf(raster: RasterInput): Promise<ImageData> {
  return (await import('../pictures/image-data-of.ts')).imageDataOf(raster);
}
