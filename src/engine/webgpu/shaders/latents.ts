/** @file Latents as loss and rate see them, and their Adam. All planes lie in one buffer, one after the other. */

import type { Model, Plane } from '../../../field/model.ts';
import { LATENT_ADAM } from '../../pyramid.ts';
import { float, perThread } from './common.ts';
import { EXPONENTIAL } from './math.ts';

/** Words of a `Step`. */
export const STEP_WORDS = 8;

/** WGSL: the clock, at a binding, and behind it the steps of a command buffer; \`steps[clock[0]]\` is the one that is being taken. */
export const CLOCKED_STEP = (binding: number): string => /* wgsl */ `
struct Step {
  temperature: f32, sigma: f32, seed: u32, bitCost: f32,
  latentRate: f32, correction: f32, weightRate: f32, unbiased: f32,
}
@group(0) @binding(${binding}) var<storage, read> clock: array<u32>;
@group(0) @binding(${binding + 1}) var<storage, read> steps: array<Step>;
`;

/**
 * WGSL of the latent planes: where each begins in the buffer of latents, its size, how it is read, where it begins in the buffer of
 * those that are interpolated along rows alone, and the planes that the context model's inputs are read from, or −1.
 */
export function planesAt(binding: number, { planes, context }: Model): string {
  return /* wgsl */ `
struct LatentPlane {
  first: u32, width: u32, height: u32, level: u32, isDirect: u32, across: u32,
  sources: array<i32, ${context.inputs.length}>,
}
@group(0) @binding(${binding}) var<storage, read> latentPlanes: array<LatentPlane>;
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
  const { width, height, level, reading, sources } = plane;
  const isDirect = Number(reading === 'direct');
  return [first, width, height, level, isDirect, across, ...sources.map((source) => source ?? -1)];
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
@group(0) @binding(3) var<storage, read> latents: array<f32>;
@group(0) @binding(4) var<storage, read_write> values: array<f32>;
@group(0) @binding(5) var<storage, read_write> slopes: array<f32>;
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
@group(0) @binding(2) var<storage, read> gradient: array<f32>;
@group(0) @binding(3) var<storage, read> slopes: array<f32>;
@group(0) @binding(4) var<storage, read_write> firstMoments: array<f32>;
@group(0) @binding(5) var<storage, read_write> secondMoments: array<f32>;
@group(0) @binding(6) var<storage, read_write> latents: array<f32>;

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
  latents[i] -= step.latentRate * m / (sqrt(v * step.correction) + ${float(epsilon * MOMENT_SCALE)});
`,
)}`;
}

/** A step as kernels read it. */
export interface ClockedStep {
  readonly temperature: number;
  readonly sigma: number;
  readonly seed: number;
  /** λ per pixel. */
  readonly bitCost: number;
  /** Adam's learning rate over 1 − β₁ᵗ, and 1/(1 − β₂ᵗ). */
  readonly latentRate: number;
  readonly correction: number;
  /** SOAP's learning rate, and 1/(1 − βᵗ). */
  readonly weightRate: number;
  readonly unbiased: number;
}

/** The words of `Step`. */
export function stepWords(step: ClockedStep): Uint32Array {
  const { temperature, sigma, seed, bitCost, latentRate, correction, weightRate, unbiased } = step;
  const words = new Uint32Array(STEP_WORDS);
  new Float32Array(words.buffer).set([
    temperature,
    sigma,
    0,
    bitCost,
    latentRate,
    correction,
    weightRate,
    unbiased,
  ]);
  words[2] = seed;
  return words;
}
