/** @file The context model's inputs, what latents cost by its predictions, and the way back to the latents. */

import { MIN_MASS } from '../../../field/constants.ts';
import { LOG_SCALE } from '../../../field/context.ts';
import type { Model } from '../../../field/model.ts';
import { bindings, float, perThread, sumOverWorkgroup } from '../../../webgpu/shaders/common.ts';
import { EXPONENTIAL, LOGARITHM } from '../../../webgpu/shaders/math.ts';
import { BLOCK_ROWS, CHUNK } from './blocks.ts';
import { CLOCKED_STEP, planesAt } from './latents.ts';

/** What the shaders of a problem's context model have in common. */
export interface ContextPlanes {
  readonly model: Model;
  /** Latents of all planes. */
  readonly latents: number;
  /** The layers' planes: the first one of the inputs, and that of μ and s. */
  readonly inputPlane: number;
  readonly outputPlane: number;
}

/** Bindings: chunk, latent planes, values of the latents, planes of the layers. One workgroup per block of latents. */
export function contextKernel({ model, latents, inputPlane }: ContextPlanes): string {
  const inputs = model.context.inputs.map(
    ({ levels, dy, dx, towardsY, towardsX }, k) =>
      `put(${k}u, id.x, valueAt(latentPlanes[plane].sources[${k}], along(y, ${levels}u, ${towardsY}) + ${dy}, along(x, ${levels}u, ${towardsX}) + ${dx}));`,
  );
  return /* wgsl */ `${CHUNK}
${planesAt(1, model)}
${bindings(2, 'read values', 'read_write planes')}

fn valueAt(source: i32, y: i32, x: i32) -> f32 {
  let plane = &latentPlanes[max(source, 0)];
  let isInside = source >= 0 && y >= 0 && x >= 0 && y < i32(plane.height) && x < i32(plane.width);
  // The load comes first: those of all inputs are under way side by side.
  return select(0.0, values[plane.first + u32(y) * plane.width + u32(x)], isInside);
}

/** The cell of a plane so many levels coarser, or the next to the side on which the latent lies. */
fn along(cell: i32, levels: u32, towards: bool) -> i32 {
  let side = select(-1, 1, ((cell >> (levels - 1u)) & 1) == 1);
  return (cell >> levels) + select(0, side, towards);
}

fn put(k: u32, row: u32, value: f32) { planes[(${inputPlane}u + k) * chunk.stride + row] = value; }

@compute @workgroup_size(${BLOCK_ROWS})
fn contextKernel(@builtin(global_invocation_id) id: vec3u) {
  let latent = min(${BLOCK_ROWS}u * chunk.firstBlock + id.x, ${latents - 1}u);
  let plane = planeOf(latent);
  let at = i32(latent - latentPlanes[plane].first);
  let y = at / i32(latentPlanes[plane].width);
  let x = at % i32(latentPlanes[plane].width);
  ${inputs.join('\n  ')}
}
`;
}

/**
 * Bits of each block of latents, and the loss' gradient at μ and s; that at the latents themselves is added to theirs. Bindings: chunk,
 * clock, steps, values of the latents, planes, deltas, gradient of the latents, bits ([all blocks]). One workgroup per block.
 */
export function laplaceKernel({ latents, outputPlane }: ContextPlanes): string {
  return /* wgsl */ `${CHUNK}
${CLOCKED_STEP(1)}
${bindings(3, 'read values', 'read planes', 'read_write deltas', 'read_write gradient', 'read_write bits')}
${EXPONENTIAL}
${LOGARITHM}
${sumOverWorkgroup(BLOCK_ROWS)}
@compute @workgroup_size(${BLOCK_ROWS})
fn laplaceKernel(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = ${BLOCK_ROWS}u * group.x + thread;
  let block = chunk.firstBlock + group.x;
  let latent = ${BLOCK_ROWS}u * block + thread;
  let atMean = ${outputPlane}u * chunk.stride + row;
  let atScale = atMean + chunk.stride;
  var cost = 0.0;
  if (latent < ${latents}u) {
    let raw = planes[atScale] - ${float(LOG_SCALE.shift)};
    let logScale = clamp(raw, ${float(LOG_SCALE.min)}, ${float(LOG_SCALE.max)});
    let slope = exponential(-logScale);
    let difference = values[latent] - planes[atMean];
    let d = abs(difference);
    let nearFall = abs(d - 0.5) * slope;
    let farFall = (d + 0.5) * slope;
    let near = exponential(-nearFall);
    let far = exponential(-farFall);
    let holdsMean = d < 0.5;
    let signed = select(near, -near, holdsMean);
    let mass = select(0.0, 1.0, holdsMean) + 0.5 * (signed - far);
    let counted = max(mass, ${float(MIN_MASS)});
    cost = -logarithm(counted);
    // d(loss)/d(mass) / 2, and none where the mass is too small to count
    let half = select(0.0, -0.5 * ${float(1 / Math.LN2)} * steps[clock[0]].bitCost / counted, mass > ${float(MIN_MASS)});
    let atOffset = -half * slope * (near - far) * sign(difference);
    deltas[atMean] = -atOffset;
    deltas[atScale] = select(0.0, half * (signed * nearFall - far * farFall), raw == logScale);
    gradient[latent] += atOffset;
  } else {
    deltas[atMean] = 0.0;
    deltas[atScale] = 0.0;
  }
  let whole = sumOverWorkgroup(thread, cost);
  if (thread == 0u) { bits[block] = whole; }
}
`;
}

