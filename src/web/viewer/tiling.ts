/** @file A picture as tiles of several scales: which of them a screen needs. */

import { MAX_SCALE, MIN_SCALE } from '../../render/options.ts';
import { clamp, type Rectangle, type Size } from './view.ts';

/** The whole picture at one scale; its tiles are parts of that output. */
export interface Level extends Size {
  readonly scale: number;
}

/** Side of a tile in output pixels. */
export const TILE_SIDE = 256;

/** A level is taken for a zoom that is larger by as much: nobody sees it, and the next has four times the pixels. */
const TOLERANCE = 1.01;

export function levelOf({ width, height }: Size, scale: number): Level {
  return {
    scale,
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/**
 * The coarsest level that is as fine as the screen: a power of 2, or the scale at which the whole picture fits.
 * @param fit that scale
 */
export function levelFor(picture: Size, zoom: number, fit: number): Level {
  const step = 2 ** Math.ceil(Math.log2(zoom / TOLERANCE));
  const scale = fit < step && fit * TOLERANCE >= zoom ? fit : step;
  return levelOf(picture, clamp(scale, MIN_SCALE, MAX_SCALE));
}

/** Tiles that show anything of `seen`, nearest to its middle first. @param seen in pixels of the level */
export function tilesOf(level: Level, seen: Rectangle): Rectangle[] {
  const tiles: Rectangle[] = [];
  const bottom = Math.min(seen.y + seen.height, level.height);
  const right = Math.min(seen.x + seen.width, level.width);
  for (let y = startOf(seen.y); y < bottom; y += TILE_SIDE) {
    for (let x = startOf(seen.x); x < right; x += TILE_SIDE) tiles.push(tileAt(level, x, y));
  }
  return tiles.sort((a, b) => distance(a, seen) - distance(b, seen));
}

function startOf(seen: number): number {
  return TILE_SIDE * Math.max(0, Math.floor(seen / TILE_SIDE));
}

function tileAt({ width, height }: Level, x: number, y: number): Rectangle {
  return { x, y, width: Math.min(TILE_SIDE, width - x), height: Math.min(TILE_SIDE, height - y) };
}

function distance(a: Rectangle, b: Rectangle): number {
  return Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2);
}

/** What a screen shows of a level. @param placement where the whole picture lies on the screen */
export function seenOfLevel(level: Level, placement: Rectangle, screen: Size): Rectangle {
  const across = level.width / placement.width;
  const down = level.height / placement.height;
  return {
    x: -placement.x * across,
    y: -placement.y * down,
    width: screen.width * across,
    height: screen.height * down,
  };
}

/** Where a tile lies on the screen. Neighbours share their edges, which are whole pixels: there is no seam. */
export function tilePlacement(tile: Rectangle, level: Level, placement: Rectangle): Rectangle {
  const column = (x: number) => placement.x + Math.round((x * placement.width) / level.width);
  const row = (y: number) => placement.y + Math.round((y * placement.height) / level.height);
  const [x, y] = [column(tile.x), row(tile.y)];
  return { x, y, width: column(tile.x + tile.width) - x, height: row(tile.y + tile.height) - y };
}

export function overlap(a: Rectangle, screen: Size): boolean {
  return a.x < screen.width && a.y < screen.height && a.x + a.width > 0 && a.y + a.height > 0;
}
