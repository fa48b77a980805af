/** @file The residual 3×3 filters on planes, [channel][pixel], whose edges are continued by their last pixels. */

import { bindings, each, perThread, sumOverWorkgroup, THREADS } from '../../../webgpu/shaders/common.ts';

/** A filter of a picture and where its parameters are: [outputs, inputs, 3, 3] and [outputs]. */
export interface FilterMap {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  readonly weight: number;
  readonly bias: number;
}

const head = ({ channels, width, height, weight, bias }: FilterMap): string => /* wgsl */ `
const CHANNELS = ${channels}u;
const WIDTH = ${width};
const HEIGHT = ${height};
const PIXELS = ${width * height}u;
const WEIGHT = ${weight}u;
const BIAS = ${bias}u;
`;

/** Bindings: weights, planes before, planes after. One thread per pixel. */
export function filterKernel(map: FilterMap): string {
  return /* wgsl */ `${head(map)}
${bindings(0, 'read weights', 'read before', 'read_write after')}
${perThread(
  'filterKernel',
  'pixel',
  map.width * map.height,
  `
  let x = i32(pixel) % WIDTH;
  let y = i32(pixel) / WIDTH;
  for (var o = 0u; o < CHANNELS; o++) {
    var sum = before[o * PIXELS + pixel] + weights[BIAS + o];
    for (var i = 0u; i < CHANNELS; i++) {
      for (var tap = 0; tap < 9; tap++) {
        let at = clamp(y + tap / 3 - 1, 0, HEIGHT - 1) * WIDTH + clamp(x + tap % 3 - 1, 0, WIDTH - 1);
        sum = fma(weights[WEIGHT + (o * CHANNELS + i) * 9u + u32(tap)], before[i * PIXELS + u32(at)], sum);
      }
    }
    after[o * PIXELS + pixel] = sum;
  }
`,
)}`;
}

/**
 * From the gradient after a filter to that before it. Along an axis the tap d of pixel q reads p where q + d = p, or where p is
 * an edge that q + d is beyond, and then q = p. Bindings: weights, deltas after, deltas before. One thread per pixel.
 */
export function filterBackKernel(map: FilterMap): string {
  const { channels } = map;
  return /* wgsl */ `${head(map)}
${bindings(0, 'read weights', 'read after', 'read_write before')}

fn isEdge(p: i32, d: i32, length: i32) -> bool { return (d < 0 && p == 0) || (d > 0 && p == length - 1); }
fn isInside(q: i32, length: i32) -> bool { return q >= 0 && q < length; }

/** Σ of a channel's gradients over the pixels whose tap (dx, dy) reads (x, y). */
fn readers(channel: u32, x: i32, y: i32, dx: i32, dy: i32) -> f32 {
  var sum = 0.0;
  for (var row = 0; row < 2; row++) {
    let qy = select(y, y - dy, row == 0);
    if (!select(isEdge(y, dy, HEIGHT), isInside(qy, HEIGHT), row == 0)) { continue; }
    for (var column = 0; column < 2; column++) {
      let qx = select(x, x - dx, column == 0);
      if (!select(isEdge(x, dx, WIDTH), isInside(qx, WIDTH), column == 0)) { continue; }
      sum += after[channel * PIXELS + u32(qy * WIDTH + qx)];
    }
  }
  return sum;
}
${perThread(
  'filterBackKernel',
  'pixel',
  map.width * map.height,
  `
  let x = i32(pixel) % WIDTH;
  let y = i32(pixel) / WIDTH;
  ${each(channels, (i) => `var sum${i} = after[${i}u * PIXELS + pixel];`)}
  let isInner = x > 0 && y > 0 && x < WIDTH - 1 && y < HEIGHT - 1;
  for (var o = 0u; o < CHANNELS; o++) {
    let first = WEIGHT + o * CHANNELS * 9u;
    if (isInner) {
      let at = o * PIXELS + pixel;
      ${each(9, (tap) => `let delta${tap} = after[at ${shiftBack(tap, map.width)}];`)}
      ${each(channels, (i) => each(9, (tap) => `sum${i} = fma(weights[first + ${9 * i + tap}u], delta${tap}, sum${i});`))}
    } else {
      for (var tap = 0; tap < 9; tap++) {
        let delta = readers(o, x, y, tap % 3 - 1, tap / 3 - 1);
        ${each(channels, (i) => `sum${i} = fma(weights[first + ${9 * i}u + u32(tap)], delta, sum${i});`)}
      }
    }
  }
  ${each(channels, (i) => `before[${i}u * PIXELS + pixel] = sum${i};`)}
`,
)}`;
}

