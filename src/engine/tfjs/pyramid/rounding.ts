/** @file How real-valued latents become what loss and rate see: rounded, or softly rounded with noise between. */

import type { Tensor2D } from '@tensorflow/tfjs';
import type { LatentNoise } from '../../pyramid.ts';
import type { TensorFlow } from '../backend.ts';

/** ⌊x + ½⌋ */
export function round(tf: TensorFlow, latents: Tensor2D): Tensor2D {
  return tf.floor(latents.add(0.5));
}

/** s(s(x) + n), see `LatentNoise`; its temperature must not be 0. */
export function roundSoftly(tf: TensorFlow, x: Tensor2D, plane: number, noise: LatentNoise): Tensor2D {
  const [height, width] = x.shape;
  const n = tf.tensor2d(gaussianNoise(height * width, plane, noise), [height, width]);
  return soften(tf, soften(tf, x, noise.temperature).add(n), noise.temperature);
}

/** s(x). Automatic differentiation takes ⌊x⌋ for a constant: s is smooth across integers all the same. */
function soften(tf: TensorFlow, x: Tensor2D, temperature: number): Tensor2D {
  const centre = tf.floor(x).add(0.5);
  const height = 2 * Math.tanh(0.5 / temperature);
  return tf.tanh(x.sub(centre).div(temperature)).div(height).add(centre);
}

/** √3: four uniform numbers in [−½, ½) have together the variance ⅓. */
const TO_UNIT_VARIANCE = 1.7320508;

/** Nearly Gaussian numbers of standard deviation `sigma` from hashes, the same in all engines. */
function gaussianNoise(count: number, plane: number, { sigma, seed }: LatentNoise): Float32Array {
  const start = hash(Math.imul(seed, 9781) + plane * 977 + 12345);
  return Float32Array.from({ length: count }, (_, i) => {
    const first = hash(start + i);
    const second = hash(first ^ 0x9e3779b9);
    const sum = (first & 0xffff) + (first >>> 16) + (second & 0xffff) + (second >>> 16);
    return ((sum - 131070) / 65536) * TO_UNIT_VARIANCE * sigma;
  });
}

/** Mixes 32 bits (the `lowbias32` of C. Wellons). */
function hash(value: number): number {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}
