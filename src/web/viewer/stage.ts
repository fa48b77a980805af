/** @file The canvas on which pictures are seen: drawn once a frame while something changes, and asleep otherwise. */

import { Camera } from './camera.ts';
import type { Context, Layer, Scene } from './layer.ts';
import { REST, RestDetector } from './rest-detector.ts';
import { placementOf, type Size, type View } from './view.ts';

/** How two pictures are seen: side by side along a border, or one at a time. */
export type CompareMode = 'slider' | 'flip';

/** Milliseconds between two frames of a view at rest whose tiles come one by one. */
const REFRESHING = 80;

export interface Frame {
  /** Every pixel of the screen has been decoded for it. */
  readonly isSharp: boolean;
  readonly isMoving: boolean;
}

export class Stage {
  readonly camera: Camera;
  readonly canvas: HTMLCanvasElement;
  readonly #context: Context;
  readonly #onFrame: (frame: Frame) => void;
  #layers: readonly Layer[] = [];
  #request = 0;
  #refreshing: ReturnType<typeof setTimeout> | undefined;
  readonly #rest = new RestDetector();
  #resting: ReturnType<typeof setTimeout> | undefined;
  /** Whether the canvas shows this view; tiles of it may have come since. */
  #isDrawn = false;
  #mode: CompareMode = 'slider';
  /** Where the border is, as a share of the width. */
  #border = 0.5;
  #isFlipped = false;

  constructor(canvas: HTMLCanvasElement, isAnimated: () => boolean, onFrame: (frame: Frame) => void) {
    const colorSpace = matchMedia('(color-gamut: p3)').matches ? 'display-p3' : 'srgb';
    this.canvas = canvas;
    this.#context = canvas.getContext('2d', { colorSpace }) as Context;
    this.#onFrame = onFrame;
    // A graphics process that ends takes what was drawn with it.
    canvas.addEventListener('contextrestored', () => this.invalidate());
    this.camera = new Camera({ isAnimated, onMove: () => this.invalidate() });
  }

  /** Something has changed that is not yet drawn. */
  get isDue(): boolean {
    return this.#request !== 0;
  }

  get isFlipped(): boolean {
    return this.#isFlipped;
  }

  get border(): number {
    return this.#border;
  }

  /** The pictures, the one that says what is where first. */
  show(layers: readonly Layer[]): void {
    this.#layers = layers;
    this.invalidate();
  }

  compare(how: { mode?: CompareMode; border?: number; isFlipped?: boolean }): void {
    this.#mode = how.mode ?? this.#mode;
    this.#border = how.border ?? this.#border;
    this.#isFlipped = how.isFlipped ?? this.#isFlipped;
    this.invalidate();
  }

  /** @param finer how many times as many pixels the screen has along the same length */
  resize({ width, height }: Size, finer: number): void {
    this.canvas.width = width;
    this.canvas.height = height;
    this.camera.resize({ width, height }, finer);
    // A canvas is empty after a change of its size: it is drawn before the page is.
    this.stop();
    this.#isDrawn = false;
    this.#frame(performance.now());
  }

  invalidate(): void {
    this.#isDrawn = false;
    this.#requestFrame();
  }

  #requestFrame(): void {
    this.#request ||= requestAnimationFrame((now) => {
      this.#request = 0;
      this.#frame(now);
    });
  }

  /** More of the same view can be drawn: at once if that is all of it, else now and then, since drawing takes time from those who decode. */
  refresh(isAll: boolean): void {
    if (isAll) this.#requestFrame();
    else this.#refreshing ??= setTimeout(() => this.#requestFrame(), REFRESHING);
  }

  stop(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
    this.#stopRefreshing();
    clearTimeout(this.#resting);
  }

  #stopRefreshing(): void {
    clearTimeout(this.#refreshing);
    this.#refreshing = undefined;
  }

  #frame(now: number): void {
    this.#stopRefreshing();
    const isGliding = this.camera.step(now);
    this.#draw();
    const isMoving = this.#rest.isMoving(this.camera.view, now);
    const scene = this.#sceneOf(this.camera.end);
    // All of them are asked, so that a flip shows what is there.
    const areSharp = this.#layers.map((layer) => layer.prepare(scene, isMoving));
    this.#onFrame({ isSharp: !isGliding && areSharp.every(Boolean), isMoving: isGliding });
    if (isGliding) this.invalidate();
    else if (isMoving) this.#frameAtRest();
  }

  #frameAtRest(): void {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#requestFrame(), REST);
  }

  /** All of the view, or over what is there of it what has come since. */
  #draw(): void {
    const { width, height } = this.canvas;
    const scene = this.#sceneOf(this.camera.view);
    if (!this.#isDrawn) this.#context.clearRect(0, 0, width, height);
    const [left, right] = this.#isFlipped ? this.#layers.toReversed() : this.#layers;
    const border = right && this.#mode === 'slider' ? Math.round(this.#border * width) : width;
    if (left) this.#drawBetween(0, border, left, scene);
    if (right) this.#drawBetween(border, width, right, scene);
    this.#isDrawn = true;
  }

  #drawBetween(start: number, end: number, layer: Layer, scene: Scene): void {
    if (end <= start) return;
    this.#context.save();
    this.#context.beginPath();
    this.#context.rect(start, 0, end - start, this.canvas.height);
    this.#context.clip();
    if (this.#isDrawn) layer.drawNews(this.#context, scene);
    else layer.draw(this.#context, scene);
    this.#context.restore();
  }

  #sceneOf(view: View): Scene {
    const { picture, screen, fit } = this.camera;
    const fitWidth = fit * picture.width;
    return { screen, placement: placementOf(view, picture, screen), fitWidth };
  }
}
