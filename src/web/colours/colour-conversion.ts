/** @file Colours of a picture in those of a canvas: by its curves to light, by a matrix to the canvas' primaries, and by its curve to levels. */

import type { Curve } from '../../image/icc/curve.ts';
import { SRGB } from '../../image/icc/known.ts';
import { type Colours, colourDifference, curveDifference, levelOf, SAME } from '../../image/icc/levels.ts';
import { byRows, inverse, product } from '../../image/icc/matrices.ts';
import { type Chunk, hasAlpha, peakOf, type Raster } from '../../image/raster.ts';
import type { CanvasColorSpace } from './canvas.ts';
import type { Converter } from './converter.ts';
import { CANVAS_COLOURS, coloursOf } from './picture-colours.ts';

/** Steps of the table from light to levels: at black, where its curve is steepest, 0.2 levels each. */
const LIGHTS = 2 ** 14;

type Format = Pick<Raster, 'channels' | 'depth' | 'colour'>;

/** By the chunks of an open picture: tiles of it have the same ones, and a table takes longer than a tile. */
const known = new WeakMap<readonly Chunk[], Map<CanvasColorSpace, Converter | null>>();

/** @param format of a picture, whose chunks belong to no other format @returns as {@link converterTo} */
export function knownConverterTo(target: CanvasColorSpace, format: Format): Converter | null {
  const converters = known.get(format.colour) ?? new Map<CanvasColorSpace, Converter | null>();
  known.set(format.colour, converters);
  const found = converters.get(target);
  if (found !== undefined) return found;
  const made = converterTo(target, format);
  converters.set(target, made);
  return made;
}

/** @returns null where the samples are the canvas' as they are, but for what 8 bits can't tell */
export function converterTo(target: CanvasColorSpace, format: Format): Converter | null {
  const { curves, colorants } = coloursOf(format.colour);
  const [curve] = curves as [Curve];
  const canvas = CANVAS_COLOURS[target];
  if (format.channels < 3) {
    // Grey is on the axis between black and white, which all spaces share.
    return curveDifference(curve, canvas.curves[0] as Curve) <= SAME ? null : greyConverter(curve, format);
  }
  // A profile of grey says nothing of primaries.
  const own =
    colorants.length > 0 ? { curves, colorants } : { curves: [curve, curve, curve], colorants: SRGB };
  return colourDifference(own, canvas) <= SAME ? null : colourConverter(own, canvas, format);
}

function greyConverter(curve: Curve, format: Format): Converter {
  const { channels, depth } = format;
  const peak = peakOf(depth);
  const levels = Uint8Array.from({ length: peak + 1 }, (_, i) => Math.round(levelOf(curve.at(i / peak))));
  const isOpaque = !hasAlpha(format);
  return (samples, pixels, from, to) => {
    for (let i = from; i < to; i++) {
      pixels.fill(levels[samples[i * channels] as number] as number, 4 * i, 4 * i + 3);
      pixels[4 * i + 3] = isOpaque ? 255 : ((samples[i * channels + 1] as number) * 255) / peak;
    }
  };
}

function colourConverter(own: Colours, canvas: Colours, format: Format): Converter {
  const { channels, depth } = format;
  const peak = peakOf(depth);
  const [red, green, blue] = own.curves.map(({ at }) =>
    Float32Array.from({ length: peak + 1 }, (_, i) => at(i / peak)),
  ) as [Float32Array, Float32Array, Float32Array];
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = product(
    inverse(byRows(canvas.colorants)),
    byRows(own.colorants),
  );
  const levels = Uint8Array.from({ length: LIGHTS + 1 }, (_, i) => Math.round(levelOf(i / LIGHTS)));
  const levelAt = (light: number): number =>
    levels[light <= 0 ? 0 : light >= 1 ? LIGHTS : (light * LIGHTS + 0.5) | 0] as number;
  const isOpaque = !hasAlpha(format);
  return (samples, pixels, from, to) => {
    for (let i = from; i < to; i++) {
      const at = i * channels;
      const r = red[samples[at] as number] as number;
      const g = green[samples[at + 1] as number] as number;
      const b = blue[samples[at + 2] as number] as number;
      pixels[4 * i] = levelAt(rr * r + rg * g + rb * b);
      pixels[4 * i + 1] = levelAt(gr * r + gg * g + gb * b);
      pixels[4 * i + 2] = levelAt(br * r + bg * g + bb * b);
      pixels[4 * i + 3] = isOpaque ? 255 : ((samples[at + 3] as number) * 255) / peak;
    }
  };
}
