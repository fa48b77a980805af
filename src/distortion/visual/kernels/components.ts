/** @file Rows of channels and of components of colour. */

import { madd, QUAD, ROW } from '../../../wasm/kernels/vector';
import { bytesOf } from './blur';
import { Problem } from './problem';

/** Zeros from the end of a row to that of its last block. */
export function clearFillers(row: usize, width: u32): void {
  memory.fill(row + 4 * width, 0, bytesOf(width) - 4 * width);
}

/**
 * A component of a row of channels.
 * @param channels f32 rows, `distance` apart; what lies behind their ends is read and left
 */
export function componentRow(problem: Problem, component: u32, channels: usize, distance: usize, width: u32, to: usize): void {
  const bytes = bytesOf(width), first = f32x4.splat(problem.coefficient(component, 0));
  if (problem.channels == 1) {
    for (let x: usize = 0; x < bytes; x += QUAD) v128.store(to + x, f32x4.mul(first, v128.load(channels + x)));
  } else {
    const second = f32x4.splat(problem.coefficient(component, 1)), third = f32x4.splat(problem.coefficient(component, 2));
    const green = channels + distance, blue = green + distance;
    for (let x: usize = 0; x < bytes; x += QUAD) {
      const two = madd(second, v128.load(green + x), f32x4.mul(first, v128.load(channels + x)));
      v128.store(to + x, madd(third, v128.load(blue + x), two));
    }
  }
  clearFillers(to, width);
}

/** Row y of a component of the outputs. */
export function outputsRow(problem: Problem, component: u32, y: i32, to: usize): void {
  const distance = 4 * <usize>problem.width * <usize>problem.height;
  componentRow(problem, component, problem.outputRow(0, y), distance, problem.width, to);
}

/** Row y of a channel of the original, in [−1, 1]. */
export function originalChannel(problem: Problem, channel: u32, y: i32, to: usize): void {
  const samples = problem.sampleRow(channel, y), sampleBytes = problem.sampleBytes, bytes = bytesOf(problem.width);
  const scale = f32x4.splat(problem.sampleScale), one = f32x4.splat(1);
  for (let x: usize = 0; x < bytes; x += ROW, to += ROW) {
    const eight = eightSamples(samples, sampleBytes, x);
    v128.store(to, f32x4.sub(f32x4.mul(scale, lowSamples(eight)), one));
    v128.store(to, f32x4.sub(f32x4.mul(scale, highSamples(eight)), one), 16);
  }
}

/** Row y of a component of the original. */
export function originalRow(problem: Problem, component: u32, y: i32, to: usize): void {
  const sampleBytes = problem.sampleBytes, bytes = bytesOf(problem.width), scale = problem.sampleScale;
  const red = problem.coefficient(component, 0), first = f32x4.splat(scale * red);
  const samples = problem.sampleRow(0, y), row = to;
  if (problem.channels == 1) {
    const constant = f32x4.splat(-red);
    for (let x: usize = 0; x < bytes; x += ROW, to += ROW) {
      const eight = eightSamples(samples, sampleBytes, x);
      v128.store(to, madd(first, lowSamples(eight), constant));
      v128.store(to, madd(first, highSamples(eight), constant), 16);
    }
  } else {
    const green = problem.coefficient(component, 1), blue = problem.coefficient(component, 2);
    const second = f32x4.splat(scale * green), third = f32x4.splat(scale * blue);
    const greens = problem.sampleRow(1, y), blues = problem.sampleRow(2, y);
    const constant = f32x4.splat(-(red + green + blue));
    for (let x: usize = 0; x < bytes; x += ROW, to += ROW) {
      const r = eightSamples(samples, sampleBytes, x), g = eightSamples(greens, sampleBytes, x), b = eightSamples(blues, sampleBytes, x);
      const low = madd(first, lowSamples(r), constant), high = madd(first, highSamples(r), constant);
      v128.store(to, madd(third, lowSamples(b), madd(second, lowSamples(g), low)));
      v128.store(to, madd(third, highSamples(b), madd(second, highSamples(g), high)), 16);
    }
  }
  clearFillers(row, problem.width);
}

/** Eight samples as 16 bits. @param x byte of a row of floats */
export function eightSamples(samples: usize, sampleBytes: u32, x: usize): v128 {
  return sampleBytes == 1 ? v128.load8x8_u(samples + x / 4) : v128.load(samples + x / 2);
}

export function lowSamples(eight: v128): v128 {
  return f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(eight));
}

export function highSamples(eight: v128): v128 {
  return f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(eight));
}
