/** @file The view of a picture on a screen as it moves. */

import { drift, glide, isSame, type Motion } from './motion.ts';
import { clampView, fitView, fitZoom, type Point, pan, type Size, type View, zoomAbout } from './view.ts';

/** How the picture moves where a view is set. */
export interface CameraOptions {
  /** Whether people want to see movement that they don't make themselves. */
  readonly isAnimated: () => boolean;
  /** There is something to draw. */
  readonly onMove: () => void;
}

export class Camera {
  readonly #options: CameraOptions;
  #picture: Size = { width: 1, height: 1 };
  #screen: Size = { width: 1, height: 1 };
  #view: View = { x: 0.5, y: 0.5, zoom: 1 };
  #motion: Motion | null = null;
  #started = 0;

  constructor(options: CameraOptions) {
    this.#options = options;
  }

  get view(): View {
    return this.#view;
  }

  get picture(): Size {
    return this.#picture;
  }

  get screen(): Size {
    return this.#screen;
  }

  /** Where it is going. */
  get end(): View {
    return this.#motion ? this.#clamp(this.#motion.end) : this.#view;
  }

  get fit(): number {
    return fitZoom(this.#picture, this.#screen);
  }

  get isFit(): boolean {
    return isSame(this.end.zoom, this.fit);
  }

  /** Another picture: all of it is seen. */
  open(picture: Size): void {
    this.#picture = picture;
    this.jump(fitView(picture, this.#screen));
  }

  /** @param finer how many times as many pixels the screen has along the same length */
  resize(screen: Size, finer: number): void {
    const { isFit, end } = this;
    this.#screen = screen;
    this.jump(isFit ? fitView(this.#picture, screen) : { ...end, zoom: end.zoom * finer });
  }

  jump(view: View): void {
    this.#motion = null;
    this.#view = this.#clamp(view);
    this.#options.onMove();
  }

  glide(view: View): void {
    if (this.#options.isAnimated()) this.#start(glide(this.#view, this.#clamp(view)));
    else this.jump(view);
  }

  pan(by: Point): void {
    this.jump(pan(this.#view, by));
  }

  /** @param by how far what is at `at` moves as well */
  zoom(factor: number, at: Point, by: Point = { x: 0, y: 0 }): void {
    this.jump(pan(this.#zoomed(this.#view, factor, at), by));
  }

  glideBy(by: Point): void {
    this.glide(pan(this.end, by));
  }

  /** @param at where on the screen; @default in its middle */
  glideZoom(factor: number, at: Point = { x: this.#screen.width / 2, y: this.#screen.height / 2 }): void {
    this.glide(this.#zoomed(this.end, factor, at));
  }

  glideToFit(): void {
    this.glide(fitView(this.#picture, this.#screen));
  }

  /** @param speed screen pixels a millisecond */
  release(speed: Point): void {
    if (this.#options.isAnimated()) this.#start(drift(this.#view, speed));
  }

  stop(): void {
    this.#motion = null;
  }

  /** The view at this time; whether it still moves. */
  step(now: number): boolean {
    if (!this.#motion) return false;
    const elapsed = Math.max(0, now - this.#started);
    const { duration } = this.#motion;
    this.#view = this.#clamp(this.#motion.at(Math.min(elapsed, duration)));
    if (elapsed >= duration) this.#motion = null;
    return this.#motion !== null;
  }

  #start(motion: Motion): void {
    this.#motion = motion;
    this.#started = performance.now();
    this.#options.onMove();
  }

  #zoomed(view: View, factor: number, at: Point): View {
    // The range comes first: what is at the pointer stays there at the end of the range too.
    const { zoom } = this.#clamp({ ...view, zoom: view.zoom * factor });
    return zoomAbout(view, this.#screen, at, zoom);
  }

  #clamp(view: View): View {
    return clampView(view, this.#picture, this.#screen);
  }
}
