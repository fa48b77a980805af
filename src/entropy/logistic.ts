/**
 * @file The logistic function and its inverse in integers: the domain in which predictions are mixed (Mahoney 2005,
 * "Adaptive weighing of context models for lossless data compression"). A stretched value d stands for d/256.
 */

/** Stretched values lie within ±MAX_STRETCHED. */
export const MAX_STRETCHED = 12 * 256 - 1;

/** round(65536 / (1 + e^(−k/2))), k = 0 … 24. */
const KNOTS = [
  32768, 40793, 47911, 53581, 57724, 60565, 62428, 63615, 64357, 64816, 65097, 65269, 65374, 65438, 65476,
  65500, 65514, 65523, 65528, 65531, 65533, 65534, 65535, 65535, 65536,
];
const KNOT_SPACING = 128;

/** Probability of 65536 for a stretched value d ≥ 0, linear between the knots. */
function squashPositive(d: number): number {
  const knot = Math.floor(d / KNOT_SPACING);
  const low = KNOTS[knot] as number;
  const high = KNOTS[knot + 1] as number;
  return low + (((high - low) * (d % KNOT_SPACING)) >> 7);
}

const SQUASH = Uint16Array.from({ length: 2 * MAX_STRETCHED + 1 }, (_, i) => {
  const d = i - MAX_STRETCHED;
  const one = d < 0 ? 65536 - squashPositive(-d) : squashPositive(d);
  return Math.min(65535, Math.max(1, one));
});

/** Probability of a one, of 65536, 1 … 65535. @param stretched within ±MAX_STRETCHED */
export function squash(stretched: number): number {
  return SQUASH[stretched + MAX_STRETCHED] as number;
}

/** The inverse at 12 bits: the least stretched value whose probability reaches 16·i. */
const STRETCH = new Int16Array(4096);
for (let i = 0, stretched = -MAX_STRETCHED; i < STRETCH.length; i++) {
  while (stretched < MAX_STRETCHED && squash(stretched) < 16 * i + 8) stretched++;
  STRETCH[i] = stretched;
}

/** The stretched value of a probability of 65536. */
export function stretch(probability: number): number {
  return STRETCH[probability >> 4] as number;
}
