/** @file The sine of formats/loe.md, section 8, written from its text. */

const f = Math.fround;

const COEFFICIENTS = [
  2.598822447907878e-6, -0.00019806028285529464, 0.008333008736371994, -0.16666656732559204,
];

export function specifiedSine(u: number): number {
  const madd = (a: number, b: number, c: number): number => f(f(a * b) + c);
  const magic = 12582912;
  const shifted = madd(u, f(0.31830987334251404), magic);
  const n = f(shifted - magic);
  const r = madd(n, f(-0.0009676535846665502), madd(n, -3.140625, u));
  const t = f(r * r);
  const polynomial = COEFFICIENTS.map(f).reduce((sum, coefficient) => madd(sum, t, coefficient));
  const s = madd(f(t * r), polynomial, r);
  return n % 2 === 0 ? s : -s;
}
