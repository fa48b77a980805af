/** @file Views, their movements, and the tiles that they need: the arithmetic of `<loec-viewer>`, without a browser. */

import type { OpenPicture } from '../../src/web/pictures/open-picture.ts';
import { Camera } from '../../src/web/viewer/camera.ts';
import { describeZoom } from '../../src/web/viewer/describe.ts';
import { Flip } from '../../src/web/viewer/flip.ts';
import { drift, glide } from '../../src/web/viewer/motion.ts';
import { REST, RestDetector } from '../../src/web/viewer/rest-detector.ts';
import { TileCache, tileKey } from '../../src/web/viewer/tile-cache.ts';
import { TiledLayer } from '../../src/web/viewer/tiled-layer.ts';
import { TilesAhead } from '../../src/web/viewer/tiles-ahead.ts';
import {
  levelFor,
  levelOf,
  seenOfLevel,
  TILE_SIDE,
  tilePlacement,
  tilesOf,
} from '../../src/web/viewer/tiling.ts';
import {
  clampView,
  fitView,
  MAX_ZOOM,
  pan,
  placementOf,
  seenOf,
  toPicture,
  toScreen,
  type View,
  zoomAbout,
} from '../../src/web/viewer/view.ts';
import { assert, suite } from '../harness.ts';

const test = suite('web: view');
const PICTURE = { width: 4000, height: 3000 };
const SCREEN = { width: 1000, height: 600 };

function isNear(actual: number, expected: number, message?: string): void {
  assert.ok(
    Math.abs(actual - expected) < 1e-6 * Math.max(1, Math.abs(expected)),
    message ?? `${actual}, not ${expected}`,
  );
}

test('the whole picture fits, in the middle', () => {
  const view = fitView(PICTURE, SCREEN);
  assert.equal(view, { x: 2000, y: 1500, zoom: 0.2 });
  assert.equal(placementOf(view, PICTURE, SCREEN), { x: 100, y: 0, width: 800, height: 600 });
  assert.equal(seenOf(view, PICTURE, SCREEN), { x: 0, y: 0, width: 4000, height: 3000 });
});

test('a view that changes once has jumped, one that changes again moves until it rests', () => {
  const views = [1, 2, 3].map((zoom) => ({ x: 0, y: 0, zoom }));
  const [first, second, third] = views as [View, View, View];
  const jumps = new RestDetector();
  assert.not.ok(jumps.isMoving(first, 1000));
  assert.not.ok(jumps.isMoving(first, 1001));
  assert.not.ok(jumps.isMoving(second, 1000 + REST));
  const drag = new RestDetector();
  drag.isMoving(first, 1000);
  assert.ok(drag.isMoving(second, 1016));
  assert.ok(drag.isMoving(second, 1016 + REST - 1));
  assert.ok(drag.isMoving(third, 1016 + REST - 1));
  assert.not.ok(drag.isMoving(third, 1015 + 2 * REST));
});

test('screen and picture are each other’s inverse', () => {
  const view = { x: 1234.5, y: 678.25, zoom: 3.7 };
  const at = { x: 17, y: 591 };
  const back = toScreen(view, SCREEN, toPicture(view, SCREEN, at));
  isNear(back.x, at.x);
  isNear(back.y, at.y);
});

test('a zoom about a point leaves it where it is', () => {
  const view = { x: 1000, y: 900, zoom: 0.5 };
  const at = { x: 900, y: 20 };
  const zoomed = zoomAbout(view, SCREEN, at, 8);
  const [before, after] = [view, zoomed].map((one) => toPicture(one, SCREEN, at));
  isNear(after?.x as number, before?.x as number);
  isNear(after?.y as number, before?.y as number);
});

test('no view leaves the picture, and zoom has ends', () => {
  assert.equal(clampView({ x: -50, y: 9999, zoom: 1 }, PICTURE, SCREEN), { x: 500, y: 2700, zoom: 1 });
  assert.is(clampView({ x: 0, y: 0, zoom: 1e9 }, PICTURE, SCREEN).zoom, MAX_ZOOM);
  assert.is(clampView({ x: 0, y: 0, zoom: 0 }, PICTURE, SCREEN).zoom, 0.2);
  const small = clampView({ x: 0, y: 0, zoom: 0 }, { width: 10, height: 10 }, SCREEN);
  assert.equal(small, { x: 5, y: 5, zoom: 1 }, 'a small picture is seen pixel by pixel');
});

