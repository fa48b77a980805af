/**
 * @file Sine, exponential and logarithm with stated errors: WGSL bounds its own sine within ±π only, and its exponential by 3 + 2|x|
 * units in the last place. Coefficients are those of `src/wasm/kernels`.
 */

/** WGSL: `sineAndCosine(u)` of a float or of vectors of type `T`, an error below 2e-7 for |u| ≤ 256. */
export const sine = (T: string): string => /* wgsl */ `
struct SineAndCosine { sine: ${T}, cosine: ${T} }
fn sineAndCosine(u: ${T}) -> SineAndCosine {
  let n = round(u * 0.31830987334251404);
  let r = fma(n, ${T}(-0.0009676535846665502), fma(n, ${T}(-3.140625), u));
  let t = r * r;
  let s = fma(t * r, fma(fma(fma(${T}(2.598822447907878e-6), t, ${T}(-0.00019806028285529464)), t, ${T}(0.008333008736371994)), t, ${T}(-0.16666656732559204)), r);
  let c = fma(fma(fma(fma(${T}(2.3189033527160063e-5), t, ${T}(-0.0013855708530172706)), t, ${T}(0.041663963347673416)), t, ${T}(-0.4999993145465851)), t, ${T}(1.0));
  let sign = 1.0 - 2.0 * abs(n - 2.0 * trunc(0.5 * n));
  return SineAndCosine(s * sign, c * sign);
}
`;

/** WGSL: `exponential(x)`, a relative error below 2e-7; x beyond −87 … 88 is taken as the nearer of these. */
export const EXPONENTIAL = /* wgsl */ `
fn exponential(x: f32) -> f32 {
  let u = clamp(x, -87.0, 88.0);
  let n = round(u * 1.4426950216293335);
  let r = fma(n, 0.00021219444170128554, fma(n, -0.693359375, u));
  let p = fma(fma(fma(fma(0.0013814540579915047, r, 0.00836874544620514), r, 0.04166838899254799), r, 0.1666652113199234), r, 0.4999999403953552);
  return bitcast<f32>(bitcast<i32>(fma(r * r, p, r + 1.0)) + (i32(n) << 23u));
}
`;

/** WGSL: `logarithm(x)` to base 2 of a normal number x > 0, an error below 2e-7 of its value or of 1, whichever is more. */
export const LOGARITHM = /* wgsl */ `
fn logarithm(x: f32) -> f32 {
  let bits = bitcast<i32>(x) - 0x3f3504f3;
  let e = f32(bits >> 23u);
  let m = bitcast<f32>((bits & 0x7fffff) + 0x3f3504f3);
  let s = (m - 1.0) / (m + 1.0);
  let z = s * s;
  return fma(s, fma(fma(fma(0.43173256516456604, z, 0.5767145752906799), z, 0.9617988467216492), z, 2.885390043258667), e);
}
`;
