/** @file What hands, wheels, keys and buttons do to the view. */

import type { Camera } from './camera.ts';
import type { Commands } from './keys.ts';
import { isSame } from './motion.ts';
import type { PointerActions } from './pointer-actions.ts';
import { MAX_ZOOM, minZoom, type Point } from './view.ts';

/** What an arrow key moves by, as a share of the screen's shorter side. */
const STEP = 1 / 8;

export function canZoom(camera: Camera, factor: number): boolean {
  const { end, picture, screen } = camera;
  return !isSame(end.zoom, factor > 1 ? MAX_ZOOM : minZoom(picture, screen));
}

export function pointerActionsOf(camera: Camera): PointerActions {
  return {
    hold: () => camera.stop(),
    pan: (by) => camera.pan(by),
    zoom: (factor, at, by) => camera.zoom(factor, at, by),
    release: (speed) => camera.release(speed),
    canZoom: (factor) => canZoom(camera, factor),
    doubleClick(at, isOut) {
      if (isOut || !canZoom(camera, 2)) camera.glideToFit();
      else camera.glideZoom(2, at);
    },
  };
}

export function commandsOf(camera: Camera): Omit<Commands, 'flip' | 'unflip'> {
  const zoomTo = (zoom: number, at?: Point) => camera.glideZoom(zoom / camera.end.zoom, at);
  return {
    move(right, down) {
      const step = STEP * Math.min(camera.screen.width, camera.screen.height);
      camera.glideBy({ x: -right * step, y: -down * step });
    },
    zoomIn: () => zoomTo(stepAbove(camera.end.zoom)),
    zoomOut: () => zoomTo(stepBelow(camera.end.zoom)),
    fit: () => camera.glideToFit(),
    isFit: () => camera.isFit,
    actualPixels: () => zoomTo(1),
  };
}

/** The next power of 2: there a pixel that was decoded is one of the screen. */
function stepAbove(zoom: number): number {
  return 2 ** Math.floor(Math.log2(zoom) + 1 + 1e-6);
}

function stepBelow(zoom: number): number {
  return 2 ** Math.ceil(Math.log2(zoom) - 1 - 1e-6);
}
