/** @file Colours that nobody sees: those of pixels whose alpha is 0. */

import { hasAlpha, type Raster } from './raster.ts';

/** The picture with all samples of its transparent pixels 0; the same raster where there is nothing to do. */
export function withoutHiddenColour(raster: Raster): Raster {
  const { channels, data } = raster;
  if (!hasAlpha(raster)) return raster;
  let cleared: Raster['data'] | null = null;
  for (let alphaAt = channels - 1; alphaAt < data.length; alphaAt += channels) {
    if (data[alphaAt] !== 0) continue;
    for (let at = alphaAt - channels + 1; at < alphaAt; at++) {
      if (data[at] === 0) continue;
      cleared ??= data.slice();
      cleared[at] = 0;
    }
  }
  return cleared ? { ...raster, data: cleared } : raster;
}
