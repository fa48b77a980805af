/** @file The page's part of an open picture, whose file and pixels are a worker's, or two workers'. */

import { assert, LoecError, throwIfAborted } from '../../errors.ts';
import type { CanvasColorSpace, CanvasPixels } from '../colours/canvas.ts';
import { ArrivingPreviews } from './arriving-previews.ts';
import { bitmapIn, imageOf } from './bitmap.ts';
import { takeLink } from './decode-workers.ts';
import type { Rendered, Wanted } from './messages.ts';
import { type OpenOptions, PAGE_LIMITS, type RenderOptions } from './options.ts';
import type { PictureHead } from './picture-head.ts';
import { openInSecondWorker } from './second-worker.ts';
import { type PictureSource, partsOf } from './source.ts';
import { WorkerPicture } from './worker-picture.ts';

export class RemotePicture implements PictureHead {
  readonly #first = new WorkerPicture(takeLink());
  #second: WorkerPicture | null = null;
  readonly #options: OpenOptions;
  readonly #previews: ArrivingPreviews;
  readonly #closed = new AbortController();
  #head: PictureHead | null = null;

  constructor(options: OpenOptions) {
    this.#options = options;
    this.#previews = new ArrivingPreviews(this.#first, options);
  }

  get width(): number {
    return this.#known.width;
  }

  get height(): number {
    return this.#known.height;
  }

  get colorSpace(): CanvasColorSpace {
    return this.#known.colorSpace;
  }

  /** Reads the file to its last part. @throws LoecError as `openPicture` says */
  async read(parts: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<void> {
    const { signal, isParallel, priority, onHead } = this.#options;
    const limits = { ...PAGE_LIMITS, ...this.#options.limits };
    const copies: Uint8Array<ArrayBuffer>[] = [];
    const opened = this.#first.open(limits, signal);
    opened.catch(() => undefined);
    // Reading begins first: a stream that nobody has begun to read would not be cancelled.
    for await (const bytes of parts) {
      await opened;
      if (isParallel) copies.push(bytes.slice());
      const arrival = await this.#first.append(bytes, signal);
      if (arrival.head && !this.#head) {
        this.#head = arrival.head;
        onHead?.(arrival.head);
      }
      this.#previews.hear(arrival);
    }
    await opened;
    await this.#first.end(signal);
    this.#previews.end();
    if (!isParallel) return;
    const urgency = { priority, signal: this.#closed.signal };
    void openInSecondWorker(this.#first, copies, limits, urgency).then((second) => {
      this.#second = second;
    });
  }

  async toBitmap(options: RenderOptions = {}): Promise<ImageBitmap> {
    return bitmapIn(await this.render('bitmap', options));
  }

  async toImageData(options: RenderOptions = {}): Promise<ImageData> {
    return imageOf((await this.render('pixels', options)) as CanvasPixels);
  }

  /** @throws LoecError E_USAGE, E_LIMIT, E_FORMAT, E_UNSUPPORTED, E_ENGINE or E_ABORTED */
  async render(as: Wanted['as'], options: RenderOptions): Promise<Rendered> {
    if (this.#first.isClosed) throw new LoecError('E_USAGE', 'the picture is closed: open it again');
    const { colorSpace, priority, signal, ...output } = options;
    const rendered = await this.#idler.render({ as, output, colorSpace }, { priority, signal });
    this.#previews.stop();
    return rendered;
  }

  close(): void {
    this.#closed.abort();
    this.#first.close();
    this.#second?.close();
  }

  /** The worker with less work before it. */
  get #idler(): WorkerPicture {
    const [first, second] = [this.#first, this.#second];
    return second && second.link.queue.length < first.link.queue.length ? second : first;
  }

  get #known(): PictureHead {
    assert(this.#head !== null, 'a picture without a head');
    return this.#head;
  }
}

/**
 * For elements and verbs, which know what they ask: options are not checked here. Resolves once the whole file is there.
 * @throws LoecError as `openPicture` says
 */
export async function openRemotePicture(source: PictureSource, options: OpenOptions): Promise<RemotePicture> {
  throwIfAborted(options.signal);
  const parts = partsOf(source, options.signal);
  const picture = new RemotePicture(options);
  try {
    await picture.read(parts);
    return picture;
  } catch (error) {
    picture.close();
    throw error;
  }
}
