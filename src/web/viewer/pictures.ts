/** @file The one or two pictures of a viewer, from their addresses to what is shown. */

import { BitmapLayer } from './bitmap-layer.ts';
import type { Layer } from './layer.ts';
import { type LoadOptions, loadAny, loadElement, loadTiled } from './load.ts';
import type { Size } from './view.ts';

export interface PicturesOptions {
  /** The size of the first picture is known. */
  readonly onHead: (size: Size) => void;
  /** What there is to show now, the first picture first; the preview of one that is still to come, too. */
  readonly onLayers: (layers: readonly Layer[]) => void;
  readonly onTile: LoadOptions['onTile'];
  readonly onLoad: () => void;
  /** @param address of the picture @param isShown something is there to be looked at nevertheless */
  readonly onError: (error: unknown, address: string, isShown: boolean) => void;
}

/** One of the two pictures: what is shown of it, and what is coming. */
class Place {
  layer: Layer | null = null;
  address = '';
  #loading = new AbortController();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** What was here, and what was to come, goes. @param address of what is to come now */
  clear(address = ''): AbortSignal {
    this.address = address;
    this.#loading.abort();
    this.#loading = new AbortController();
    this.put(null);
    return this.#loading.signal;
  }

  put(layer: Layer | null): void {
    const old = this.layer;
    this.layer = layer;
    if (old !== layer) this.#onChange();
    old?.close();
  }
}

export class Pictures {
  readonly #options: PicturesOptions;
  readonly #first = new Place(() => this.#show());
  readonly #second = new Place(() => this.#show());

  constructor(options: PicturesOptions) {
    this.#options = options;
  }

  load(address: string | null): void {
    const signal = this.#first.clear(address ?? '');
    if (address === null) return;
    const onPreview = (bitmap: ImageBitmap) => {
      if (signal.aborted) bitmap.close();
      else this.#first.put(new BitmapLayer(bitmap, { isPreview: true }));
    };
    const onHead = (size: Size) => {
      if (!signal.aborted) this.#options.onHead(size);
    };
    void this.#fill(
      this.#first,
      signal,
      loadTiled(address, { ...this.#loadOptions(signal, address), onHead, onPreview }),
    );
  }

  /** @param isPixelated how a picture that is enlarged looks */
  compareWith(address: string | null, isPixelated: boolean): void {
    const signal = this.#second.clear(address ?? '');
    if (address === null) return;
    void this.#fill(this.#second, signal, loadAny(address, isPixelated, this.#loadOptions(signal, address)));
  }

  compareWithElement(image: HTMLImageElement): void {
    const signal = this.#second.clear(image.currentSrc);
    void this.#fill(this.#second, signal, loadElement(image));
  }

  close(): void {
    this.#first.clear();
    this.#second.clear();
  }

  #loadOptions(signal: AbortSignal, address: string): LoadOptions {
    const { onTile, onError } = this.#options;
    return { signal, onTile, onError: (error) => onError(error, address, true) };
  }

  async #fill(place: Place, signal: AbortSignal, loading: Promise<Layer>): Promise<void> {
    try {
      const layer = await loading;
      if (signal.aborted) return layer.close();
      place.put(layer);
      if (place === this.#first) this.#options.onLoad();
    } catch (error) {
      if (signal.aborted) return;
      place.put(null);
      this.#options.onError(error, place.address, place !== this.#first);
    }
  }

  #show(): void {
    const { layer: first } = this.#first;
    const { layer: second } = this.#second;
    this.#options.onLayers(first ? (second ? [first, second] : [first]) : []);
  }
}
