/**
 * @file The structural difference of outputs b from an original a, rows from top to bottom: SSIM without its luminance (Wang, Bovik, Sheikh,
 * Simoncelli 2004, IEEE TIP 13(4), equation 12 with α = 0, β = γ = 1 and C₃ = C₂/2) taken from 1. With e = b − a it is
 *
 *     d = 1 − (2σ_ab + C₂)/(σ_a² + σ_b² + C₂) = σ_e²/V,   V = σ_a² + σ_b² + C₂
 *
 * moments under a window w of a position i: μ_i = Σ_j w_ij x_j, σ_i² = Σ_j w_ij x_j² − μ_i². Of a term G_i·d_i, the slope at b_j is
 *
 *     Σ_i w_ij (2G_i/V_i) (e_j − μ_e,i − d_i (b_j − μ_b,i)) = e_j·(wᵀu)_j − b_j·(wᵀud)_j − (wᵀu(μ_e − dμ_b))_j,   u = 2G/V
 *
 * and half of the first of these blurs, Σ_i w_ij G_i/V_i, is the curvature: half of the second derivative by e_j while V and μ_e stay. Of a
 * term H_i·μ_e,i² the slope is (wᵀ2Hμ_e)_j, which is taken off the last of these blurs, and the curvature Σ_i w_ij H_i, for errors that
 * change alike in all of a window. Windows at edges are divided by the part of them that lies inside: wᵀ divides first and blurs then.
 */

import { across, blurDown, bytesOf, MARGIN, Ring } from './blur';
import { madd, QUAD } from '../../../wasm/kernels/vector';
import { CURVATURE } from '../constants';
import { Problem, Scale } from './problem';

/** Of a, e, e² and a² + b². */
const MOMENTS: u32 = 4;
/** u, ud and u(μ_e − dμ_b) − 2Hμ_e, each divided by the part of the window that lies inside. */
const SLOPES: u32 = 3;

/** A thread's comparison of a component's rows at a scale. */
@unmanaged
export class Comparison {
  problem: Problem;
  scale: Scale;
  /** Of a row. */
  bytes: usize;
  /** Ring of what is blurred for moments, and of what is blurred for slopes. */
  values: Ring;
  slopes: Ring;
  /** A row of each of MOMENTS maps, blurred down the columns, zeros at both ends. */
  blurred: usize;
  blurredPitch: usize;

  /**
   * Lays everything out from `area` on, a multiple of 64.
   * @param rings two Ring records
   * @returns the first byte after it
   */
  layOut(problem: Problem, rings: usize, area: usize): usize {
    const pitch = bytesOf(problem.width);
    this.problem = problem;
    this.values = changetype<Ring>(rings);
    this.slopes = changetype<Ring>(rings + offsetof<Ring>());
    area = this.values.layOut(area, pitch, MOMENTS);
    area = this.slopes.layOut(area, pitch, SLOPES);
    this.blurredPitch = pitch + 2 * MARGIN;
    this.blurred = area + MARGIN;
    return area + this.blurredPitch * MOMENTS;
  }

  open(scale: Scale): void {
    this.scale = scale;
    this.bytes = bytesOf(scale.width);
    for (let map: usize = 0; map < MOMENTS; map++) {
      const row = this.blurred + this.blurredPitch * map;
      memory.fill(row - MARGIN, 0, MARGIN);
      memory.fill(row + this.bytes, 0, MARGIN);
    }
  }
}

/** Row y, for windows to see. Fillers are 0. @param original row y of a, and of b */
export function addRow(comparison: Comparison, y: i32, original: usize, outputs: usize): void {
  const ring = comparison.values, bytes = comparison.bytes;
  const values = ring.rowAt(y), errors = values + ring.pitch, squares = errors + ring.pitch, sums = squares + ring.pitch;
  for (let x: usize = 0; x < bytes; x += QUAD) {
    const a = v128.load(original + x), b = v128.load(outputs + x);
    const e = f32x4.sub(b, a);
    v128.store(values + x, a);
    v128.store(errors + x, e);
    v128.store(squares + x, f32x4.mul(e, e));
    v128.store(sums + x, madd(a, a, f32x4.mul(b, b)));
  }
}

/** A row beyond the picture. */
export function addZeros(comparison: Comparison, y: i32): void {
  memory.fill(comparison.values.rowAt(y), 0, comparison.values.rowBytes);
}

