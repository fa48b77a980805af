/**
 * @file From real-valued latents to what loss and rate see, and back: noisy rounding (C3, Kim et al. 2024) and the
 * latents' Adam. A band does the rows that it owns.
 *
 *     s(x) = ⌊x⌋ + ½ + k·(1 − 2u),   s′(x) = (4k/T)·e·u² = (k² − t²)/(kT)
 *
 * with e = exp(2(x − ⌊x⌋ − ½)/T), u = 1/(1 + e), k = 1/(2 tanh(1/(2T))) and t = s(x) − ⌊s(x)⌋ − ½. Slopes are worked out on the way
 * back, that of the second rounding from its result: to keep them would take a seventh of the fit's memory.
 */

import { madd } from '../../../../wasm/kernels/vector';
import { exp, firstLanes } from '../../../../wasm/kernels/math';
import { addPlane } from '../../../../wasm/kernels/planar';
import { LATENT_BETA1, LATENT_BETA2, LATENT_EPSILON } from '../../../constants';
import { LatentPlane, PyramidProblem } from './problem';

const FLOATS = memory.data<f32>([0.5, 1.0]);

/** Factors and seed of the hash, the mean of the noise's four 16-bit parts, the lanes. */
const INTEGERS = memory.data<u32>([0x7feb352d, 0x846ca68b, 0x9e3779b9, 131070, 0, 1, 2, 3]);

/** Moments are those of so many times the gradient, 2³². */
const SCALE: f64 = 4294967296;

/** β₁, 1 − β₁, β₂, 1 − β₂, the scale, ε times it, and what is nothing beside that. */
const ADAM = memory.data<f32>([
  <f32>LATENT_BETA1, <f32>(1 - LATENT_BETA1), <f32>LATENT_BETA2, <f32>(1 - LATENT_BETA2),
  <f32>SCALE, <f32>(SCALE * LATENT_EPSILON), 1e-30,
]);

/** Of the sum of four 16-bit numbers: its standard deviation is 65536/√3. */
const NOISE_SCALE: f32 = 1.7320508 / 65536;

/** Writes the values of the band's rows. */
export function quantizeBand(problem: PyramidProblem, band: u32): void {
  for (let index: u32 = 0; index < problem.planes; index++) {
    const plane = problem.plane(index);
    const part = problem.bandPlane(band, index);
    for (let row = part.first; row < part.last; row++) {
      if (problem.temperature > 0) softenRow(problem, plane, index, row);
      else roundRow(plane, row);
    }
  }
}

/** The nearest integers, halves upwards. */
function roundRow(plane: LatentPlane, row: u32): void {
  const half = v128.load_splat<f32>(FLOATS), one = v128.load_splat<f32>(FLOATS, 4);
  let latents = plane.latents + plane.pitch * row;
  let values = plane.values + plane.stride * row;
  for (let left = <i32>plane.width; left > 0; left -= 4, latents += 16, values += 16) {
    const x = v128.load(latents);
    const floor = f32x4.floor(x);
    // Not ⌊x + ½⌋, whose sum would round 0.49999997 up.
    const up = v128.and(f32x4.ge(f32x4.sub(x, floor), half), one);
    v128.store(values, v128.and(f32x4.add(floor, up), firstLanes(left)));
  }
}

/** s(s(x) + n) */
function softenRow(problem: PyramidProblem, plane: LatentPlane, index: u32, row: u32): void {
  const temperature = problem.temperature;
  const gain = twiceK(temperature);
  const steepness = f32x4.splat(2 / temperature), span = f32x4.splat(gain), middle = f32x4.splat(gain * 0.5 + 0.5);
  const noise = f32x4.splat(NOISE_SCALE * problem.sigma);
  const stream = i32x4.extract_lane(hash(i32x4.splat(problem.seed * 9781 + index * 977 + 12345)), 0);
  let latent = i32x4.add(v128.load(INTEGERS, 16), i32x4.splat(stream + plane.width * row));
  const four = i32x4.splat(4);
  let latents = plane.latents + plane.pitch * row;
  let values = plane.values + plane.stride * row;
  for (let left = <i32>plane.width; left > 0; left -= 4, latents += 16, values += 16) {
    const x = v128.load(latents);
    const y = madd(noiseAt(latent), noise, soften(x, steepness, span, middle));
    v128.store(values, v128.and(soften(y, steepness, span, middle), firstLanes(left)));
    latent = i32x4.add(latent, four);
  }
}

/** s(x). @param steepness 2/T @param span 2k @param middle ½ + k */
// @ts-ignore: decorator
@inline
function soften(x: v128, steepness: v128, span: v128, middle: v128): v128 {
  const half = v128.load_splat<f32>(FLOATS), one = v128.load_splat<f32>(FLOATS, 4);
  const floor = f32x4.floor(x);
  const e = exp(f32x4.mul(f32x4.sub(f32x4.sub(x, floor), half), steepness));
  const u = f32x4.div(one, f32x4.add(one, e));
  return f32x4.add(floor, f32x4.sub(middle, f32x4.mul(span, u)));
}

/** 2k = 1/tanh(1/(2T)) */
function twiceK(temperature: f32): f32 {
  const rest = f32x4.extract_lane(exp(f32x4.splat(-1 / temperature)), 0);
  return (<f32>1 + rest) / (<f32>1 - rest);
}

