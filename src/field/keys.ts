/** @file Keys' cubic kernel with a = −1/2 (Keys 1981): what the four pixels around a position along an axis weigh. */

/** Of a position `t` past the second of them, 0 ≤ t < 1. */
export function keysWeights(t: number): number[] {
  return [
    t * (-0.5 + t * (1 - 0.5 * t)),
    1 + t * t * (-2.5 + 1.5 * t),
    t * (0.5 + t * (2 - 1.5 * t)),
    t * t * (-0.5 + 0.5 * t),
  ];
}

/** Their derivatives. */
export function keysSlopes(t: number): number[] {
  return [-0.5 + t * (2 - 1.5 * t), t * (-5 + 4.5 * t), 0.5 + t * (4 - 4.5 * t), t * (-1 + 1.5 * t)];
}
