/** @file The pictures of the corpus as functions of the position: 0 … 1 per channel. */

import { textCovers } from './font.ts';
import { fractal, mix } from './noise.ts';

export interface Scene {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly depth: 8 | 16;
  /** Channels at a position in pixels. */
  readonly paint: (x: number, y: number) => readonly number[];
}

type Colour = readonly [number, number, number];

const blend = (a: Colour, b: Colour, t: number): Colour => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
];
const clamp = (t: number): number => Math.min(1, Math.max(0, t));

const HORIZON = 74;

function sky(x: number, y: number): Colour {
  const gradient = blend([0.2, 0.36, 0.62], [0.98, 0.74, 0.5], clamp(y / HORIZON) ** 1.6);
  const sun = Math.hypot(x - 138, y - 56);
  const glow = blend(gradient, [1, 0.86, 0.6], 0.8 * Math.exp(-sun / 22));
  const cloud = clamp((fractal(x / 46, y / 13, 4, 7) - 0.5) * 3) * clamp(1.1 - y / HORIZON);
  return sun < 7 ? [1, 0.95, 0.8] : blend(glow, [0.99, 0.9, 0.86], 0.7 * cloud);
}

/** Two ranges of hills, the nearer one darker and rougher. */
function hills(x: number, y: number): Colour | null {
  const near = HORIZON - 22 * fractal(x / 40, 3, 5, 21) * clamp(1.15 - x / 150);
  if (y > near) {
    const grain = fractal(x / 3, y / 3, 3, 5);
    return blend([0.1, 0.2, 0.13], [0.36, 0.42, 0.2], clamp(grain * 1.3 - (y - near) / 60));
  }
  const far = HORIZON - 8 - 24 * fractal(x / 60, 9, 4, 33);
  return y > far ? blend([0.42, 0.44, 0.58], [0.7, 0.6, 0.6], clamp((y - far) / 26)) : null;
}

/** A house on the left shore, with a lit door and window. */
function house(x: number, y: number): Colour | null {
  const inside = (x0: number, y0: number, x1: number, y1: number): boolean =>
    x >= x0 && x < x1 && y >= y0 && y < y1;
  if (inside(32, 60, 37, 67) || inside(22, 62, 28, 74)) return [1, 0.85, 0.45];
  if (inside(18, 56, 42, 74))
    return blend([0.78, 0.76, 0.72], [0.6, 0.56, 0.54], fractal(x / 2, y / 1.2, 2, 3));
  const roof = y >= 44 && y < 56 && Math.abs(x - 30) < (y - 42) * 1.15;
  return roof ? blend([0.55, 0.2, 0.15], [0.4, 0.14, 0.12], Math.floor(y / 2) % 2) : null;
}

/** A sailing boat with the codec's name on its hull. */
function boat(x: number, y: number): Colour | null {
  if (textCovers('LOEC', x - 99, y - 88)) return [0.97, 0.95, 0.9];
  if (y >= 86 && y < 97 && x >= 90 + (y - 86) && x < 132 - (y - 86) * 0.6) return [0.62, 0.12, 0.14];
  if (x >= 110 && x < 111.5 && y >= 36 && y < 86) return [0.25, 0.17, 0.12];
  if (y < 82 && y > 40 && x >= 112 && x < 112 + (y - 40) * 0.46) {
    return blend([0.98, 0.97, 0.94], [0.78, 0.8, 0.86], (x - 112) / 20);
  }
  return y < 82 && y > 46 && x < 109 && x >= 109 - (y - 46) * 0.38 ? [0.9, 0.88, 0.84] : null;
}

const land = (x: number, y: number): Colour => house(x, y) ?? hills(x, y) ?? sky(x, y);

/** The land upside down, broken by waves that grow towards the viewer. */
function water(x: number, y: number): Colour {
  const depth = (y - HORIZON) / (128 - HORIZON);
  const wave = (fractal(x / 9, y / 1.6, 3, 11) - 0.5) * (2 + 16 * depth);
  const mirrored = 2 * HORIZON - y + wave;
  const reflection = boat(x + wave * 0.4, 194 - y + wave) ?? land(x + wave * 0.4, Math.max(0, mirrored));
  return blend(reflection, [0.1, 0.22, 0.32], 0.3 + 0.35 * depth);
}

function harbour(x: number, y: number): Colour {
  return boat(x, y) ?? (y < HORIZON ? land(x, y) : water(x, y));
}

/** Veined marble beside wood grain, with a hard seam. */
function marble(x: number, y: number): Colour {
  if (x + 0.35 * y > 118) {
    const ring = Math.sin((x * 0.9 + 6 * fractal(x / 30, y / 90, 3, 2)) * 1.1);
    return blend([0.45, 0.27, 0.14], [0.72, 0.5, 0.3], 0.5 + 0.5 * ring * fractal(x / 2, y / 20, 3, 8));
  }
  const warp = 4 * fractal(x / 30, y / 30, 5, 1);
  const vein = Math.abs(Math.sin((x + y) / 17 + 2.6 * warp)) ** 0.6;
  return blend([0.28, 0.3, 0.36], [0.93, 0.92, 0.9], vein);
}

/** A cratered moon, lit from the upper left. */
function moon(x: number, y: number): number[] {
  const [u, v] = [(x - 64) / 54, (y - 64) / 54];
  const square = u * u + v * v;
  if (square > 1) return [0.015 + 0.02 * fractal(x / 20, y / 20, 2, 4)];
  const slopeX = fractal((x + 1) / 11, y / 11, 5, 6) - fractal((x - 1) / 11, y / 11, 5, 6);
  const slopeY = fractal(x / 11, (y + 1) / 11, 5, 6) - fractal(x / 11, (y - 1) / 11, 5, 6);
  const light = -0.5 * (u + 1.6 * slopeX) - 0.5 * (v + 1.6 * slopeY) + 0.7 * Math.sqrt(1 - square);
  return [clamp(0.03 + 0.9 * light * mix(0.7, 1.05, fractal(x / 22, y / 22, 3, 12)))];
}

/** A round badge with a soft edge, transparent around it. */
function badge(x: number, y: number): number[] {
  const radius = Math.hypot(x - 48, y - 48);
  const ring = Math.abs(radius - 38) < 3;
  const body = blend([0.1, 0.34, 0.62], [0.2, 0.7, 0.74], clamp((x + y) / 192));
  const colour: Colour = textCovers('LOEC', (x - 25) / 2, (y - 41) / 2) || ring ? [1, 0.97, 0.88] : body;
  return [...colour, clamp((46 - radius) / 3)];
}

export const SCENES: readonly Scene[] = [
  { name: 'harbour', width: 192, height: 128, channels: 3, depth: 8, paint: harbour },
  { name: 'marble', width: 160, height: 120, channels: 3, depth: 8, paint: marble },
  { name: 'moon', width: 128, height: 128, channels: 1, depth: 16, paint: moon },
  { name: 'badge', width: 96, height: 96, channels: 4, depth: 8, paint: badge },
];
