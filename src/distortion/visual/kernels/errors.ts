/** @file Errors of outputs against samples, both in [−1, 1]. */

import { madd, ROW } from '../../../wasm/kernels/vector';
import { BLOCK } from './blur';
import { sumOfLanes } from './comparison';
import { eightSamples, highSamples, lowSamples } from './components';
import { Problem } from './problem';
import { Thread } from './thread';

/** Errors of row y, 0 in fillers. @returns the sum of their squares */
export function errorsRow(problem: Problem, thread: Thread, channel: u32, y: i32, to: usize): f64 {
  const outputs = problem.outputRow(channel, y), samples = problem.sampleRow(channel, y);
  const bytes: usize = 4 * problem.width, whole = bytes & ~(BLOCK - 1);
  let sum = errorsIn(problem, outputs, samples, 0, whole, to, f32x4.splat(0));
  if (whole < bytes) {
    const last = thread.row(4);
    memory.copy(last, outputs + whole, bytes - whole);
    // Beside the picture samples are 0, which is the value −1: no errors there.
    for (let x = bytes - whole; x < BLOCK; x += 4) store<f32>(last + x, -1);
    sum = errorsIn(problem, last - whole, samples, whole, whole + BLOCK, to, sum);
  }
  return sumOfLanes(sum);
}

/** The errors of bytes `first` … `last` − 1 of a row. @returns `sum` and their squares */
function errorsIn(problem: Problem, outputs: usize, samples: usize, first: usize, last: usize, to: usize, sum: v128): v128 {
  const scale = f32x4.splat(problem.sampleScale), one = f32x4.splat(1), sampleBytes = problem.sampleBytes;
  for (let x = first; x < last; x += ROW) {
    const eight = eightSamples(samples, sampleBytes, x);
    const low = f32x4.sub(v128.load(outputs + x), f32x4.sub(f32x4.mul(scale, lowSamples(eight)), one));
    const high = f32x4.sub(v128.load(outputs + x, 16), f32x4.sub(f32x4.mul(scale, highSamples(eight)), one));
    v128.store(to + x, low);
    v128.store(to + x, high, 16);
    sum = madd(high, high, madd(low, low, sum));
  }
  return sum;
}
