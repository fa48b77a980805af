/** @file Between a net's rows and the picture's planes, [channel][pixel]: colours out, gradients in, and a distortion of single samples. */

import { bindings, float, sumOverWorkgroup } from '../../../webgpu/shaders/common.ts';
import { BLOCK_ROWS, CHUNK } from './blocks.ts';

const ROWS = /* wgsl */ `${CHUNK}
${bindings(1, 'read blocks: vec2u', 'read pixels: u32')}
`;

/**
 * From rows to planes. Bindings: chunk, blocks, pixels ([all rows]), rows, planes. One workgroup per block.
 * @param first plane of the rows
 */
export function toPixelsKernel(first: number, count: number, pixels: number): string {
  return /* wgsl */ `${ROWS}
${bindings(3, 'read rows', 'read_write planes')}

@compute @workgroup_size(${BLOCK_ROWS})
fn toPixelsKernel(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let block = chunk.firstBlock + group.x;
  if (thread >= blocks[block].y) { return; }
  let pixel = pixels[${BLOCK_ROWS}u * block + thread];
  for (var plane = 0u; plane < ${count}u; plane++) {
    planes[plane * ${pixels}u + pixel] = rows[(${first}u + plane) * chunk.stride + ${BLOCK_ROWS}u * group.x + thread];
  }
}
`;
}

/** From planes to rows, zeros where a block has none. Bindings: chunk, blocks, pixels, planes, rows. One workgroup per block. */
export function toRowsKernel(first: number, count: number, pixels: number): string {
  return /* wgsl */ `${ROWS}
${bindings(3, 'read planes', 'read_write rows')}

@compute @workgroup_size(${BLOCK_ROWS})
fn toRowsKernel(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let block = chunk.firstBlock + group.x;
  let pixel = pixels[${BLOCK_ROWS}u * block + thread];
  for (var plane = 0u; plane < ${count}u; plane++) {
    let value = select(0.0, planes[plane * ${pixels}u + pixel], thread < blocks[block].y);
    rows[(${first}u + plane) * chunk.stride + ${BLOCK_ROWS}u * group.x + thread] = value;
  }
}
`;
}

/** Pixels of a workgroup of `measureKernel`. */
export const MEASURED_PIXELS = 256;

/**
 * A distortion that is a sum over samples: what 256 pixels at a time add to it, but for the number of samples, and its gradient. Bindings: targets
 * and outputs, deltas, parts.
 * @param measure of `FusedForms`
 */
export function measureKernel(channels: number, pixels: number, measure: string): string {
  return /* wgsl */ `
${bindings(0, 'read targets', 'read outputs', 'read_write deltas', 'read_write parts')}
${measure}
${sumOverWorkgroup(MEASURED_PIXELS)}
@compute @workgroup_size(${MEASURED_PIXELS})
fn measureKernel(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let index = group.y * groups.x + group.x;
  let pixel = index * ${MEASURED_PIXELS}u + thread;
  var sum = 0.0;
  if (pixel < ${pixels}u) {
    for (var channel = 0u; channel < ${channels}u; channel++) {
      let at = channel * ${pixels}u + pixel;
      let measured = measure(outputs[at], targets[at]);
      deltas[at] = measured.y * ${float(1 / (channels * pixels))};
      sum += measured.x;
    }
  }
  let whole = sumOverWorkgroup(thread, sum);
  if (thread == 0u && index < arrayLength(&parts)) { parts[index] = whole; }
}
`;
}
