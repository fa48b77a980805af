/** @file The context model's inputs, what latents cost under its foresight, and the way back to the latents. */

import { MIN_MASS } from '../../../field/constants.ts';
import {
  COARSER_CELLS,
  type ContextSpec,
  contextInputs,
  LOG_SCALE,
  NEIGHBOURS,
} from '../../../field/context.ts';
import { BLOCK_ROWS, CHUNK, float, perThread, sumOverWorkgroup } from './common.ts';
import { CLOCKED_STEP, gridsAt } from './latents.ts';
import { EXPONENTIAL, LOGARITHM } from './math.ts';

/** What the shaders of a problem's context model have in common. */
export interface ContextPlanes {
  readonly spec: ContextSpec;
  readonly grids: number;
  /** Latents of all grids. */
  readonly latents: number;
  /** The first plane of the inputs, and that of μ and s. */
  readonly inputPlane: number;
  readonly outputPlane: number;
}

/** Bindings: chunk, grids, values of the latents, planes. One workgroup per block of latents. */
export function contextKernel({ spec, grids, latents, inputPlane }: ContextPlanes): string {
  const neighbours = NEIGHBOURS.slice(0, spec.neighbours).map(
    ([dy, dx], k) => `put(${k}u, id.x, valueAt(level, y + ${dy}, x + ${dx}));`,
  );
  const coarser = COARSER_CELLS.slice(0, spec.coarser).map(
    ({ levels, towardsY, towardsX }, k) =>
      `put(${spec.neighbours + k}u, id.x, valueAt(level + ${levels}u, along(y, ${levels}u, ${towardsY}), along(x, ${levels}u, ${towardsX})));`,
  );
  return /* wgsl */ `${CHUNK}
${gridsAt(1, grids)}
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read_write> planes: array<f32>;

fn valueAt(level: u32, y: i32, x: i32) -> f32 {
  let grid = grids[min(level, GRIDS - 1u)];
  let isInside = level < GRIDS && y >= 0 && x >= 0 && y < i32(grid.height) && x < i32(grid.width);
  // The load comes first: those of all inputs are under way side by side.
  return select(0.0, values[grid.first + u32(y) * grid.width + u32(x)], isInside);
}

/** The cell of a grid so many levels coarser, or the next to the side on which the latent lies. */
fn along(place: i32, levels: u32, towards: bool) -> i32 {
  let side = select(-1, 1, ((place >> (levels - 1u)) & 1) == 1);
  return (place >> levels) + select(0, side, towards);
}

fn put(k: u32, row: u32, value: f32) { planes[(${inputPlane}u + k) * chunk.stride + row] = value; }

@compute @workgroup_size(${BLOCK_ROWS})
fn contextKernel(@builtin(global_invocation_id) id: vec3u) {
  let latent = min(${BLOCK_ROWS}u * chunk.firstBlock + id.x, ${latents - 1}u);
  let level = levelOf(latent);
  let at = i32(latent - grids[level].first);
  let y = at / i32(grids[level].width);
  let x = at % i32(grids[level].width);
  ${[...neighbours, ...coarser].join('\n  ')}
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
@group(0) @binding(3) var<storage, read> values: array<f32>;
@group(0) @binding(4) var<storage, read> planes: array<f32>;
@group(0) @binding(5) var<storage, read_write> deltas: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(7) var<storage, read_write> bits: array<f32>;
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
 * Adds the gradients at inputs of a chunk to those of the latents that were read. Bindings: chunk, grids, deltas, gradient of the
 * latents. One thread per latent of all grids.
 * @param blocks of the chunk
 */
export function contextBackKernel(
  { spec, grids, latents, inputPlane }: ContextPlanes,
  blocks: number,
): string {
  const neighbours = NEIGHBOURS.slice(0, spec.neighbours).map(
    ([dy, dx], k) => `sum += deltaAt(${k}u, level, y - ${dy}, x - ${dx});`,
  );
  const coarser = COARSER_CELLS.slice(0, spec.coarser).map(
    ({ levels, towardsY, towardsX }, k) =>
      `sum += readers(${spec.neighbours + k}u, level, y, x, ${levels}u, ${towardsY}, ${towardsX});`,
  );
  return /* wgsl */ `${CHUNK}
${gridsAt(1, grids)}
@group(0) @binding(2) var<storage, read> deltas: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradient: array<f32>;

/** At input \`k\` of the latent at (y, x), 0 where there is none in the chunk. */
fn deltaAt(k: u32, level: u32, y: i32, x: i32) -> f32 {
  let grid = grids[level];
  let row = i32(grid.first + u32(y) * grid.width + u32(x)) - i32(${BLOCK_ROWS}u * chunk.firstBlock);
  let isInGrid = y >= 0 && x >= 0 && y < i32(grid.height) && x < i32(grid.width);
  let isInside = isInGrid && row >= 0 && row < ${BLOCK_ROWS * blocks};
  return select(0.0, deltas[(${inputPlane}u + k) * chunk.stride + u32(row)], isInside);
}

/** The i-th of the 2^levels places along an axis of which the cell \`place\` is read. */
fn reader(place: i32, i: i32, levels: u32, towards: bool) -> i32 {
  let half = 1 << (levels - 1u);
  let start = select(0, select(half, -half, i < half), towards);
  return (place << levels) + i + start;
}

/** Σ at input \`k\` of the latents of a finer grid that read the cell (y, x). */
fn readers(k: u32, level: u32, y: i32, x: i32, levels: u32, towardsY: bool, towardsX: bool) -> f32 {
  if (level < levels) { return 0.0; }
  var sum = 0.0;
  for (var i = 0; i < (1 << levels); i++) {
    for (var j = 0; j < (1 << levels); j++) {
      sum += deltaAt(k, level - levels, reader(y, i, levels, towardsY), reader(x, j, levels, towardsX));
    }
  }
  return sum;
}

${perThread(
  'contextBackKernel',
  'latent',
  latents,
  `
  let level = levelOf(latent);
  let at = i32(latent - grids[level].first);
  let y = at / i32(grids[level].width);
  let x = at % i32(grids[level].width);
  var sum = 0.0;
  ${[...neighbours, ...coarser].join('\n  ')}
  gradient[latent] += sum;
`,
)}`;
}

/** Planes of a context model: h¹, h², c, then μ and s. */
export function contextPlanes(spec: ContextSpec, grids: number, latents: number): ContextPlanes {
  const inputPlane = 2 * spec.width;
  return { spec, grids, latents, inputPlane, outputPlane: inputPlane + contextInputs(spec) };
}
