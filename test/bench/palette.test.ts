/** @file Colours of the report: seen on their grounds, and told apart with any colour vision. */

import { pageColours } from '../../src/bench/report/palette.ts';
import { assert, suite } from '../harness.ts';

const test = suite('bench palette');

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/** How people see linear RGB: all of them, and those without one kind of cones (Machado, Oliveira and Fernandes 2009, severity 1). */
const VISIONS: readonly Matrix[] = [
  [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
];

/** From linear RGB to XYZ over the white of sRGB, IEC 61966-2-1. */
const TO_XYZ: Matrix = [
  [0.4339, 0.3762, 0.1899],
  [0.2126, 0.7152, 0.0722],
  [0.0177, 0.1095, 0.8728],
];

const apply = (matrix: Matrix, [a, b, c]: Triple): Triple =>
  matrix.map(([x, y, z]) => x * a + y * b + z * c) as unknown as Triple;

function linear(colour: string): Triple {
  return [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;
}

function lab(rgb: Triple): Triple {
  const cube = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const [x, y, z] = apply(TO_XYZ, rgb).map((t) => cube(Math.max(t, 0))) as unknown as Triple;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [a, b].map((colour) => apply(TO_XYZ, linear(colour))[1]).sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** The least distance in CIELAB over all visions. */
function distance(a: string, b: string): number {
  const distances = VISIONS.map((vision) => {
    const [p, q] = [a, b].map((colour) => lab(apply(vision, linear(colour)))) as [Triple, Triple];
    return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
  });
  return Math.min(...distances);
}

for (const scheme of ['light', 'dark'] as const) {
  const { ground = '', tint = '', ...colours } = pageColours(scheme);

  test(`${scheme}: a contrast of 3 for curves and of 4.5 for text, as WCAG 2.2 asks`, () => {
    for (const [name, colour] of Object.entries(colours)) {
      const least = name.startsWith('curve') ? 3 : name === 'line' ? 1 : 4.5;
      for (const behind of [ground, tint]) {
        assert.ok(contrast(colour, behind) >= least, `${name}: ${contrast(colour, behind)}`);
      }
    }
  });

  test(`${scheme}: curves are told apart by people with any colour vision`, () => {
    const curves = Array.from({ length: 8 }, (_, i) => colours[`curve-${i}`] ?? '');
    for (const [i, a] of curves.entries()) {
      for (const [j, b] of curves.slice(0, i).entries()) {
        const least = i < 5 ? 25 : 18;
        assert.ok(distance(a, b) >= least, `${a} ${b}: ${distance(a, b)} between ${i} and ${j}`);
      }
    }
  });
}

test.run();
