/** @file What mice, fingers and wheels can do to a view, as `Commands` are what keys and buttons can. Points are screen pixels from the corner of its element. */

import type { Point } from './view.ts';

export interface PointerActions {
  /** A finger has come down: what moves by itself stops. */
  hold(): void;
  pan(by: Point): void;
  /** @param by how far what is at `at` moves as well; @default not at all */
  zoom(factor: number, at: Point, by?: Point): void;
  /** Let go while moving. @param speed screen pixels a millisecond */
  release(speed: Point): void;
  doubleClick(at: Point, isOut: boolean): void;
  /** Whether a zoom by this factor would change anything: a wheel that does nothing here scrolls the page. */
  canZoom(factor: number): boolean;
}
