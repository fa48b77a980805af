/** @file Which part of a picture is looked at, and how that maps to the screen. Lengths of the screen are in its own pixels, not in CSS pixels. */

import type { Size } from '../../image/raster.ts';
import { MAX_SCALE } from '../../render/options.ts';

export type { Size };

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rectangle extends Point, Size {}

/** The point of the picture (in its pixels) that the middle of the screen shows. */
export interface View extends Point {
  /** Screen pixels along the side of a picture pixel. */
  readonly zoom: number;
}

/** Up to MAX_SCALE the decoder gives a pixel for each of the screen; from there on these are enlarged. */
export const MAX_ZOOM = 4 * MAX_SCALE;

/** The zoom at which the whole picture just fits. */
export function fitZoom(picture: Size, screen: Size): number {
  return Math.min(screen.width / picture.width, screen.height / picture.height, MAX_ZOOM);
}

/** A picture smaller than the screen can be seen whole or pixel by pixel. */
export function minZoom(picture: Size, screen: Size): number {
  return Math.min(fitZoom(picture, screen), 1);
}

/** The whole picture. */
export function fitView(picture: Size, screen: Size): View {
  return { x: picture.width / 2, y: picture.height / 2, zoom: fitZoom(picture, screen) };
}

/** The nearest view that leaves no more of the screen empty than it must: along a side that fits, the picture is in the middle. */
export function clampView({ x, y, zoom }: View, picture: Size, screen: Size): View {
  const within = clamp(zoom, minZoom(picture, screen), MAX_ZOOM);
  return {
    x: clampCentre(x, picture.width, screen.width / within),
    y: clampCentre(y, picture.height, screen.height / within),
    zoom: within,
  };
}

/** @param seen length of what the screen shows, in picture pixels */
function clampCentre(centre: number, length: number, seen: number): number {
  return seen >= length ? length / 2 : clamp(centre, seen / 2, length - seen / 2);
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

export function toPicture({ x, y, zoom }: View, screen: Size, at: Point): Point {
  return { x: x + (at.x - screen.width / 2) / zoom, y: y + (at.y - screen.height / 2) / zoom };
}

export function toScreen({ x, y, zoom }: View, screen: Size, at: Point): Point {
  return { x: screen.width / 2 + (at.x - x) * zoom, y: screen.height / 2 + (at.y - y) * zoom };
}

/** What is at `at` on the screen stays there. */
export function zoomAbout(view: View, screen: Size, at: Point, zoom: number): View {
  const fixed = toPicture(view, screen, at);
  const moved = toPicture({ ...fixed, zoom }, screen, {
    x: screen.width - at.x,
    y: screen.height - at.y,
  });
  return { ...moved, zoom };
}

/** The picture follows a pointer that moves by `by` on the screen. */
export function pan({ x, y, zoom }: View, by: Point): View {
  return { x: x - by.x / zoom, y: y - by.y / zoom, zoom };
}

/**
 * Where the whole picture lies on the screen. Corners are whole pixels, so that a picture that is panned keeps its pixels, and the size is
 * that of a decode by `zoom`.
 */
export function placementOf(view: View, picture: Size, screen: Size): Rectangle {
  const corner = toScreen(view, screen, { x: 0, y: 0 });
  return {
    x: Math.round(corner.x),
    y: Math.round(corner.y),
    width: Math.max(1, Math.round(picture.width * view.zoom)),
    height: Math.max(1, Math.round(picture.height * view.zoom)),
  };
}

/** The part of the picture that is seen, in its pixels. */
export function seenOf(view: View, picture: Size, screen: Size): Rectangle {
  const start = toPicture(view, screen, { x: 0, y: 0 });
  const end = toPicture(view, screen, { x: screen.width, y: screen.height });
  const x = clamp(start.x, 0, picture.width);
  const y = clamp(start.y, 0, picture.height);
  return { x, y, width: Math.min(end.x, picture.width) - x, height: Math.min(end.y, picture.height) - y };
}
