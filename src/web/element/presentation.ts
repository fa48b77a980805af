/** @file What is shown of the element's picture, given where it is and how large. */

import type { Size } from '../../image/raster.ts';
import type { OpenPicture } from '../pictures/open-picture.ts';
import { screensAway } from './distance.ts';
import { hintedWidth } from './hinted-width.ts';
import { Rendering } from './rendering.ts';
import { Surface } from './surface.ts';
import { observeView, SCREENS_AHEAD, type View } from './view.ts';
import { wantedSize } from './wanted-size.ts';

export interface Host extends HTMLElement {
  readonly sizes: string;
}

export class Presentation {
  /** The picture's size; undefined before its first bytes are there. */
  natural: Size | undefined;
  readonly #host: Host;
  readonly #surface = new Surface();
  readonly #onNear: () => void;
  readonly #onError: (error: unknown) => void;
  #view: View = {};
  #endView = (): void => {};
  #rendering: Rendering | undefined;

  /** @param onError told what went wrong in a decode that nobody waits for */
  constructor(host: Host, onNear: () => void, onError: (error: unknown) => void) {
    this.#host = host;
    this.#onNear = onNear;
    this.#onError = onError;
  }

  get canvas(): HTMLCanvasElement {
    return this.#surface.canvas;
  }

  /** Whether the picture may soon be seen. */
  get isNear(): boolean {
    return this.#view.isNear ?? screensAway(this.#host) <= SCREENS_AHEAD;
  }

  /** The same, without asking the layout. */
  get isKnownNear(): boolean {
    return this.#view.isNear ?? false;
  }

  /** Takes the element as near until it is known that it is not. */
  bringNear(): void {
    this.#view.isNear = true;
  }

  /** To be called when the element comes into a page. */
  connect(): void {
    this.#endView();
    this.#view = {};
    this.#endView = observeView(this.#host, this.canvas, (change) => this.#look(change));
  }

  #look(change: View): void {
    Object.assign(this.#view, change);
    if (change.isNear) this.#onNear();
    if (this.isNear) this.#rendering?.update().catch(this.#onError);
    else this.#giveBack();
  }

  /** A picture of this size is to come. */
  expect(natural: Size): void {
    this.natural = natural;
    this.#surface.resize(natural);
  }

  /** @returns whether it is shown */
  preview(bitmap: ImageBitmap): boolean {
    const { isNear } = this;
    if (isNear) this.#surface.show(bitmap);
    else bitmap.close();
    return isNear;
  }

  /** Resolves once the picture is as sharp as it is seen. @throws LoecError of the decode */
  show(picture: OpenPicture): Promise<void> {
    const wanted = (): Size | null => (this.isNear ? this.#wantedOf(picture) : null);
    this.#rendering = new Rendering(picture, this.#surface, wanted, () => screensAway(this.#host));
    return this.update();
  }

  /** @throws as {@link show} */
  async update(): Promise<void> {
    await this.#rendering?.update();
  }

  /** What is shown stays until another picture comes. */
  drop(): void {
    this.#rendering?.stop();
    this.#rendering = undefined;
  }

  /** There is no picture. */
  fail(): void {
    this.natural = undefined;
    this.#giveBack();
    this.#surface.resize({ width: 0, height: 0 });
  }

  /** To be called when the element has left the page: gives everything back but the box. */
  release(): void {
    this.#endView();
    this.#view = {};
    this.#giveBack();
  }

  #giveBack(): void {
    this.#rendering?.stop();
    this.#surface.clear();
  }

  #wantedOf(picture: OpenPicture): Size | null {
    const box = this.#boxOf(picture);
    if (box.width * box.height === 0) return null;
    return wantedSize(box, picture, getComputedStyle(this.canvas).objectFit, devicePixelRatio);
  }

  /** In pixels of the screen: the layout's, or what is expected where there is none. */
  #boxOf(picture: Size): Size {
    if (this.#host.getClientRects().length === 0) {
      const width = hintedWidth(this.#host.sizes) ?? picture.width;
      return scaled(picture, (devicePixelRatio * width) / picture.width);
    }
    const { offsetWidth, offsetHeight } = this.canvas;
    const laidOut = scaled({ width: offsetWidth, height: offsetHeight }, devicePixelRatio);
    const exact = this.#view.box ?? laidOut;
    // What was observed may be of a layout before.
    const isOfNow = isWithin(exact, laidOut, devicePixelRatio);
    return isOfNow ? exact : laidOut;
  }
}

function isWithin(one: Size, other: Size, pixels: number): boolean {
  return Math.max(Math.abs(one.width - other.width), Math.abs(one.height - other.height)) <= pixels;
}

function scaled({ width, height }: Size, factor: number): Size {
  return { width: width * factor, height: height * factor };
}
