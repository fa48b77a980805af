/** @file The canvas on which pictures are seen: drawn once a frame while something changes, and asleep otherwise. */

import { Camera } from './camera.ts';
import type { Context, Layer, Scene } from './layer.ts';
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
  #mode: CompareMode = 'slider';
  /** Where the border is, as a share of the width. */
  #border = 0.5;
  #isFlipped = false;

  constructor(canvas: HTMLCanvasElement, isAnimated: () => boolean, onFrame: (frame: Frame) => void) {
    const colorSpace = matchMedia('(color-gamut: p3)').matches ? 'display-p3' : 'srgb';
    this.canvas = canvas;
    this.#context = canvas.getContext('2d', { colorSpace }) as Context;
    this.#onFrame = onFrame;
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
    this.#frame(performance.now());
  }

  invalidate(): void {
    this.#request ||= requestAnimationFrame((now) => {
      this.#request = 0;
      this.#frame(now);
    });
  }

  /** More of the same view can be drawn: at once if that is all of it, else now and then, since drawing takes time from those who decode. */
  refresh(isAll: boolean): void {
    if (isAll) this.invalidate();
    else this.#refreshing ??= setTimeout(() => this.invalidate(), REFRESHING);
  }

  stop(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
    this.#stopRefreshing();
  }

  #stopRefreshing(): void {
    clearTimeout(this.#refreshing);
    this.#refreshing = undefined;
  }

  #frame(now: number): void {
    this.#stopRefreshing();
    const isMoving = this.camera.step(now);
    this.#draw(this.camera.view);
    const scene = this.#sceneOf(this.camera.end);
    // All of them are asked, so that a flip shows what is there.
    const areSharp = this.#layers.map((layer) => layer.prepare(scene));
    this.#onFrame({ isSharp: !isMoving && areSharp.every(Boolean), isMoving });
    if (isMoving) this.invalidate();
  }

  #draw(view: View): void {
    const { width, height } = this.canvas;
    const scene = this.#sceneOf(view);
    this.#context.clearRect(0, 0, width, height);
    const [left, right] = this.#isFlipped ? this.#layers.toReversed() : this.#layers;
    left?.draw(this.#context, scene);
    if (!right || this.#mode === 'flip') return;
    const start = Math.round(this.#border * width);
    this.#context.save();
    this.#context.beginPath();
    this.#context.rect(start, 0, width - start, height);
    this.#context.clip();
    this.#context.clearRect(start, 0, width - start, height);
    right.draw(this.#context, scene);
    this.#context.restore();
  }

  #sceneOf(view: View): Scene {
    const { picture, screen, fit } = this.camera;
    const fitWidth = fit * picture.width;
    return { screen, placement: placementOf(view, picture, screen), fitWidth };
  }
}
