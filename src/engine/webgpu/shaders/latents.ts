/** @file Latents as loss and rate see them, and their Adam. All planes lie in one buffer, one after the other. */

import type { Model, Plane } from '../../../field/model.ts';
import { bindings, float, perThread } from '../../../webgpu/shaders/common.ts';
import { EXPONENTIAL } from '../../../webgpu/shaders/math.ts';
import { LATENT_ADAM } from '../../pyramid.ts';
import { struct, wordsOf } from './records.ts';

/** What kernels read of a step. */
const STEP = {
  temperature: 'f32',
  sigma: 'f32',
  seed: 'u32',
  /** λ per pixel. */
  bitCost: 'f32',
  /** Of the latents' Adam, see `adamRates`. */
  rate: 'f32',
  secondCorrection: 'f32',
  /** SOAP's learning rate, and 1/(1 − βᵗ). */
  weightRate: 'f32',
  unbiased: 'f32',
} as const;

export type ClockedStep = Readonly<Record<keyof typeof STEP, number>>;

export const STEP_WORDS = Object.keys(STEP).length;

export function stepWords(step: ClockedStep): Uint32Array {
  return wordsOf(STEP, step);
}

/** WGSL: the clock, at a binding, and after it the steps of a command buffer; \`steps[clock[0]]\` is the one that is being taken. */
export const CLOCKED_STEP = (binding: number): string => /* wgsl */ `
${struct('Step', STEP)}
${bindings(binding, 'read clock: u32', 'read steps: Step')}
`;

/** What kernels read of a latent plane, beside the planes that the context model's inputs are read from. */
const LATENT_PLANE = {
  /** Where it begins in the buffer of latents. */
  first: 'u32',
  width: 'u32',
  height: 'u32',
  level: 'u32',
  isDirect: 'u32',
  /** Where it begins in the buffer of planes that are interpolated along rows alone. */
  across: 'u32',
} as const;

/** WGSL of the latent planes. A source is −1 where an input has none. */
export function planesAt(binding: number, { planes, context }: Model): string {
  return /* wgsl */ `
${struct('LatentPlane', { ...LATENT_PLANE, sources: `array<i32, ${context.inputs.length}>` })}
${bindings(binding, 'read latentPlanes: LatentPlane')}
const PLANES = ${planes.length}u;
fn planeOf(latent: u32) -> u32 {
  var plane = 0u;
  while (plane + 1u < PLANES && latent >= latentPlanes[plane + 1u].first) { plane++; }
  return plane;
}
`;
}

/** The words of a `LatentPlane`. */
export function planeWords(plane: Plane, first: number, across: number): number[] {
  const isDirect = Number(plane.reading === 'direct');
  const sources = plane.sources.map((source) => source ?? -1);
  return [...wordsOf(LATENT_PLANE, { ...plane, first, isDirect, across }), ...sources];
}

/** Mixes 32 bits (the `lowbias32` of C. Wellons). */
const HASH = /* wgsl */ `
fn hash(value: u32) -> u32 {
  var v = (value ^ (value >> 16u)) * 0x7feb352du;
  v = (v ^ (v >> 15u)) * 0x846ca68bu;
  return v ^ (v >> 16u);
}
`;

/** Of the sum of four 16-bit numbers: its standard deviation is 65536/√3. */
const NOISE_SCALE = 1.7320508 / 65536;

/**
 * Values and slopes of latents: rounded at temperature 0, else softly, with noise (see `LatentNoise`). Bindings: clock, steps, latent
 * planes, latents, values, slopes. One thread per latent.
 */
export function roundKernel(model: Model, count: number): string {
  return /* wgsl */ `
${CLOCKED_STEP(0)}
${planesAt(2, model)}
${bindings(3, 'read latents', 'read_write values', 'read_write slopes')}
${EXPONENTIAL}
${HASH}
/** Nearly Gaussian: four 16-bit numbers less their mean. */
fn noiseAt(step: Step, plane: u32, index: u32) -> f32 {
  let first = hash(hash(step.seed * 9781u + plane * 977u + 12345u) + index);
  let second = hash(first ^ 0x9e3779b9u);
  let sum = (first & 0xffffu) + (first >> 16u) + (second & 0xffffu) + (second >> 16u);
  return f32(i32(sum) - 131070) * ${float(NOISE_SCALE)} * step.sigma;
}

/** s(x), and s′(x) but for a constant factor. */
fn soften(x: f32, temperature: f32, gain: f32) -> vec2f {
  let whole = floor(x);
  let e = exponential((x - whole - 0.5) * (2.0 / temperature));
  let u = 1.0 / (1.0 + e);
  return vec2f(whole + (0.5 * gain + 0.5 - gain * u), e * u * u);
}

${perThread(
  'roundKernel',
  'i',
  count,
  `
  let step = steps[clock[0]];
  let x = latents[i];
  if (step.temperature == 0.0) {
    let whole = floor(x);
    values[i] = whole + select(0.0, 1.0, x - whole >= 0.5);
    slopes[i] = 1.0;
    return;
  }
  let plane = planeOf(i);
  let rest = exponential(-1.0 / step.temperature);
  let gain = (1.0 + rest) / (1.0 - rest);
  let first = soften(x, step.temperature, gain);
  let second = soften(first.x + noiseAt(step, plane, i - latentPlanes[plane].first), step.temperature, gain);
  let steepness = 2.0 * gain / step.temperature;
  values[i] = second.x;
  slopes[i] = steepness * steepness * first.y * second.y;
`,
)}`;
}

/** Moments are those of 2³² times the gradient, so that they stay within the normal numbers. */
const MOMENT_SCALE = 2 ** 32;

/** An Adam step. Bindings: clock, steps, gradient at the values, slopes, first moments, second moments, latents. One thread per latent. */
export function descendKernel(count: number): string {
  const { beta1, beta2, epsilon } = LATENT_ADAM;
  return /* wgsl */ `
${CLOCKED_STEP(0)}
${bindings(2, 'read gradient', 'read slopes', 'read_write firstMoments', 'read_write secondMoments', 'read_write latents')}

${perThread(
  'descendKernel',
  'i',
  count,
  `
  let step = steps[clock[0]];
  let g = gradient[i] * ${float(MOMENT_SCALE)} * slopes[i];
  let m = fma(${float(beta1)}, firstMoments[i], ${float(1 - beta1)} * g);
  let v = fma(${float(beta2)}, secondMoments[i], ${float(1 - beta2)} * g * g);
  firstMoments[i] = m;
  secondMoments[i] = v;
  latents[i] -= step.rate * m / (sqrt(v * step.secondCorrection) + ${float(epsilon * MOMENT_SCALE)});
`,
)}`;
}
