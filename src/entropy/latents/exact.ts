/**
 * @file e^x and ln x from additions, multiplications and divisions of float64, which round alike on every machine; Math.exp and
 * Math.log need not. Relative errors are below 10⁻¹² where the tables need them.
 */

/** e^x for |x| up to 100: Taylor's series at x/2ⁿ, squared n times. */
export function exponential(x: number): number {
  let squarings = 0;
  for (; Math.abs(x) > 1 / 8; squarings++) x /= 2;
  let sum = 1;
  for (let k = 12; k > 0; k--) sum = 1 + (sum * x) / k;
  for (; squarings > 0; squarings--) sum *= sum;
  return sum;
}

/** ln x for x > 0: 2·artanh((m − 1)/(m + 1)) of the mantissa m. */
export function logarithm(x: number): number {
  let exponent = 0;
  for (; x > 1.5; exponent++) x /= 2;
  for (; x < 0.75; exponent--) x *= 2;
  const z = (x - 1) / (x + 1);
  let sum = 0;
  for (let k = 33; k > 0; k -= 2) sum = sum * z * z + 2 / k;
  return exponent * Math.LN2 + z * sum;
}
