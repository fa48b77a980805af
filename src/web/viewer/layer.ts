/** @file What a picture on the screen is to those that show it, be it decoded in tiles or a bitmap. */

import type { Rectangle, Size } from './view.ts';

export type Context = CanvasRenderingContext2D;

/** How a picture lies on the screen. */
export interface Scene {
  readonly screen: Size;
  /** Where the whole picture lies. */
  readonly placement: Rectangle;
  /** Its width on the screen where the whole of it is seen. */
  readonly fitWidth: number;
}

export interface Layer extends Size {
  /** A small copy of the whole picture. */
  readonly overview: CanvasImageSource;
  /** Asks for what is missing, and for nothing else; whether all is there. @param isMoving other scenes are about to follow */
  prepare(scene: Scene, isMoving: boolean): boolean;
  draw(context: Context, scene: Scene): void;
  /** Over the last draw of the same scene, what has come since. */
  drawNews(context: Context, scene: Scene): void;
  close(): void;
}
