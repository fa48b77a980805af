/** @file The page's part of an open picture, whose file and pixels are a worker's. */

import { assert, LoecError } from '../../errors.ts';
import type { Limits } from '../../limits.ts';
import { checkOptions } from '../../options.ts';
import { bitmapOf, imageDataOf } from './bitmap.ts';
import { closingOf } from './closing.ts';
import type { DecodeLink } from './decode-link.ts';
import { takeLink, takeSecondLink } from './decode-workers.ts';
import type { Arrival, CanvasPixels, Rendered, Wanted } from './messages.ts';
import { type OpenOptions, PAGE_LIMITS, RENDER_RULES, type RenderOptions } from './options.ts';
import type { CanvasColorSpace, PictureHead } from './picture-head.ts';
import type { Urgency } from './queue.ts';

let count = 0;

/** What makes a worker read all of a picture. */
const ONE_PIXEL: Wanted = {
  as: 'pixels',
  output: { crop: { x: 0, y: 0, width: 1, height: 1 } },
  colorSpace: undefined,
};

export class RemotePicture implements PictureHead {
  readonly #number = ++count;
  readonly #link = takeLink();
  readonly #end = closingOf(this, this.#link, this.#number);
  /** Of one that two workers decode. */
  #second: { readonly link: DecodeLink; readonly end: () => void } | null = null;
  readonly #options: OpenOptions;
  readonly #closed = new AbortController();
  #head: PictureHead | null = null;
  #isWhole = false;
  #canPreview = false;
  #isPreviewing = false;
  #previews = 0;
  #isShown = false;

  constructor(options: OpenOptions) {
    this.#options = options;
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

  /** Resolves once all parts are there. @throws LoecError as `openPicture` says */
  async receive(parts: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<void> {
    const { signal, isParallel } = this.#options;
    const [picture, limits] = [this.#number, this.#limits];
    const copies: Uint8Array<ArrayBuffer>[] = [];
    const opened = this.#link.ask({ kind: 'open', picture, limits }, signal);
    opened.catch(() => undefined);
    // Reading begins first: a stream that nobody has begun to read would not be cancelled.
    for await (const bytes of parts) {
      await opened;
      if (isParallel) copies.push(bytes.slice());
      this.#hear(await this.#link.ask({ kind: 'append', picture, bytes }, signal));
    }
    await opened;
    await this.#link.ask({ kind: 'end', picture }, signal);
    this.#isWhole = true;
    if (isParallel) void this.#openSecond(copies);
  }

  /** Once it has read the file, work is shared; one that fails leaves all of it to the first. */
  async #openSecond(file: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
    const link = takeSecondLink(this.#link);
    if (!link) return;
    const [picture, limits, { signal }] = [this.#number, this.#limits, this.#closed];
    const end = closingOf(this, link, picture);
    try {
      await link.ask({ kind: 'open', picture, limits }, signal);
      for (const bytes of file) await link.ask({ kind: 'append', picture, bytes }, signal);
      await link.ask({ kind: 'end', picture }, signal);
      await this.#queued(link, this.#options, (ended) =>
        link.ask({ kind: 'render', picture, wanted: ONE_PIXEL }, ended),
      );
      this.#second = { link, end };
    } catch {
      end();
    }
  }

  async toBitmap(options: RenderOptions = {}): Promise<ImageBitmap> {
    return asBitmap(await this.render('bitmap', options));
  }

  async toImageData(options: RenderOptions = {}): Promise<ImageData> {
    return imageDataOf((await this.render('pixels', options)) as CanvasPixels);
  }

  /** @throws LoecError E_USAGE, E_LIMIT, E_FORMAT, E_UNSUPPORTED, E_ENGINE or E_ABORTED */
  async render(as: Wanted['as'], options: RenderOptions): Promise<Rendered> {
    checkOptions('a picture', options, RENDER_RULES);
    if (this.#closed.signal.aborted) throw new LoecError('E_USAGE', 'the picture is closed: open it again');
    const { colorSpace, priority, signal, ...output } = options;
    const wanted = { as, output, colorSpace };
    const second = this.#second?.link;
    const link = second && second.queue.length < this.#link.queue.length ? second : this.#link;
    const rendered = await this.#queued(link, { priority, signal }, (ended) =>
      link.ask({ kind: 'render', picture: this.#number, wanted }, ended),
    );
    this.#isShown = true;
    return rendered;
  }

  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort(new Error('the picture was closed'));
    this.#end();
    this.#second?.end();
  }

  get #limits(): Partial<Limits> {
    return { ...PAGE_LIMITS, ...this.#options.limits };
  }

  get #known(): PictureHead {
    assert(this.#head !== null, 'a picture without a head');
    return this.#head;
  }

  #hear({ head, canPreview }: Arrival): void {
    if (head && !this.#head) {
      this.#head = head;
      this.#options.onHead?.(head);
    }
    this.#canPreview = canPreview;
    if (!this.#isPreviewing) void this.#showPreviews();
  }

  /** Those that bytes are there for. Once the file is whole a first one is worth its time, no other. */
  async #showPreviews(): Promise<void> {
    const { onPreview } = this.#options;
    if (!onPreview) return;
    this.#isPreviewing = true;
    while (this.#canPreview && !this.#isShown && !(this.#isWhole && this.#previews > 0)) {
      const bitmap = await this.#nextPreview();
      if (!bitmap) continue;
      this.#previews += 1;
      if (this.#isShown || this.#closed.signal.aborted) bitmap.close();
      else onPreview(bitmap);
    }
    this.#isPreviewing = false;
  }

  /** null where there is none. Of one that fails nothing is said: reading the picture tells why. */
  async #nextPreview(): Promise<ImageBitmap | null> {
    this.#canPreview = false;
    const made = await this.#queued(this.#link, this.#options, (signal) =>
      this.#link.ask({ kind: 'preview', picture: this.#number }, signal),
    ).catch(() => null);
    this.#canPreview ||= made?.canPreview === true;
    return made?.shown ? asBitmap(made.shown) : null;
  }

  /** @param work gets a signal that is aborted with the caller's, and when the picture is closed */
  async #queued<Value>(
    { queue }: DecodeLink,
    { priority, signal }: Urgency,
    work: (ended: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    const ended = new AbortController();
    const end = ({ target }: Event): void => ended.abort((target as AbortSignal).reason);
    const signals = [this.#closed.signal, ...(signal ? [signal] : [])];
    for (const one of signals) one.addEventListener('abort', end);
    try {
      if (signal?.aborted) ended.abort(signal.reason);
      return await queue.run(() => work(ended.signal), { priority, signal: ended.signal });
    } finally {
      for (const one of signals) one.removeEventListener('abort', end);
    }
  }
}

async function asBitmap(rendered: Rendered): Promise<ImageBitmap> {
  return 'data' in rendered ? bitmapOf(rendered) : (rendered as ImageBitmap);
}
