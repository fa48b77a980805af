/** @file The inside of a viewer: its parts, the view, and what is said and shown about it. */

import { describeZoom } from './describe.ts';
import { make } from './dom.ts';
import { Flip } from './flip.ts';
import { listenToGestures } from './gestures.ts';
import { listenToKeys } from './keys.ts';
import type { Layer } from './layer.ts';
import { canZoom, commandsOf, movementsOf } from './navigation.ts';
import { makeParts, type Parts } from './parts.ts';
import { screenPoints } from './screen-points.ts';
import { type CompareMode, type Frame, Stage } from './stage.ts';
import { seenOf, type View } from './view.ts';
import { listenToWheel } from './wheel.ts';

/** Zoom is said when it has been at rest so long, in milliseconds. */
const BEFORE_SAYING = 500;

export interface ShellOptions {
  readonly onView: (view: View) => void;
  /** After a move, or when a picture has come: all that is seen has the screen's resolution. */
  readonly onSharp: () => void;
}

export class Shell {
  readonly parts: Parts;
  readonly stage: Stage;
  readonly #options: ShellOptions;
  readonly #flip = new Flip();
  readonly #resized = new ResizeObserver(([entry]) => this.#resize(entry as ResizeObserverEntry));
  #layers: readonly Layer[] = [];
  #mode: CompareMode = 'slider';
  #ratio = devicePixelRatio;
  #shown: View | null = null;
  #isSharp = false;
  #saying: ReturnType<typeof setTimeout> | undefined;

  constructor(root: ShadowRoot, options: ShellOptions) {
    this.#options = options;
    const canvas = make('canvas', { part: 'canvas', 'aria-hidden': 'true' });
    this.stage = new Stage(canvas, areAnimationsWanted, (frame) => this.#onFrame(frame));
    const { camera } = this.stage;
    const commands = { ...commandsOf(camera), flip: () => this.#press(), unflip: () => this.#release() };
    this.parts = makeParts(root, {
      canvas,
      commands,
      onBorder: (border) => this.#moveBorder(border),
      onMinimap: ({ x, y }) => {
        const { width, height } = camera.picture;
        camera.jump({ x: x * width, y: y * height, zoom: camera.view.zoom });
      },
    });
    const { area, box } = this.parts;
    const points = screenPoints(box, () => camera.screen);
    const movements = movementsOf(camera);
    listenToGestures(box, points, movements);
    listenToWheel(area, points, movements);
    listenToKeys(area, commands);
    this.#moveBorder(this.stage.border);
    this.show([]);
  }

  get isSharp(): boolean {
    return this.#isSharp && !this.stage.isDue;
  }

  /** Begins to draw, and draws when the size changes. */
  start(): void {
    this.#resized.observe(this.parts.box);
  }

  stop(): void {
    clearTimeout(this.#saying);
    this.#resized.disconnect();
    this.stage.stop();
  }

  /** The pictures, the one that says what is where first. */
  show(layers: readonly Layer[]): void {
    const [first] = layers;
    if (first && first !== this.#layers[0]) this.parts.minimap.showPicture(first);
    this.#layers = layers;
    this.#isSharp = false;
    this.stage.show(layers);
    this.#showComparison();
  }

  set mode(mode: CompareMode) {
    this.#mode = mode;
    this.stage.compare({ mode });
    this.#showComparison();
  }

  #moveBorder(border: number): void {
    this.stage.compare({ border });
    this.parts.divider.show(border);
  }

  #press(): void {
    if (this.#layers.length < 2) return;
    this.#flip.press(performance.now());
    this.#showFlip();
  }

  #release(): void {
    this.#flip.release(performance.now());
    this.#showFlip();
  }

  #showFlip(): void {
    const { isFlipped } = this.#flip;
    if (isFlipped === this.stage.isFlipped) return;
    this.stage.compare({ isFlipped });
    this.#showComparison();
    this.parts.status.textContent = isFlipped ? 'Second picture' : 'First picture';
  }

  #showComparison(): void {
    const isCompared = this.#layers.length > 1;
    const { controls, divider } = this.parts;
    this.parts.showComparison(isCompared);
    controls.showFlip(isCompared ? this.#flip.isFlipped : null);
    divider.element.hidden = !isCompared || this.#mode === 'flip';
  }

  #resize({ contentRect, devicePixelContentBoxSize }: ResizeObserverEntry): void {
    const finer = devicePixelRatio / this.#ratio;
    this.#ratio = devicePixelRatio;
    const exact = devicePixelContentBoxSize?.[0];
    const width = exact?.inlineSize ?? Math.round(contentRect.width * devicePixelRatio);
    const height = exact?.blockSize ?? Math.round(contentRect.height * devicePixelRatio);
    // A box that is not shown has no size; what it showed comes back with it.
    if (width > 0 && height > 0) this.stage.resize({ width, height }, finer);
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
    this.#say(describeZoom(camera.end.zoom, camera.fit));
    this.#options.onView(view);
  }

  #say(text: string): void {
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => {
      if (this.parts.status.textContent !== text) this.parts.status.textContent = text;
    }, BEFORE_SAYING);
  }
}

function areAnimationsWanted(): boolean {
  return !matchMedia('(prefers-reduced-motion: reduce)').matches;
}