test('the picture follows the pointer', () => {
  assert.equal(pan({ x: 100, y: 100, zoom: 2 }, { x: 10, y: -4 }), { x: 95, y: 102, zoom: 2 });
});

test('a glide zooms by equal factors about one point of the screen', () => {
  const from: View = { x: 1000, y: 900, zoom: 0.5 };
  const at = { x: 900, y: 20 };
  const fixed = toPicture(from, SCREEN, at);
  const motion = glide(from, zoomAbout(from, SCREEN, at, 8));
  assert.equal(motion.at(0), from);
  assert.is(motion.at(motion.duration), motion.end);
  for (let time = 0; time < motion.duration; time += 20) {
    const point = toScreen(motion.at(time), SCREEN, fixed);
    isNear(point.x, at.x);
    isNear(point.y, at.y);
  }
});

test('a push goes on, and ends', () => {
  const from = { x: 100, y: 100, zoom: 2 };
  const motion = drift(from, { x: 1, y: 0 });
  assert.equal(motion.at(0), from);
  assert.ok(motion.end.x < 100 && motion.end.x > 100 - 120 / 2, 'less than its speed times 120 ms');
  assert.is(motion.end.y, 100);
});

test('a camera that fits still fits after a change of size, and else keeps its centre', () => {
  const camera = new Camera({ isAnimated: () => false, onMove() {} });
  camera.resize(SCREEN, 1);
  camera.open(PICTURE);
  camera.resize({ width: 500, height: 600 }, 1);
  assert.is(camera.view.zoom, 0.125);
  camera.jump({ x: 1500, y: 1000, zoom: 1 });
  camera.resize({ width: 1000, height: 1200 }, 2);
  assert.equal(camera.view, { x: 1500, y: 1000, zoom: 2 });
});

test('a camera that is told to zoom twice zooms twice, though it has not arrived', () => {
  const camera = new Camera({ isAnimated: () => true, onMove() {} });
  camera.resize(SCREEN, 1);
  camera.open(PICTURE);
  camera.glideZoom(2);
  camera.glideZoom(2);
  isNear(camera.end.zoom, 0.8);
  assert.ok(camera.step(performance.now()));
  assert.not(camera.step(performance.now() + 1000));
  isNear(camera.view.zoom, 0.8);
});

test('levels are steps at least as fine as the screen, or what fits', () => {
  const scales = [0.01, 0.13, 0.2, 0.21, 0.5, 0.504, 0.6, 1, 2, 3, 3.1, 5, 64, 200].map(
    (zoom) => levelFor(PICTURE, zoom, 0.2).scale,
  );
  assert.equal(scales, [0.05, 0.2, 0.2, 0.25, 0.5, 0.5, 1, 1, 2, 3, 4, 6, 64, 64]);
  assert.equal(levelOf({ width: 71, height: 50 }, 0.5), { scale: 0.5, width: 36, height: 25 });
});

test('tiles cover what is seen, the nearest first, and share their edges on the screen', () => {
  const level = levelOf(PICTURE, 1);
  const view = { x: 2100, y: 1490, zoom: 0.77 };
  const placement = placementOf(view, PICTURE, SCREEN);
  const seen = seenOfLevel(level, placement, SCREEN);
  const tiles = tilesOf(level, seen);
  assert.equal(tiles.length, new Set(tiles.map(({ x, y }) => `${x} ${y}`)).size);
  assert.ok(Math.hypot((tiles[0]?.x as number) + 128 - view.x, (tiles[0]?.y as number) + 128 - view.y) < 182);
  const covered = new Uint8Array(SCREEN.width * SCREEN.height);
  for (const tile of tiles) {
    const { x, y, width, height } = tilePlacement(tile, level, placement);
    for (let row = Math.max(y, 0); row < Math.min(y + height, SCREEN.height); row++) {
      for (let column = Math.max(x, 0); column < Math.min(x + width, SCREEN.width); column++)
        covered[row * SCREEN.width + column] = (covered[row * SCREEN.width + column] as number) + 1;
    }
  }
  assert.ok(
    covered.every((times) => times === 1),
    'each pixel once: no hole, no seam',
  );
});

