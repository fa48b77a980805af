/** @file A picture in the worker: its file as it comes, and what is made of it. */

import { checkFormat } from '../../../container/check-format.ts';
import type { OpenedFile } from '../../../container/read.ts';
import { assert, throwIfAborted } from '../../../errors.ts';
import { type CheckedLimits, checkedLimits, type Limits } from '../../../limits.ts';
import { ArrivingFile } from '../../../render/arriving-file.ts';
import { type ReadPicture, readOpened } from '../../../render/read-picture.ts';
import { TimeSlices } from '../../../time-slices.ts';
import type { CanvasPixels } from '../../colours/canvas.ts';
import { toCanvas } from '../../colours/canvas-pixels.ts';
import { canvasSpace } from '../../colours/colour-space.ts';
import { bitmapOf } from '../bitmap.ts';
import { blobOf } from '../blob.ts';
import type { Arrival, Preview, Rendered, Wanted } from '../messages.ts';
import type { PictureHead } from '../picture-head.ts';
import type { ReadPictures } from './read-pictures.ts';

export class ServedPicture {
  readonly #limits: CheckedLimits;
  readonly #file: ArrivingFile;
  readonly #read: ReadPictures;
  #opened: OpenedFile | null = null;
  #head: PictureHead | null = null;

  /** @param read of all pictures of this thread @throws LoecError E_USAGE for limits that are none */
  constructor(limits: Partial<Limits>, read: ReadPictures) {
    this.#limits = checkedLimits(limits);
    this.#file = new ArrivingFile(this.#limits);
    this.#read = read;
  }

  /** @throws LoecError E_FORMAT, E_UNSUPPORTED or E_LIMIT as soon as it is known */
  async append(bytes: Uint8Array): Promise<Arrival> {
    if (this.#file.bytes().length === 0) await checkFormat(bytes);
    this.#file.append(bytes);
    const { head, canPreview } = this.#file;
    if (head && !this.#head) {
      const { width, height, colour } = head;
      this.#head = { width, height, colorSpace: await canvasSpace(colour) };
    }
    return { head: this.#head, canPreview };
  }

  /** The file has come; what is coded is decoded when it is wanted. @throws LoecError E_FORMAT or E_UNSUPPORTED */
  end(): null {
    this.#opened = this.#file.opened();
    return null;
  }

  /** What the bytes so far show that has not been shown yet. @throws LoecError E_FORMAT, E_LIMIT, E_ABORTED or E_ENGINE */
  async preview(signal: AbortSignal): Promise<Preview> {
    const raster = await this.#file.preview({ signal });
    const pixels = raster && (await toCanvas(raster, undefined, new TimeSlices(signal)));
    return { shown: pixels && (await renderedAs('bitmap', pixels)), canPreview: this.#file.canPreview };
  }

  /** @throws LoecError E_USAGE, E_LIMIT, E_FORMAT, E_UNSUPPORTED, E_ENGINE or E_ABORTED */
  async render({ as, output, colorSpace }: Wanted, signal: AbortSignal): Promise<Rendered> {
    const picture = this.#read.get(this) ?? (await this.#readNow(signal));
    const raster = await picture.decode({ ...output, signal });
    // One that was closed meanwhile would be kept for ever.
    throwIfAborted(signal);
    this.#read.keep(this, picture);
    return renderedAs(as, await toCanvas(raster, colorSpace, new TimeSlices(signal)));
  }

  #readNow(signal: AbortSignal): Promise<ReadPicture> {
    assert(this.#opened !== null, 'a picture whose file has not come');
    return readOpened(this.#opened, this.#limits, new TimeSlices(signal, this.#limits.seconds));
  }

  close(): void {
    this.#read.forget(this);
  }
}

/** The pixels themselves where this thread has no means to make anything else of them. */
async function renderedAs(as: Wanted['as'], pixels: CanvasPixels): Promise<Rendered> {
  if (as === 'pixels') return pixels;
  if (as === 'bitmap') return typeof createImageBitmap === 'undefined' ? pixels : bitmapOf(pixels);
  return typeof OffscreenCanvas === 'undefined' && typeof document === 'undefined'
    ? pixels
    : blobOf(pixels, as);
}
