/**
 * @file What latents cost under the context model's foresight: Laplace masses of unit intervals. With d = |q − μ| and
 * e₁ = exp(−|d − ½|/b), e₂ = exp(−(d + ½)/b), the mass is (e₁ − e₂)/2 where d ≥ ½ and 1 − (e₁ + e₂)/2 below.
 */

import { LOG_SCALE_MAX, LOG_SCALE_MIN, LOG_SCALE_SHIFT, MIN_MASS } from '../constants';
import { exp, firstLanes, log2 } from '../../wasm/kernels/math';

const FLOATS = memory.data<f32>([
  0.5, 1.0,
  <f32>LOG_SCALE_SHIFT, <f32>LOG_SCALE_MIN, <f32>LOG_SCALE_MAX,
  <f32>MIN_MASS,
  // exponentials below this are taken as 0
  1e-15,
]);
const SIGN = memory.data<u32>([0x80000000]);

const INVERSE_LN2: f32 = 1.4426950408889634;

function constant(index: usize): v128 {
  return v128.load_splat<f32>(FLOATS + 4 * index);
}

/** log b without its bounds. */
function rawLogScale(scale: v128): v128 {
  return f32x4.sub(scale, constant(2));
}

function bounded(logScale: v128): v128 {
  return f32x4.pmin(f32x4.pmax(logScale, constant(3)), constant(4));
}

function negated(x: v128): v128 {
  return v128.xor(x, v128.load_splat<u32>(SIGN));
}

/** x where `near` is all zeros, −x where it is all ones. */
function negatedWhere(near: v128, x: v128): v128 {
  return v128.xor(x, v128.and(near, v128.load_splat<u32>(SIGN)));
}

/**
 * The bits of a run of latents.
 * @param means, scales planes of μ and of the network's second output
 * @param values of the latents; all planes hold `count` floats, rounded up to a multiple of 4
 */
export function laplaceBits(means: usize, scales: usize, values: usize, count: u32): f32 {
  let sum = f32x4.splat(0);
  for (let left = <i32>count; left > 0; left -= 4, means += 16, scales += 16, values += 16) {
    const inverse = exp(negated(bounded(rawLogScale(v128.load(scales)))));
    const d = f32x4.abs(f32x4.sub(v128.load(values), v128.load(means)));
    const inner = f32x4.sub(d, constant(0));
    const near = f32x4.lt(d, constant(0));
    const e1 = negatedWhere(near, exp(negated(f32x4.mul(f32x4.abs(inner), inverse))));
    const e2 = exp(negated(f32x4.mul(f32x4.add(d, constant(0)), inverse)));
    const mass = massOf(near, e1, e2);
    sum = f32x4.sub(sum, v128.and(log2(f32x4.pmax(mass, constant(5))), firstLanes(left)));
  }
  return lanesSum(sum);
}

/** @param e1 negated where the latent is near */
function massOf(near: v128, e1: v128, e2: v128): v128 {
  return f32x4.add(v128.and(near, constant(1)), f32x4.mul(constant(0), f32x4.sub(e1, e2)));
}

/**
 * 0 for what no loss would notice: times the cost of a bit it might leave the normal numbers, and arithmetic on such
 * deltas is many times slower.
 */
function withoutTraces(e: v128): v128 {
  return v128.and(e, f32x4.gt(e, constant(6)));
}

function lanesSum(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3);
}

/**
 * As `laplaceBits`, and replaces means and scales by the loss' gradient at them, with zeros beyond the last
 * latent up to a multiple of 8.
 * @param gradient at the latents: theirs is added
 * @param cost what a bit adds to the loss
 */
export function laplaceGradient(
  means: usize, scales: usize, values: usize, gradient: usize, count: u32, cost: f32,
): f32 {
  const slope = f32x4.splat(-INVERSE_LN2 * cost);
  let sum = f32x4.splat(0);
  let left = <i32>count;
  for (const end = means + 4 * <usize>((count + 7) & ~7); means < end; means += 16) {
    const raw = rawLogScale(v128.load(scales));
    const logScale = bounded(raw);
    const inverse = exp(negated(logScale));
    const difference = f32x4.sub(v128.load(values), v128.load(means));
    const d = f32x4.abs(difference);
    const near = f32x4.lt(d, constant(0));
    const a1 = f32x4.mul(f32x4.abs(f32x4.sub(d, constant(0))), inverse);
    const a2 = f32x4.mul(f32x4.add(d, constant(0)), inverse);
    const e1 = withoutTraces(exp(negated(a1))), e2 = withoutTraces(exp(negated(a2)));
    const signed = negatedWhere(near, e1);
    const mass = massOf(near, signed, e2);
    const counted = f32x4.pmax(mass, constant(5));
    const mask = firstLanes(left);
    sum = f32x4.sub(sum, v128.and(log2(counted), mask));
    // d(cost · bits)/d(mass) / 2
    const half = f32x4.mul(constant(0), f32x4.div(slope, counted));
    const open = v128.and(v128.and(half, f32x4.gt(mass, constant(5))), mask);
    const atMean = negatedWhere(difference, f32x4.mul(f32x4.mul(open, inverse), f32x4.sub(e1, e2)));
    const atScale = f32x4.mul(open, f32x4.sub(f32x4.mul(signed, a1), f32x4.mul(e2, a2)));
    v128.store(means, atMean);
    v128.store(scales, v128.and(atScale, f32x4.eq(raw, logScale)));
    v128.store(gradient, f32x4.sub(v128.load(gradient), atMean));
    left -= 4;
    scales += 16;
    values += 16;
    gradient += 16;
  }
  return lanesSum(sum);
}
