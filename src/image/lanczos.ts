/** @file The sinc function windowed by the central lobe of a sinc thrice as wide (Duchon 1979), the same bits on every machine. */

/** Samples to each side that it sees. */
export const LANCZOS_RADIUS = 3;

/** (−1)^j/(2j + 1)!, j = 0 … 7 */
const SERIES = [1];
for (let j = 1; j < 8; j++) SERIES[j] = (SERIES[j - 1] as number) / -((2 * j + 1) * (2 * j));

/**
 * sinc(d)·sinc(d/3) as 3s²(3 − 4s²)/(πd)², s = sin(πd/3), by the series of the sine, which is short of it by less than 10⁻¹¹.
 * @param distance 0 … 3 samples
 */
export function lanczos3(distance: number): number {
  if (distance === 0) return 1;
  const t = (Math.PI * Math.min(distance, LANCZOS_RADIUS - distance)) / LANCZOS_RADIUS;
  let sine = 0;
  for (let j = SERIES.length - 1; j >= 0; j--) sine = sine * t * t + (SERIES[j] as number);
  sine *= t;
  const square = sine * sine;
  const angle = Math.PI * distance;
  return (3 * square * (3 - 4 * square)) / (angle * angle);
}
