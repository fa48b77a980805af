/** @file A picture that is decoded as it is looked at, tile by tile, at the screen's resolution. */

import type { OpenPicture } from '../pictures/open-picture.ts';
import type { Context, Layer, Scene } from './layer.ts';
import { type DecodedTile, TileCache, tileKey } from './tile-cache.ts';
import { TileRequests } from './tile-requests.ts';
import { TilesAhead } from './tiles-ahead.ts';
import { type Level, levelFor, overlap, seenOfLevel, tilePlacement, tilesOf } from './tiling.ts';
import type { Rectangle } from './view.ts';

/** Bytes of the tiles that are kept: two screens of 4k with finer tiles than pixels. */
const CAPACITY = 2 ** 27;

/** Levels that stand in for tiles that are still to come: so many coarser ones, and one that is finer. */
const COARSER = 2;

/** A frame draws no more finer tiles than this. */
const MOST_FINER = 32;

/** Rank of tiles that nobody looks at: after all that is wanted, of other pictures too. */
const LAST = 1e6;

export interface TiledLayerOptions {
  /** There is more to draw. @param isLast nothing else is to come that is seen */
  readonly onTile: (isLast: boolean) => void;
  readonly onError: (error: unknown) => void;
}

export class TiledLayer implements Layer {
  readonly overview: ImageBitmap;
  readonly #picture: OpenPicture;
  readonly #cache = new TileCache(CAPACITY);
  readonly #requests: TileRequests;
  readonly #ahead: TilesAhead;
  /** Whether the tiles that are asked for are not seen. */
  #isAhead = false;
  /** Have come since the last frame. */
  #news: DecodedTile[] = [];

  /** @param picture closed with the layer, as `overview` is */
  constructor(picture: OpenPicture, overview: ImageBitmap, { onTile, onError }: TiledLayerOptions) {
    this.overview = overview;
    this.#picture = picture;
    this.#ahead = new TilesAhead(picture);
    const keep = (tile: DecodedTile, left: number) => {
      this.#cache.add(tile);
      this.#news.push(tile);
      if (left === 0 || !this.#isAhead) onTile(left === 0);
    };
    this.#requests = new TileRequests(picture, { onTile: keep, onError });
  }

  get width(): number {
    return this.#picture.width;
  }

  get height(): number {
    return this.#picture.height;
  }

  prepare(scene: Scene, isMoving: boolean): boolean {
    // Here and not where it is drawn: a picture that another hides is not drawn, and would keep all tiles that ever came.
    this.#cache.beginFrame();
    this.#news = [];
    const { level, tiles } = this.#wanted(scene);
    const missing = tiles.filter((tile) => !this.#cache.show(tileKey(level, tile)));
    const possible = this.#requests.possible(level, missing);
    this.#isAhead = possible.length === 0;
    const ahead = this.#isAhead ? this.#nextAhead(scene) : null;
    if (ahead) this.#requests.want(ahead.level, ahead.tiles, { firstRank: LAST, isSparing: isMoving });
    else this.#requests.want(level, possible, { isSparing: isMoving });
    return this.#isAhead;
  }

  #nextAhead({ fitWidth }: Scene): ReturnType<TilesAhead['next']> {
    return this.#ahead.next(fitWidth / this.width, (key) => this.#cache.has(key));
  }

  draw(context: Context, scene: Scene): void {
    smooth(context);
    const { level, tiles } = this.#wanted(scene);
    const shown = tiles.map((tile) => this.#cache.show(tileKey(level, tile))).filter((tile) => !!tile);
    if (shown.length < tiles.length) {
      replace(context, this.overview, scene.placement);
      for (const tile of this.#substitutes(level, scene)) drawTile(context, tile, scene);
    }
    for (const tile of shown) drawTile(context, tile, scene);
  }

  drawNews(context: Context, scene: Scene): void {
    smooth(context);
    const { level } = this.#wanted(scene);
    for (const tile of this.#news) if (tile.level.scale === level.scale) drawTile(context, tile, scene);
  }

  close(): void {
    this.#requests.want({ scale: 1, width: 0, height: 0 }, []);
    this.#picture.close();
    this.#cache.clear();
    this.overview.close();
  }

  #wanted({ placement, screen, fitWidth }: Scene): { level: Level; tiles: Rectangle[] } {
    const level = levelFor(this, placement.width / this.width, fitWidth / this.width);
    return { level, tiles: tilesOf(level, seenOfLevel(level, placement, screen)) };
  }

  /** What is there of the nearest levels, in the order in which it is drawn. */
  #substitutes({ scale }: Level, { placement, screen }: Scene): DecodedTile[] {
    const seen = this.#cache.tiles().filter((tile) => {
      return tile.level.scale !== scale && overlap(tilePlacement(tile, tile.level, placement), screen);
    });
    const scales = [...new Set(seen.map(({ level }) => level.scale))].sort((a, b) => a - b);
    const coarser = scales.filter((other) => other < scale).slice(-COARSER);
    const finer = scales.find((other) => other > scale);
    const at = (wanted: number | undefined) => seen.filter(({ level }) => level.scale === wanted);
    const tiles = [...coarser.flatMap(at), ...at(finer).slice(-MOST_FINER)];
    for (const tile of tiles) this.#cache.show(tileKey(tile.level, tile));
    return tiles;
  }
}

function smooth(context: Context): void {
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'low';
}

function drawTile(context: Context, tile: DecodedTile, { placement, screen }: Scene): void {
  const place = tilePlacement(tile, tile.level, placement);
  if (overlap(place, screen)) replace(context, tile.bitmap, place);
}

/** A picture may be transparent: what was there goes. */
function replace(context: Context, bitmap: ImageBitmap, { x, y, width, height }: Rectangle): void {
  context.clearRect(x, y, width, height);
  context.drawImage(bitmap, x, y, width, height);
}