/** Works out d of row y, and what its slopes are blurs of. @returns what the row adds to D */
export function compareRow(comparison: Comparison, y: i32): f64 {
  const problem = comparison.problem, scale = comparison.scale, taps = problem.taps, ring = comparison.slopes;
  let us = ring.rowAt(y);
  if (!scale.hasRow(y)) {
    memory.fill(us, 0, ring.rowBytes);
    return 0;
  }
  blurMaps(comparison, comparison.values, MOMENTS, y);
  const t0 = v128.load_splat<f32>(taps), t1 = v128.load_splat<f32>(taps, 4), t2 = v128.load_splat<f32>(taps, 8);
  const t3 = v128.load_splat<f32>(taps, 12), t4 = v128.load_splat<f32>(taps, 16);
  const row = v128.load_splat<f32>(scale.rowFactors + 4 * <usize>y), stability = f32x4.splat(problem.stability);
  const structure = f32x4.splat(scale.structure), luminance = f32x4.splat(scale.luminance);
  const one = f32x4.splat(1), none = f32x4.splat(0), two = f32x4.splat(2);
  const curving = problem.result == CURVATURE ? luminance : none;
  let values = comparison.blurred - MARGIN, errors = values + comparison.blurredPitch;
  let squares = errors + comparison.blurredPitch, sums = squares + comparison.blurredPitch;
  let uds = us + ring.pitch, constants = uds + ring.pitch, columns = scale.columnFactors;
  let sum = f32x4.splat(0);
  for (const end = values + comparison.bytes; values < end; values += QUAD) {
    const inside = f32x4.mul(v128.load(columns), row);
    const a = f32x4.mul(inside, across(values, t0, t1, t2, t3, t4));
    const e = f32x4.mul(inside, across(errors, t0, t1, t2, t3, t4));
    const b = f32x4.add(a, e);
    const variance = f32x4.sub(f32x4.mul(inside, across(squares, t0, t1, t2, t3, t4)), f32x4.mul(e, e));
    const variances = f32x4.sub(f32x4.mul(inside, across(sums, t0, t1, t2, t3, t4)), madd(a, a, f32x4.mul(b, b)));
    // Of values far out of their range, rounding may leave less than nothing.
    const inverse = f32x4.div(one, f32x4.add(stability, f32x4.pmax(none, variances)));
    const d = f32x4.mul(variance, inverse), weighted = f32x4.mul(luminance, e);
    sum = madd(weighted, e, madd(structure, d, sum));
    const shares = f32x4.mul(two, inside), u = f32x4.mul(f32x4.mul(structure, inverse), shares);
    v128.store(us, madd(curving, shares, u));
    v128.store(uds, f32x4.mul(u, d));
    v128.store(constants, f32x4.sub(f32x4.mul(u, f32x4.sub(e, f32x4.mul(d, b))), f32x4.mul(shares, weighted)));
    errors += QUAD; squares += QUAD; sums += QUAD; columns += QUAD; us += QUAD; uds += QUAD; constants += QUAD;
  }
  return sumOfLanes(sum);
}

/** The first maps of a ring at row y, blurred down the columns. */
function blurMaps(comparison: Comparison, ring: Ring, maps: u32, y: i32): void {
  for (let map: u32 = 0; map < maps; map++) {
    const out = comparison.blurred + comparison.blurredPitch * map;
    blurDown(ring, map, y, comparison.problem.taps, out, comparison.bytes);
  }
}

export function sumOfLanes(sum: v128): f64 {
  const even = <f64>f32x4.extract_lane(sum, 0) + <f64>f32x4.extract_lane(sum, 2);
  return even + (<f64>f32x4.extract_lane(sum, 1) + <f64>f32x4.extract_lane(sum, 3));
}

/** The slopes of D at row y of b. @param to a row with fillers */
export function slopesRow(comparison: Comparison, y: i32, to: usize): void {
  const taps = comparison.problem.taps, pitch = comparison.blurredPitch;
  blurMaps(comparison, comparison.slopes, SLOPES, y);
  const t0 = v128.load_splat<f32>(taps), t1 = v128.load_splat<f32>(taps, 4), t2 = v128.load_splat<f32>(taps, 8);
  const t3 = v128.load_splat<f32>(taps, 12), t4 = v128.load_splat<f32>(taps, 16);
  let values = comparison.values.rowAt(y), errors = values + comparison.values.pitch;
  let us = comparison.blurred - MARGIN, uds = us + pitch, constants = uds + pitch;
  for (const end = us + comparison.bytes; us < end; us += QUAD) {
    const e = v128.load(errors), b = f32x4.add(v128.load(values), e);
    const ofE = f32x4.mul(e, across(us, t0, t1, t2, t3, t4)), ofB = f32x4.mul(b, across(uds, t0, t1, t2, t3, t4));
    v128.store(to, f32x4.sub(f32x4.sub(ofE, ofB), across(constants, t0, t1, t2, t3, t4)));
    values += QUAD; errors += QUAD; uds += QUAD; constants += QUAD; to += QUAD;
  }
}

/** How D curves with row y of b. @param to a row with fillers */
export function curvatureRow(comparison: Comparison, y: i32, to: usize): void {
  const taps = comparison.problem.taps, half = f32x4.splat(0.5);
  blurMaps(comparison, comparison.slopes, 1, y);
  const t0 = v128.load_splat<f32>(taps), t1 = v128.load_splat<f32>(taps, 4), t2 = v128.load_splat<f32>(taps, 8);
  const t3 = v128.load_splat<f32>(taps, 12), t4 = v128.load_splat<f32>(taps, 16);
  let us = comparison.blurred - MARGIN;
  for (const end = us + comparison.bytes; us < end; us += QUAD, to += QUAD) {
    v128.store(to, f32x4.mul(half, across(us, t0, t1, t2, t3, t4)));
  }
}