test('the last tiles end with the picture', () => {
  const level = levelOf({ width: 300, height: 100 }, 1);
  const tiles = tilesOf(level, { x: -50, y: -50, width: 300, height: 1000 });
  assert.equal(
    tiles.map(({ x, width, height }) => [x, width, height]),
    [[0, TILE_SIDE, 100]],
    'the second is not seen',
  );
  const [last] = tilesOf(level, { x: 256, y: 0, width: 1000, height: 100 });
  assert.equal(last, { x: TILE_SIDE, y: 0, width: 44, height: 100 });
});

test('coarse levels are made ahead, the coarsest first, each tile once', () => {
  const ahead = new TilesAhead(PICTURE);
  const there = new Set<string>();
  const scales: number[] = [];
  for (
    let next = ahead.next(0.2, (key) => there.has(key));
    next;
    next = ahead.next(0.2, (key) => there.has(key))
  ) {
    scales.push(next.level.scale);
    for (const tile of next.tiles) there.add(tileKey(next.level, tile));
  }
  assert.equal(scales, [0.2, 0.25, 0.5]);
  assert.is(there.size, 4 * 3 + 4 * 3 + 8 * 6);
  assert.is(
    ahead.next(0.2, () => false),
    null,
    'though the cache has dropped them',
  );
  assert.is(
    new TilesAhead(PICTURE).next(0.8, () => false),
    null,
    'finer ones are quick',
  );
});

test('the cache closes what was seen least recently, and never what is seen', () => {
  const closed: number[] = [];
  const level = levelOf(PICTURE, 1);
  const tile = (x: number) => {
    const bitmap = { close: () => closed.push(x) } as unknown as ImageBitmap;
    return { level, bitmap, x, y: 0, width: 10, height: 10 };
  };
  const cache = new TileCache(1200);
  cache.beginFrame();
  for (const x of [0, 1, 2, 3]) cache.add(tile(x));
  assert.equal([closed, cache.bytes], [[], 1600], 'all are of this frame');
  cache.beginFrame();
  cache.show('1/0/0');
  cache.add(tile(4));
  assert.equal([closed, cache.bytes], [[1, 2], 1200]);
  cache.clear();
  assert.equal([closed, cache.bytes], [[1, 2, 3, 0, 4], 0]);
});

test('of a picture that another hides no more tiles are kept than of one that is seen', async () => {
  let open = 0;
  const bitmapOf = () => {
    open++;
    return { close: () => open-- } as unknown as ImageBitmap;
  };
  const picture = { ...PICTURE, toBitmap: async () => bitmapOf() } as unknown as OpenPicture;
  const layer = new TiledLayer(picture, bitmapOf(), {
    onTile: () => {},
    onError: () => assert.unreachable(),
  });
  for (let x = 0; x < 1200; x += 16) {
    const view = { x, y: 300, zoom: 64 };
    const scene = { screen: SCREEN, placement: placementOf(view, PICTURE, SCREEN), fitWidth: 800 };
    while (!layer.prepare(scene, false)) await new Promise(setImmediate);
  }
  // 128 MiB of tiles of 256 KiB, four that are on their way, and the overview.
  assert.ok(open > 500 && open <= 512 + 4 + 1, `${open} bitmaps`);
});

test('a tap flips for good, a look as long as it is held', () => {
  const flip = new Flip();
  flip.press(0);
  flip.release(100);
  assert.ok(flip.isFlipped);
  flip.press(1000);
  assert.not(flip.isFlipped);
  flip.release(2000);
  assert.ok(flip.isFlipped);
});

test('zoom in words says where the end is', () => {
  assert.equal(
    [0.2, 0.3333, 100, 256].map((zoom) => describeZoom(zoom, 0.2)),
    [
      'Whole picture, 20 %',
      'Zoom 33.3 %',
      'Zoom 10000 %, without more detail',
      'Zoom 25600 %, the closest there is',
    ],
  );
});

test('the entry can be imported where there is no DOM', async () => {
  const { LoecViewerElement } = await import('../../src/viewer.ts');
  assert.type(LoecViewerElement, 'function');
});

test.run();
