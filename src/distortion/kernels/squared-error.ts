/** @file The squared error of a row of samples, with its gradient, and how it changes with the errors. */

import { madd } from '../../wasm/kernels/vector';

function fourBytes(at: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load_zero<u32>(at)));
}

/**
 * errors = outputs − (samples · sampleScale − 1), deltas = errors · errorScale.
 * @param sampleBytes 1 or 2
 * @param count a multiple of 4
 * @returns the sum of the errors' squares
 */
export function measurePlane(
  outputs: usize, samples: usize, sampleBytes: usize, sampleScale: f32, errorScale: f32, deltas: usize, count: u32,
): f64 {
  const toValue = f32x4.splat(-sampleScale), one = f32x4.splat(1), toDelta = f32x4.splat(errorScale);
  let even = f64x2.splat(0), odd = even;
  for (const end = deltas + 4 * count; deltas < end; deltas += 16, outputs += 16, samples += 4 * sampleBytes) {
    const sample = f32x4.convert_i32x4_s(sampleBytes == 1 ? fourBytes(samples) : v128.load_ext<u16>(samples));
    const error = madd(sample, toValue, f32x4.add(v128.load(outputs), one));
    v128.store(deltas, f32x4.mul(error, toDelta));
    const a = f64x2.promote_low_f32x4(error), b = f64x2.promote_low_f32x4(v128.shuffle<i64>(error, error, 1, 0));
    even = f64x2.add(even, f64x2.mul(a, a));
    odd = f64x2.add(odd, f64x2.mul(b, b));
  }
  const sum = f64x2.add(even, odd);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Adds (e + δ)² − e² of a row's errors to four sums. @param bytes of the row, a multiple of 16 */
// @ts-ignore: decorator
@inline
export function squaresChange(changes: usize, errors: usize, bytes: usize, sum: v128): v128 {
  for (let at: usize = 0; at < bytes; at += 16) {
    const d = v128.load(changes + at), e = v128.load(errors + at);
    sum = madd(d, f32x4.add(f32x4.add(e, e), d), sum);
  }
  return sum;
}
