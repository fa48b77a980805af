/** @file What is at an address as a layer. */

import { MAGIC } from '../../container/sections.ts';
import { LoecError } from '../../errors.ts';
import { MIN_SCALE } from '../../render/options.ts';
import { fetchFile } from '../pictures/fetch-file.ts';
import type { OpenOptions, OpenPicture } from '../pictures/open-picture.ts';
import { openRemotePicture } from '../pictures/remote-picture.ts';
import type { PictureSource } from '../pictures/source.ts';
import { BitmapLayer } from './bitmap-layer.ts';
import type { Layer } from './layer.ts';
import { TiledLayer, type TiledLayerOptions } from './tiled-layer.ts';

export interface LoadOptions extends Pick<OpenOptions, 'onHead' | 'onPreview'>, TiledLayerOptions {
  readonly signal: AbortSignal;
}

/** Longer side of the copy that stands in for tiles that are still to come, in pixels. */
const OVERVIEW_SIDE = 512;

/** A `.loe` file, shown while it comes. @throws LoecError E_INPUT, or as `openPicture` */
export async function loadTiled(address: string, options: LoadOptions): Promise<Layer> {
  return tiledLayer(await fetchFile(address, { signal: options.signal }), options);
}

/** A `.loe` file, or any other that the browser reads. @throws as {@link loadTiled} */
export async function loadAny(address: string, isPixelated: boolean, options: LoadOptions): Promise<Layer> {
  const response = await fetchFile(address, { signal: options.signal });
  const file = await response.blob().catch((cause) => {
    throw new LoecError('E_INPUT', `${address} did not come whole`, { cause });
  });
  if (await isLoe(file)) return tiledLayer(file, options);
  const bitmap = await createImageBitmap(file).catch((cause) => {
    throw new LoecError('E_INPUT', `${address} is no picture that this browser reads`, { cause });
  });
  return new BitmapLayer(bitmap, { isPixelated });
}

/** @throws LoecError E_INPUT */
export async function loadElement(image: HTMLImageElement): Promise<Layer> {
  const isPixelated = isPixelatedIn(image);
  try {
    await image.decode();
    return new BitmapLayer(await createImageBitmap(image), { isPixelated });
  } catch (cause) {
    throw new LoecError('E_INPUT', `${image.src} is no picture that this browser reads`, { cause });
  }
}

export function isPixelatedIn(element: Element): boolean {
  return ['pixelated', 'crisp-edges'].includes(getComputedStyle(element).imageRendering);
}

async function isLoe(file: Blob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, MAGIC.length).arrayBuffer());
  return MAGIC.every((byte, i) => start[i] === byte);
}

async function tiledLayer(source: PictureSource, options: LoadOptions): Promise<Layer> {
  const { signal, onHead, onPreview } = options;
  const picture = await openRemotePicture(source, {
    signal,
    isParallel: true,
    ...(onHead && { onHead }),
    ...(onPreview && { onPreview }),
  });
  try {
    return new TiledLayer(picture, await overviewOf(picture, signal), options);
  } catch (error) {
    picture.close();
    throw error;
  }
}

function overviewOf(picture: OpenPicture, signal: AbortSignal): Promise<ImageBitmap> {
  const scale = Math.max(MIN_SCALE, Math.min(1, OVERVIEW_SIDE / Math.max(picture.width, picture.height)));
  // Before all tiles, which have ranks from 0.
  return picture.toBitmap({ scale, signal, priority: () => -1 });
}
