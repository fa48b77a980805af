/** @file A palette for averaging: colours times opacity, and back. */

import { colourCount, type Palette } from '../../image/palette.ts';
import { allocateSamples, type BitDepth, hasAlpha, peakOf } from '../../image/raster.ts';

/** [colours, channels]: samples, those of colour times alpha. */
export function premultipliedColours(palette: Palette, depth: BitDepth): Float64Array {
  const { samples, channels } = palette;
  const colours = Float64Array.from(samples);
  if (!hasAlpha({ channels })) return colours;
  for (let i = 0; i < colourCount(palette); i++) {
    const opacity = (samples[i * channels + channels - 1] as number) / peakOf(depth);
    for (let at = i * channels; at < (i + 1) * channels - 1; at++)
      colours[at] = (colours[at] as number) * opacity;
  }
  return colours;
}

/** From means of premultiplied colours to the nearest samples, ties upwards: [pixels, channels]. */
export function straightSamples(
  values: Float32Array,
  channels: number,
  depth: BitDepth,
): Uint8Array | Uint16Array {
  const peak = peakOf(depth);
  const samples = allocateSamples(depth, values.length);
  for (let first = 0; first < values.length; first += channels) {
    const alpha = hasAlpha({ channels }) ? (values[first + channels - 1] as number) : peak;
    for (let at = first; at < first + channels; at++) {
      const isColour = at < first + channels - 1 || !hasAlpha({ channels });
      const factor = !isColour ? 1 : alpha > 0 ? peak / alpha : 0;
      const value = (values[at] as number) * factor;
      samples[at] = Math.min(peak, Math.max(0, Math.floor(value + 0.5)));
    }
  }
  return samples;
}
