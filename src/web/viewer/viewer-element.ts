/** @file `<loec-viewer>`: pan and zoom in a picture, always at the screen's resolution. */

import { optionError } from '../../errors.ts';
import { adoptProperties } from '../dom/adopt-properties.ts';
import { tellError } from '../dom/tell-error.ts';
import type { LoecViewerEventMap } from './event-map.ts';
import { isPixelatedIn } from './load.ts';
import { Pictures } from './pictures.ts';
import { Shell } from './shell.ts';
import type { Point, Size, View } from './view.ts';
import { ViewerAttributes } from './viewer-attributes.ts';

export interface LoecViewerElement {
  addEventListener<Name extends keyof LoecViewerEventMap>(
    type: Name,
    listener: (event: LoecViewerEventMap[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/**
 * Attributes: `src`, the address of a `.loe` file; `alt`, its name; `compare`, the address of a second picture, `.loe` or any that the browser
 * reads, which may also be an `<img slot="compare">` inside; `compare-mode`, `slider` (default) or `flip`. All else inside is shown
 * where the picture can't be.
 *
 * Events: `load`; `error`, an ErrorEvent with a LoecError, and where nobody prevents its default the console tells it; `view`, a CustomEvent
 * with the View, at most once a frame; `sharp`, as soon as all that is seen has the screen's resolution, after every move.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface says the types of events, no more.
export class LoecViewerElement extends ViewerAttributes {
  readonly #shell = new Shell(this.attachShadow({ mode: 'open', delegatesFocus: true }), {
    onView: (detail) => this.dispatchEvent(new CustomEvent('view', { detail })),
    onSharp: () => this.dispatchEvent(new Event('sharp')),
  });
  readonly #pictures = new Pictures({
    onHead: (size) => this.#open(size),
    onLayers: (layers) => this.#shell.show(layers),
    onTile: (isLast) => this.#shell.stage.refresh(isLast),
    onLoad: () => this.dispatchEvent(new Event('load')),
    onError: (error, address, isShown) => {
      if (!isShown) this.#shell.parts.fail(this.alt);
      tellError(this, address, error);
    },
  });
  #isOpen = false;
  /** What is asked for before the size of the picture is known; null afterwards. */
  #wanted: Partial<View> | null = {};

  constructor() {
    super();
    this.#shell.parts.slot.addEventListener('slotchange', () => {
      if (this.#isOpen && !this.hasAttribute('compare')) this.#compare();
    });
    adoptProperties(this, ['src', 'alt', 'compare', 'compareMode', 'zoom', 'centre']);
  }

  /** Screen pixels (of the device) along the side of a picture pixel: 1 for actual pixels, at most 256. */
  get zoom(): number {
    return this.#shell.stage.camera.end.zoom;
  }

  set zoom(zoom: number) {
    this.show({ zoom });
  }

  /** The point of the picture, in its pixels, in the middle of the view. */
  get centre(): Point {
    const { x, y } = this.#shell.stage.camera.end;
    return { x, y };
  }

  set centre({ x, y }: Point) {
    this.show({ x, y });
  }

  /** Whether all that is seen has the screen's resolution. */
  get isSharp(): boolean {
    return this.#shell.isSharp;
  }

  /**
   * Goes there, or to the nearest view that there is; what is not given stays. Before the picture's size is known it waits for it.
   * @throws LoecError E_USAGE for what is not a number
   */
  show(view: Partial<View>): void {
    for (const [name, value] of Object.entries(view)) {
      if (!Number.isFinite(value)) throw optionError(name, 'a number', value);
    }
    const { camera } = this.#shell.stage;
    if (this.#wanted) this.#wanted = { ...this.#wanted, ...view };
    else camera.jump({ ...camera.end, ...view });
  }

  connectedCallback(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#shell.start();
    this.#load();
    this.#compare();
  }

  /** One that is only moved stays as it is. */
  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected || !this.#isOpen) return;
      this.#isOpen = false;
      this.#pictures.close();
      this.#shell.stop();
    });
  }

  adoptedCallback(): void {
    const view = this.ownerDocument.defaultView as typeof globalThis | null;
    if (view) this.#shell.parts.dress(view);
  }

  attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    const { parts } = this.#shell;
    if (name === 'alt') parts.showName(this.alt);
    if (name === 'compare-mode') this.#shell.comparison.mode = this.compareMode;
    if (!this.#isOpen || old === value) return;
    if (name === 'src') this.#load();
    if (name === 'compare') this.#compare();
  }

  #load(): void {
    this.#wanted ??= {};
    this.#shell.parts.fail(null);
    this.#pictures.load(this.addressOf('src'));
  }

  #compare(): void {
    const [image] = this.#shell.parts.slot.assignedElements();
    if (this.hasAttribute('compare') || !(image instanceof HTMLImageElement)) {
      this.#pictures.compareWith(this.addressOf('compare'), isPixelatedIn(this));
    } else {
      this.#pictures.compareWithElement(image);
    }
  }

  #open(size: Size): void {
    const { camera } = this.#shell.stage;
    this.#shell.parts.shape(size);
    camera.open(size);
    const view = this.#wanted ?? {};
    this.#wanted = null;
    this.show(view);
  }
}
