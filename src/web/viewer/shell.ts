/** @file The inside of a viewer: its parts, the view, and what is shown and said about it. */

import { observeSize } from '../dom/device-size.ts';
import { Announcer } from './announcer.ts';
import { Comparison } from './comparison.ts';
import { describeZoom } from './describe.ts';
import { make } from './dom.ts';
import { listenToGestures } from './gestures.ts';
import { listenToKeys } from './keys.ts';
import type { Layer } from './layer.ts';
import { canZoom, commandsOf, pointerActionsOf } from './navigation.ts';
import { makeParts, type Parts } from './parts.ts';
import { screenPoints } from './screen-points.ts';
import { type Frame, Stage } from './stage.ts';
import { type Size, seenOf, type View } from './view.ts';
import { listenToWheel } from './wheel.ts';

export interface ShellOptions {
  readonly onView: (view: View) => void;
  /** After a move, or when a picture has come: all that is seen has the screen's resolution. */
  readonly onSharp: () => void;
}

export class Shell {
  readonly parts: Parts;
  readonly stage: Stage;
  readonly comparison: Comparison;
  readonly #options: ShellOptions;
  readonly #announcer: Announcer;
  #layers: readonly Layer[] = [];
  #density = devicePixelRatio;
  #shown: View | null = null;
  #isSharp = false;
  #endSize = (): void => {};

  constructor(root: ShadowRoot, options: ShellOptions) {
    this.#options = options;
    const canvas = make('canvas', { part: 'canvas', 'aria-hidden': 'true' });
    this.stage = new Stage(canvas, areAnimationsWanted, (frame) => this.#onFrame(frame));
    const { camera } = this.stage;
    const commands = {
      ...commandsOf(camera),
      flip: () => this.comparison.press(),
      unflip: () => this.comparison.release(),
    };
    this.parts = makeParts(root, {
      canvas,
      commands,
      onBorder: (border) => this.comparison.moveBorder(border),
      onMinimap: ({ x, y }) => {
        const { width, height } = camera.picture;
        camera.jump({ x: x * width, y: y * height, zoom: camera.view.zoom });
      },
    });
    this.#announcer = new Announcer(this.parts.status);
    this.comparison = new Comparison(this.stage, this.parts, this.#announcer);
    const { area, box } = this.parts;
    const points = screenPoints(box, () => camera.screen);
    const actions = pointerActionsOf(camera);
    listenToGestures(box, points, actions);
    listenToWheel(area, points, actions);
    listenToKeys(area, commands);
  }

  get isSharp(): boolean {
    return this.#isSharp && !this.stage.isDue;
  }

  /** Begins to draw, and draws when the size changes. */
  start(): void {
    this.#endSize = observeSize(this.parts.box, (box) => this.#resize(box));
  }

  stop(): void {
    this.#endSize();
    this.#announcer.stop();
    this.stage.stop();
  }

  /** The pictures, the one that says what is where first. */
  show(layers: readonly Layer[]): void {
    const [first] = layers;
    if (first && first !== this.#layers[0]) this.parts.minimap.showPicture(first);
    this.#layers = layers;
    this.#isSharp = false;
    this.stage.show(layers);
    this.comparison.isOn = layers.length > 1;
  }

  #resize(box: Size): void {
    const { width, height } = box;
    // A box that is not shown has no size; what it showed comes back with it.
    if (width === 0 || height === 0) return;
    const finer = devicePixelRatio / this.#density;
    this.#density = devicePixelRatio;
    this.stage.resize({ width, height }, finer);
  }

  #onFrame({ isSharp, isMoving }: Frame): void {
    const { camera } = this.stage;
    if (this.#layers.length === 0) return;
    if (camera.view !== this.#shown) this.#onView(camera.view);
    const isNews = isSharp && !this.#isSharp;
    this.#isSharp = isSharp;
    if (isNews && !isMoving) this.#options.onSharp();
  }

  #onView(view: View): void {
    const { camera } = this.stage;
    const { box, controls, minimap } = this.parts;
    this.#shown = view;
    this.#isSharp = false;
    box.classList.toggle('whole', camera.isFit);
    minimap.showSeen(seenOf(view, camera.picture, camera.screen), camera.picture);
    controls.showZoom({ canZoomIn: canZoom(camera, 2), canZoomOut: canZoom(camera, 0.5) });
    this.#announcer.sayAtRest(describeZoom(camera.end.zoom, camera.fit));
    this.#options.onView(view);
  }
}

function areAnimationsWanted(): boolean {
  return !matchMedia('(prefers-reduced-motion: reduce)').matches;
}