/** From a pixel inside the picture to the one whose tap reads it, as WGSL. */
function shiftBack(tap: number, width: number): string {
  const shift = (Math.floor(tap / 3) - 1) * width + (tap % 3) - 1;
  return shift > 0 ? `- ${shift}u` : `+ ${-shift}u`;
}

/** Sides of the tiles that the gradient of a filter's weights is summed over. */
const TILE = 16;

/** Most workgroups of it; each sums some of the tiles. */
export const MAX_FILTER_GROUPS = 1024;

const FILTER_THREADS = 256;

/** Tiles of a picture. */
export function filterTiles({ width, height }: FilterMap): number {
  return Math.ceil(width / TILE) * Math.ceil(height / TILE);
}

/** Parameters of a filter. */
export function filterSize(channels: number): number {
  return channels * (9 * channels + 1);
}

/** Bindings: planes before, deltas after, partial sums: [group][weights, biases]. Threads of a parameter share the cells of a tile. */
export function filterGradientKernel(map: FilterMap): string {
  const { channels, width } = map;
  const halo = TILE + 2;
  const [weights, size] = [9 * channels * channels, filterSize(channels)];
  const slices = Math.floor(FILTER_THREADS / size);
  return /* wgsl */ `${head(map)}
${bindings(0, 'read before', 'read after', 'read_write partial')}
var<workgroup> inputs: array<f32, ${halo * halo * channels}>;
var<workgroup> deltas: array<f32, ${TILE * TILE * channels}>;
var<workgroup> shares: array<f32, ${slices * size}>;

@compute @workgroup_size(${FILTER_THREADS})
fn filterGradientKernel(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let slice = thread / ${size}u;
  let own = thread % ${size}u;
  let isBias = own >= ${weights}u;
  let o = select(own / ${9 * channels}u, own - ${weights}u, isBias);
  let i = (own / 9u) % CHANNELS;
  let shift = (own % 9u / 3u) * ${halo}u + own % 3u;
  var sum = 0.0;
  for (var tile = group.x; tile < ${filterTiles(map)}u; tile += groups.x) {
    let x0 = i32(tile % ${Math.ceil(width / TILE)}u) * ${TILE};
    let y0 = i32(tile / ${Math.ceil(width / TILE)}u) * ${TILE};
    for (var n = thread; n < ${halo * halo * channels}u; n += ${FILTER_THREADS}u) {
      let cell = i32(n % ${halo * halo}u);
      let x = clamp(x0 + cell % ${halo} - 1, 0, WIDTH - 1);
      let y = clamp(y0 + cell / ${halo} - 1, 0, HEIGHT - 1);
      inputs[n] = before[n / ${halo * halo}u * PIXELS + u32(y * WIDTH + x)];
    }
    for (var n = thread; n < ${TILE * TILE * channels}u; n += ${FILTER_THREADS}u) {
      let cell = i32(n % ${TILE * TILE}u);
      let x = x0 + cell % ${TILE};
      let y = y0 + cell / ${TILE};
      deltas[n] = 0.0;
      if (x < WIDTH && y < HEIGHT) { deltas[n] = after[n / ${TILE * TILE}u * PIXELS + u32(y * WIDTH + x)]; }
    }
    workgroupBarrier();
    if (slice < ${slices}u) {
      for (var row = slice; row < ${TILE}u; row += ${slices}u) {
        let input = i * ${halo * halo}u + row * ${halo}u + shift;
        let delta = o * ${TILE * TILE}u + row * ${TILE}u;
        ${each(TILE, (x) => `sum = fma(deltas[delta + ${x}u], select(inputs[input + ${x}u], 1.0, isBias), sum);`)}
      }
    }
    workgroupBarrier();
  }
  if (slice < ${slices}u) { shares[thread] = sum; }
  workgroupBarrier();
  if (thread >= ${size}u) { return; }
  for (var other = 1u; other < ${slices}u; other++) { sum += shares[${size}u * other + thread]; }
  partial[group.x * ${size}u + thread] = sum;
}
`;
}

/** Bindings: partial sums, gradient. One workgroup per parameter. @param groups of the partial sums */
export function filterReduceKernel({ channels, weight }: FilterMap, groups: number): string {
  const size = filterSize(channels);
  return /* wgsl */ `
${bindings(0, 'read partial', 'read_write gradient')}
${sumOverWorkgroup(THREADS)}
@compute @workgroup_size(${THREADS})
fn filterReduceKernel(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  var sum = 0.0;
  for (var other = thread; other < ${groups}u; other += ${THREADS}u) { sum += partial[other * ${size}u + group.x]; }
  let whole = sumOverWorkgroup(thread, sum);
  if (thread == 0u) { gradient[${weight}u + group.x] = whole; }
}
`;
}
