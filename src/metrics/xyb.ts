/**
 * @file A picture as planes of linear light and in XYB, the colour space of JPEG XL (ISO/IEC 18181-1, annex L): cube roots of
 * what the three kinds of cones of the eye absorb, as X (red against green), Y (lightness) and B (blue).
 */

import { hasAlpha, type Picture, peakOf, type Size } from '../image/raster.ts';

/** Three planes, each [height, width]: red, green and blue, or X, Y and B. */
export interface ColourPlanes extends Size {
  readonly planes: readonly [Float32Array, Float32Array, Float32Array];
}

/** Samples of 8 bits are steps of 257 of this scale. */
const LEVELS = 65536;

/**
 * Red, green and blue in linear light, 0 … 1. Samples are taken as sRGB, whatever the colour chunks say; grey is R = G = B.
 * @param background what is behind the picture where alpha lets it through: a grey, 0 … 1, as a share of the peak. Mixed are
 * samples, not light, as viewers do.
 */
export function linearLight(picture: Picture, background: number): ColourPlanes {
  const { width, height, channels } = picture;
  const isGrey = channels < 3;
  const plane = (channel: number): Float32Array => linearPlane(picture, channel, background);
  const red = plane(0);
  return { width, height, planes: [red, isGrey ? red.slice() : plane(1), isGrey ? red.slice() : plane(2)] };
}

function linearPlane(
  { width, height, channels, depth, data }: Picture,
  channel: number,
  background: number,
): Float32Array {
  const table = linearTable();
  const peak = peakOf(depth);
  const step = (LEVELS - 1) / peak;
  const alpha = hasAlpha({ channels }) ? channels - 1 : undefined;
  const behind = background * (LEVELS - 1);
  const plane = new Float32Array(width * height);
  for (let pixel = 0, at = 0; pixel < plane.length; pixel++, at += channels) {
    let level = (data[at + channel] as number) * step;
    if (alpha !== undefined) level = behind + ((level - behind) * (data[at + alpha] as number)) / peak;
    plane[pixel] = table[Math.floor(level + 0.5)] as number;
  }
  return plane;
}

let table: Float32Array | undefined;

/** The light of each level: the inverse of sRGB's transfer function, IEC 61966-2-1. Made once: an encode scores many pictures. */
function linearTable(): Float32Array {
  table ??= Float32Array.from({ length: LEVELS }, (_, level) => {
    const value = level / (LEVELS - 1);
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return table;
}

/** Means of blocks of 2×2; the last column or row of an odd size is its own neighbour. */
export function halved({ width, height, planes: [first, second, third] }: ColourPlanes): ColourPlanes {
  const size = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const halve = (plane: Float32Array): Float32Array => halvedPlane(plane, width, height, size);
  return { ...size, planes: [halve(first), halve(second), halve(third)] };
}

function halvedPlane(plane: Float32Array, width: number, height: number, half: Size): Float32Array {
  const means = new Float32Array(half.width * half.height);
  for (let y = 0, to = 0; y < half.height; y++) {
    const upper = 2 * y * width;
    const lower = Math.min(2 * y + 1, height - 1) * width;
    for (let x = 0; x < half.width; x++, to++) {
      const left = 2 * x;
      const right = Math.min(left + 1, width - 1);
      const above = (plane[upper + left] as number) + (plane[upper + right] as number);
      means[to] = (above + (plane[lower + left] as number) + (plane[lower + right] as number)) / 4;
    }
  }
  return means;
}

/** Shares of green are what red and blue leave of 1: libjxl, lib/jxl/cms/opsin_params.h. */
const LONG = { red: 0.3, blue: 0.078 };
const MEDIUM = { red: 0.23, blue: 0.078 };
const SHORT = { red: 0.24342268924547819, green: 0.20476744424496821 };
const BIAS = 0.0037930732552754493;

/**
 * Puts XYB in the place of linear light, moved and stretched as SSIMULACRA2 has it: 14·X + 0.42, Y + 0.01 and B − Y + 0.55, all
 * within 0 … 1 for colours of sRGB.
 */
export function turnIntoXyb({ planes: [first, second, third] }: ColourPlanes): void {
  const root = Math.cbrt(BIAS);
  for (let i = 0; i < first.length; i++) {
    const red = first[i] as number;
    const green = second[i] as number;
    const blue = third[i] as number;
    const long = Math.cbrt(green + LONG.red * (red - green) + LONG.blue * (blue - green) + BIAS) - root;
    const medium = Math.cbrt(green + MEDIUM.red * (red - green) + MEDIUM.blue * (blue - green) + BIAS) - root;
    const short = Math.cbrt(blue + SHORT.red * (red - blue) + SHORT.green * (green - blue) + BIAS) - root;
    const y = (long + medium) / 2;
    first[i] = 7 * (long - medium) + 0.42;
    second[i] = y + 0.01;
    third[i] = short - y + 0.55;
  }
}