/**
 * Adds the gradients at inputs of a chunk to those of the latents that were read. Bindings: chunk, latent planes, deltas, gradient of
 * the latents. One thread per latent of all planes.
 * @param blocks of the chunk
 */
export function contextBackKernel({ model, latents, inputPlane }: ContextPlanes, blocks: number): string {
  const inputs = model.context.inputs.map(({ levels, dy, dx, towardsY, towardsX }, k) =>
    isOwn(model, k)
      ? `sum += deltaAt(${k}u, plane, y - ${dy}, x - ${dx});`
      : `sum += readers(${k}u, plane, y - ${dy}, x - ${dx}, ${levels}u, ${towardsY}, ${towardsX});`,
  );
  return /* wgsl */ `${CHUNK}
${planesAt(1, model)}
${bindings(2, 'read deltas', 'read_write gradient')}

/** At input \`k\` of the latent at (y, x), 0 where there is none in the chunk. */
fn deltaAt(k: u32, index: u32, y: i32, x: i32) -> f32 {
  let plane = &latentPlanes[index];
  let row = i32(plane.first + u32(y) * plane.width + u32(x)) - i32(${BLOCK_ROWS}u * chunk.firstBlock);
  let isInPlane = y >= 0 && x >= 0 && y < i32(plane.height) && x < i32(plane.width);
  let isInside = isInPlane && row >= 0 && row < ${BLOCK_ROWS * blocks};
  return select(0.0, deltas[(${inputPlane}u + k) * chunk.stride + u32(row)], isInside);
}

/** The i-th of the 2^levels cells along an axis from which \`cell\` is read. */
fn reader(cell: i32, i: i32, levels: u32, towards: bool) -> i32 {
  let half = 1 << (levels - 1u);
  let start = select(0, select(half, -half, i < half), towards);
  return (cell << levels) + i + start;
}

/** Σ at input \`k\` of the latents of other planes that read the cell (y, x). */
fn readers(k: u32, plane: u32, y: i32, x: i32, levels: u32, towardsY: bool, towardsX: bool) -> f32 {
  var sum = 0.0;
  for (var other = 0u; other < PLANES; other++) {
    if (latentPlanes[other].sources[k] != i32(plane)) { continue; }
    for (var i = 0; i < (1 << levels); i++) {
      for (var j = 0; j < (1 << levels); j++) {
        sum += deltaAt(k, other, reader(y, i, levels, towardsY), reader(x, j, levels, towardsX));
      }
    }
  }
  return sum;
}

${perThread(
  'contextBackKernel',
  'latent',
  latents,
  `
  let plane = planeOf(latent);
  let at = i32(latent - latentPlanes[plane].first);
  let y = at / i32(latentPlanes[plane].width);
  let x = at % i32(latentPlanes[plane].width);
  var sum = 0.0;
  ${inputs.join('\n  ')}
  gradient[latent] += sum;
`,
)}`;
}

/** Whether input `k` is a neighbour in the latent's own plane, so that one latent reads a cell. */
function isOwn({ planes }: Model, k: number): boolean {
  return planes.every(({ sources, index }) => sources[k] === index);
}

/** Planes of a context model: h¹, h², c, then μ and s. */
export function contextPlanes(model: Model, latents: number): ContextPlanes {
  const { spec, inputs } = model.context;
  const inputPlane = 2 * spec.width;
  return { model, latents, inputPlane, outputPlane: inputPlane + inputs.length };
}