/** Gaussian noise before its scaling: four 16-bit numbers less their mean. */
function noiseAt(index: v128): v128 {
  const h = hash(index);
  const h2 = hash(v128.xor(h, v128.load_splat<u32>(INTEGERS, 8)));
  const sum = i32x4.add(i32x4.extadd_pairwise_i16x8_u(h), i32x4.extadd_pairwise_i16x8_u(h2));
  return f32x4.convert_i32x4_s(i32x4.sub(sum, v128.load_splat<u32>(INTEGERS, 12)));
}

function hash(v: v128): v128 {
  v = i32x4.mul(v128.xor(v, i32x4.shr_u(v, 16)), v128.load_splat<u32>(INTEGERS));
  v = i32x4.mul(v128.xor(v, i32x4.shr_u(v, 15)), v128.load_splat<u32>(INTEGERS, 4));
  return v128.xor(v, i32x4.shr_u(v, 16));
}

/** One Adam step of the latents of the band's rows. */
export function descendBand(problem: PyramidProblem, band: u32): void {
  for (let index: u32 = 0; index < problem.planes; index++) {
    const plane = problem.plane(index);
    const part = problem.bandPlane(band, index);
    for (let row = part.first; row < part.last; row++) {
      adamRow(problem, plane, row, gatherRow(problem, plane, index, row));
    }
  }
}

/** Gathers the gradients of the band's rows: the first band that touches a row has that of its latents then. */
export function gatherBand(problem: PyramidProblem, band: u32): void {
  for (let index: u32 = 0; index < problem.planes; index++) {
    const plane = problem.plane(index);
    const part = problem.bandPlane(band, index);
    for (let row = part.first; row < part.last; row++) gatherRow(problem, plane, index, row);
  }
}

/** @returns the address of the gradient of a row's latents */
function gatherRow(problem: PyramidProblem, plane: LatentPlane, index: u32, row: i32): usize {
  const gradient = sumRow(problem, plane, index, row);
  if (problem.temperature > 0) passRounding(problem, plane, row, gradient);
  return gradient;
}

/** Adds the bands' gradients of a row, in order, to the first band's. @returns the sum's address */
function sumRow(problem: PyramidProblem, plane: LatentPlane, index: u32, row: i32): usize {
  let sum: usize = 0;
  for (let band: u32 = 0; band < problem.bands; band++) {
    const part = problem.bandPlane(band, index);
    if (row < part.low || row >= part.high) continue;
    const gradient = part.gradient + plane.stride * <usize>(row - part.low);
    if (sum) addPlane(sum, gradient, (plane.width + 3) & ~3);
    else sum = gradient;
  }
  return sum;
}

/** From the gradient of values to that of latents: times s′(s(x) + n)·s′(x). */
function passRounding(problem: PyramidProblem, plane: LatentPlane, row: u32, gradient: usize): void {
  const half = v128.load_splat<f32>(FLOATS), one = v128.load_splat<f32>(FLOATS, 4);
  const temperature = problem.temperature;
  const gain = twiceK(temperature);
  const steepness = f32x4.splat(2 / temperature), squaredK = f32x4.splat(gain * gain * 0.25);
  // 4k/T · 1/(kT)
  const scale = f32x4.splat(4 / (temperature * temperature));
  let latents = plane.latents + plane.pitch * row;
  let values = plane.values + plane.stride * row;
  for (const end = latents + 4 * <usize>plane.width; latents < end; latents += 16, values += 16, gradient += 16) {
    const x = v128.load(latents), y = v128.load(values);
    const e = exp(f32x4.mul(f32x4.sub(f32x4.sub(x, f32x4.floor(x)), half), steepness));
    const u = f32x4.div(one, f32x4.add(one, e));
    const t = f32x4.sub(f32x4.sub(y, f32x4.floor(y)), half);
    const slope = f32x4.mul(f32x4.mul(f32x4.mul(e, u), u), f32x4.sub(squaredK, f32x4.mul(t, t)));
    v128.store(gradient, f32x4.mul(f32x4.mul(v128.load(gradient), scale), slope));
  }
}

/**
 * Adam (Kingma and Ba 2015) with ε outside the root. Moments are those of 2³² times the gradient and never vanish: they stay
 * within the normal numbers, below which arithmetic is coarse and many times slower.
 */
function adamRow(problem: PyramidProblem, plane: LatentPlane, row: u32, gradient: usize): void {
  const beta1 = adam(0), share1 = adam(1), beta2 = adam(2), share2 = adam(3);
  const scale = adam(4), epsilon = adam(5), trace = adam(6);
  const rate = f32x4.splat(problem.rate), correction = f32x4.splat(problem.secondCorrection);
  const first = plane.pitch * row;
  const last = first + 4 * <usize>plane.width;
  for (let at = first; at < last; at += 16, gradient += 16) {
    const g = f32x4.mul(v128.load(gradient), scale);
    const m = madd(beta1, v128.load(plane.firstMoments + at), madd(share1, g, trace));
    const v = madd(beta2, v128.load(plane.secondMoments + at), madd(f32x4.mul(share2, g), g, trace));
    v128.store(plane.firstMoments + at, m);
    v128.store(plane.secondMoments + at, v);
    const deviation = f32x4.add(f32x4.sqrt(f32x4.mul(v, correction)), epsilon);
    const step = f32x4.div(f32x4.mul(rate, m), deviation);
    v128.store(plane.latents + at, f32x4.sub(v128.load(plane.latents + at), step));
  }
}

function adam(index: usize): v128 {
  return v128.load_splat<f32>(ADAM + 4 * index);
}
