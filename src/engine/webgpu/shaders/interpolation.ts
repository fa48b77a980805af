/**
 * @file What the field reads of the latent planes at the pixels, and the way back. The adjoint is separable too: first along rows, then
 * along columns.
 */

import type { Model } from '../../../field/model.ts';
import { bindings, each, perThread } from '../../../webgpu/shaders/common.ts';
import { BLOCK_ROWS, CHUNK } from './blocks.ts';
import { planesAt } from './latents.ts';

/** WGSL: the four weights of the cubic B-spline at t (`src/field/pyramid.ts`). */
const SPLINE = /* wgsl */ `
fn splineWeights(t: f32) -> vec4f {
  let s = 1.0 - t;
  return vec4f(s * s * s, 3.0 * t * t * t - 6.0 * t * t + 4.0, 3.0 * s * s * s - 6.0 * s * s + 4.0, t * t * t) / 6.0;
}
fn positionOn(level: u32, pixel: u32) -> f32 { return ldexp(f32(pixel) + 0.5, -i32(level)) - 0.5; }
`;

/**
 * Bindings: chunk, latent planes, pixels ([all rows]: the pixel of each row), latents as the loss sees them, planes of the layers'
 * inputs. One workgroup per block.
 */
export function interpolateKernel(model: Model): string {
  return /* wgsl */ `${CHUNK}
${planesAt(1, model)}
${bindings(2, 'read pixels: u32', 'read latents', 'read_write planes')}
${SPLINE}
fn rowSum(index: u32, y: i32, x: i32, weights: vec4f) -> f32 {
  let plane = &latentPlanes[index];
  let row = plane.first + u32(clamp(y, 0, i32(plane.height) - 1)) * plane.width;
  let last = i32(plane.width) - 1;
  return weights.x * latents[row + u32(clamp(x, 0, last))] + weights.y * latents[row + u32(clamp(x + 1, 0, last))]
    + weights.z * latents[row + u32(clamp(x + 2, 0, last))] + weights.w * latents[row + u32(clamp(x + 3, 0, last))];
}

@compute @workgroup_size(${BLOCK_ROWS})
fn interpolateKernel(@builtin(global_invocation_id) id: vec3u) {
  let pixel = pixels[${BLOCK_ROWS}u * chunk.firstBlock + id.x];
  for (var index = 0u; index < PLANES; index++) {
    let at = index * chunk.stride + id.x;
    if (latentPlanes[index].isDirect == 1u) {
      planes[at] = latents[latentPlanes[index].first + pixel];
      continue;
    }
    let level = latentPlanes[index].level;
    let u = vec2f(positionOn(level, pixel % ${model.width}u), positionOn(level, pixel / ${model.width}u));
    let cell = floor(u);
    let across = splineWeights(u.x - cell.x);
    let down = splineWeights(u.y - cell.y);
    let x = i32(cell.x) - 1;
    let y = i32(cell.y) - 1;
    planes[at] = down.x * rowSum(index, y, x, across) + down.y * rowSum(index, y + 1, x, across)
      + down.z * rowSum(index, y + 2, x, across) + down.w * rowSum(index, y + 3, x, across);
  }
}
`;
}

/** Loads that are under way side by side. */
const LOADS = 8;

/**
 * WGSL: Σ over the pixels of an axis that read a cell of their weights times what is there in a buffer; cells beyond an edge are the
 * edge's.
 * @param source name of the buffer, in which an axis begins at `base` and goes on by `stride`
 */
function gatherAlong(source: string): string {
  return /* wgsl */ `
/** Of a cell at a pixel. */
fn weightOf(cell: i32, cells: i32, level: u32, pixel: i32) -> f32 {
  let u = positionOn(level, u32(pixel));
  let first = i32(floor(u)) - 1;
  let weights = splineWeights(u - floor(u));
  var weight = 0.0;
  ${each(4, (tap) => `weight += select(0.0, weights[${tap}], clamp(first + ${tap}, 0, cells - 1) == cell);`)}
  return weight;
}

fn gatherAlong(level: u32, cell: i32, cells: i32, length: i32, base: u32, stride: u32) -> f32 {
  let scale = 1 << level;
  let from_ = max(0, ((2 * cell - 3) * scale) / 2 - 1);
  let to_ = min(length, ((2 * cell + 5) * scale) / 2 + 1);
  var sum = 0.0;
  for (var pixel = from_; pixel < to_; pixel += ${LOADS}) {
    ${each(LOADS, (i) => `let value${i} = ${source}[base + u32(min(pixel + ${i}, to_ - 1)) * stride];`)}
    ${each(LOADS, (i) => `sum += select(0.0, weightOf(cell, cells, level, pixel + ${i}) * value${i}, pixel + ${i} < to_);`)}
  }
  return sum;
}
`;
}

/**
 * From the gradients at what pixels read to those at cells of their row, for planes that are read by the spline. Bindings: latent
 * planes, gradients ([planes][pixels]), across. One thread per cell of the latter.
 */
export function gatherAcrossKernel(model: Model, count: number): string {
  const { width, height } = model;
  return /* wgsl */ `
${planesAt(0, model)}
${bindings(1, 'read gradients', 'read_write across')}
${SPLINE}
${gatherAlong('gradients')}
${perThread(
  'gatherAcrossKernel',
  'i',
  count,
  `
  var index = 0u;
  while (index + 1u < PLANES && i >= latentPlanes[index + 1u].across) { index++; }
  let plane = &latentPlanes[index];
  let at = i - plane.across;
  let y = at / plane.width;
  across[i] = gatherAlong(plane.level, i32(at % plane.width), i32(plane.width), ${width}, (index * ${height}u + y) * ${width}u, 1u);
`,
)}`;
}

/** And on to the latents. Bindings: latent planes, gradients, across, gradient of the latents. One thread per latent. */
export function gatherDownKernel(model: Model, count: number): string {
  const { width, height } = model;
  return /* wgsl */ `
${planesAt(0, model)}
${bindings(1, 'read gradients', 'read across', 'read_write gradient')}
${SPLINE}
${gatherAlong('across')}
${perThread(
  'gatherDownKernel',
  'i',
  count,
  `
  let index = planeOf(i);
  let plane = &latentPlanes[index];
  let at = i - plane.first;
  if (plane.isDirect == 1u) {
    gradient[i] = gradients[index * ${width * height}u + at];
    return;
  }
  gradient[i] = gatherAlong(plane.level, i32(at / plane.width), i32(plane.height), ${height}, plane.across + at % plane.width, plane.width);
`,
)}`;
}
