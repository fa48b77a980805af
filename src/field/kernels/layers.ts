/**
 * @file The layers of a field on a *block*, up to BLOCK pixels of one row. Planes of a block follow each other without gaps,
 * 4·pixels bytes each. Where the pixels of a block have different experts in a layer, each expert that occurs sees the
 * whole block and masks choose; `blockPixels` cuts rows so that only the shortest blocks are such.
 */

import { align } from '../../wasm/kernels/vector';
import { CHECKED } from '../../wasm/kernels/checks';
import { snake, snakeAndSlope } from '../../wasm/kernels/sine';
import { addPlane, densePlanes, multiplyPlane } from '../../wasm/kernels/planar';
import { gradientPlanes } from '../../wasm/kernels/planar-gradient';
import { Affine } from './affine';

/** Pixels of a block, at most: its activations stay in the nearest caches. */
export const BLOCK: u32 = 128;
/** Pixels that kernels take at once: of a block, at least. */
const GROUP: u32 = 8;
/** Bytes of a plane, at most. */
const PLANE: usize = 512;

/** Which pixels of a block have an expert. */
const NONE: u32 = 0;
const SOME: u32 = 1;
const ALL: u32 = 2;

/** The layers of a field and where a thread keeps what it needs for one block. */
@unmanaged
export class Layers {
  /** Address of the first layer's Affine record. */
  records: usize;
  depth: u32;
  /** Addresses of a layer's inputs and of its deltas, u32 each. */
  inputPointers: usize;
  deltaPointers: usize;
  /** All ones where a pixel has the expert at hand. */
  mask: usize;
  /** What one expert makes of all pixels. */
  chosen: usize;
  /** The deltas of one expert's pixels. */
  masked: usize;
  /** The gradient at a layer's inputs, before their slopes. */
  inputDeltas: usize;
  /** Per layer but the last, its outputs and then their slopes. */
  activations: usize;

  /**
   * Lays out a thread's planes.
   * @param records address of the first layer's Affine record
   * @param area a multiple of 64
   * @returns the first byte after everything
   */
  layOut(records: usize, depth: u32, area: usize): usize {
    this.records = records;
    this.depth = depth;
    const widest = this.widest();
    this.inputPointers = area;
    this.deltaPointers = this.inputPointers + align(4 * widest);
    this.mask = this.deltaPointers + align(4 * widest);
    this.chosen = this.mask + PLANE;
    this.masked = this.chosen + PLANE * widest;
    this.inputDeltas = this.masked + PLANE * widest;
    this.activations = this.inputDeltas + PLANE * widest;
    return this.outputsOf(depth - 1);
  }

  @inline layer(index: u32): Affine {
    if (CHECKED) assert(index < this.depth, 'no such layer');
    return changetype<Affine>(this.records + index * offsetof<Affine>());
  }

  /** Planes of the widest layer, or of the inputs. */
  private widest(): usize {
    let planes = planesOf(this.layer(0).inputs);
    for (let index: u32 = 0; index < this.depth; index++) planes = max(planes, planesOf(this.layer(index).outputs));
    return planes;
  }

  /** The outputs of a layer but the last. */
  outputsOf(index: u32): usize {
    let address = this.activations;
    for (let before: u32 = 0; before < index; before++) address += 2 * PLANE * planesOf(this.layer(before).outputs);
    return address;
  }
}

/** Planes that kernels write for `count`. */
export function planesOf(count: u32): usize {
  return (count + 3) & ~3;
}

/**
 * Pixels of the block that begins at a pixel of a row: a short block costs less than a second expert in a long one.
 * @param tuples the experts of the pixel and those after it, or 0 where no layer has several
 * @param left pixels of the row from there on, a multiple of 8
 */
export function blockPixels(tuples: usize, left: u32): u32 {
  const most = min(BLOCK, left);
  if (!tuples) return most;
  const first = v128.load32_splat(tuples);
  let pixels: u32 = 0;
  for (; pixels < most; pixels += GROUP, tuples += 4 * GROUP) {
    const equal = v128.and(i32x4.eq(v128.load(tuples), first), i32x4.eq(v128.load(tuples, 16), first));
    if (!i32x4.all_true(equal)) break;
  }
  return max(GROUP, pixels);
}

/**
 * The field at the pixels of a block.
 * @param inputs addresses of the first layer's input planes, u32 each
 * @param tuples the experts of the pixels, u32 each, fillers included; not read where no layer has several
 * @param pixels a multiple of 8, up to BLOCK; the last ones may be fillers, whose inputs must be finite
 * @param out the first output plane; planes are `stride` bytes apart, as many as outputs rounded up to four
 */
export function forwardLayers(
  layers: Layers, inputs: usize, tuples: usize, pixels: u32, out: usize, stride: usize,
): void {
  const last = layers.depth - 1;
  if (CHECKED) assert(pixels > 0 && pixels <= BLOCK, 'a block is too long');
  for (let index: u32 = 0; index < last; index++) {
    const outputs = layers.outputsOf(index);
    applyLayer(layers, index, inputs, tuples, pixels, outputs, 4 * pixels);
    if (layers.layer(index).snake) snake(outputs, layers.layer(index).outputs * pixels);
    inputs = pointTo(layers.inputPointers, outputs, layers.layer(index).outputs, 4 * pixels);
  }
  applyLayer(layers, last, inputs, tuples, pixels, out, stride);
}

/** The affine map of a layer. */
function applyLayer(
  layers: Layers, index: u32, inputs: usize, tuples: usize, pixels: u32, out: usize, stride: usize,
): void {
  const layer = layers.layer(index);
  let first = true;
  for (let expert: u32 = 0; expert < layer.experts; expert++) {
    const share = layer.experts == 1 ? ALL : maskExpert(tuples, index, expert, pixels, layers.mask);
    if (share == NONE) continue;
    const weights = layer.weights + layer.weightBytes * expert;
    if (first) {
      densePlanes(inputs, layer.inputs, weights, out, stride, layer.outputs, pixels);
    } else {
      densePlanes(inputs, layer.inputs, weights, layers.chosen, 4 * pixels, layer.outputs, pixels);
      blend(layers, layer.outputs, pixels, out, stride);
    }
    if (share == ALL) return;
    first = false;
  }
}

/**
 * Adds the gradient of the layers' weights and writes that at the inputs. Evaluates the layers before the last one anew,
 * with their slopes.
 * @param deltas the gradient at the outputs, 0 at fillers; planes `stride` bytes apart, as many as outputs rounded up to four
 * @param sums a band's sums
 * @param inputDeltas planes `inputStride` bytes apart, as many as inputs rounded up to four
 */
export function backwardLayers(
  layers: Layers, inputs: usize, tuples: usize, pixels: u32, deltas: usize, stride: usize, sums: usize,
  inputDeltas: usize, inputStride: usize,
): void {
  forwardWithSlopes(layers, inputs, tuples, pixels);
  for (let index = layers.depth - 1; index > 0; index--) {
    const before = layers.layer(index - 1);
    const outputs = layers.outputsOf(index - 1);
    const slopes = outputs + 4 * pixels * planesOf(before.outputs);
    const pointers = pointTo(layers.inputPointers, outputs, before.outputs, 4 * pixels);
    const atOutputs = before.snake ? layers.inputDeltas : slopes;
    applyAdjoint(layers, index, pointers, tuples, pixels, deltas, stride, sums, atOutputs, 4 * pixels);
    if (before.snake) multiplyPlane(slopes, atOutputs, pixels * before.outputs);
    deltas = slopes;
    stride = 4 * pixels;
  }
  applyAdjoint(layers, 0, inputs, tuples, pixels, deltas, stride, sums, inputDeltas, inputStride);
}

/** All layers but the last, whose outputs no gradient needs. */
function forwardWithSlopes(layers: Layers, inputs: usize, tuples: usize, pixels: u32): void {
  const last = layers.depth - 1;
  for (let index: u32 = 0; index < last; index++) {
    const outputs = layers.outputsOf(index);
    const planes = planesOf(layers.layer(index).outputs);
    applyLayer(layers, index, inputs, tuples, pixels, outputs, 4 * pixels);
    if (layers.layer(index).snake) snakeAndSlope(outputs, outputs + 4 * pixels * planes, pixels * <u32>planes);
    inputs = pointTo(layers.inputPointers, outputs, layers.layer(index).outputs, 4 * pixels);
  }
}

/** A layer's sums, and from the gradient at its affine map to that at its inputs. */
function applyAdjoint(
  layers: Layers, index: u32, inputs: usize, tuples: usize, pixels: u32, deltas: usize, stride: usize, sums: usize,
  inputDeltas: usize, inputStride: usize,
): void {
  const layer = layers.layer(index);
  let first = true;
  for (let expert: u32 = 0; expert < layer.experts; expert++) {
    const share = layer.experts == 1 ? ALL : maskExpert(tuples, index, expert, pixels, layers.mask);
    if (share == NONE) continue;
    const mine = share == ALL ? deltas : maskDeltas(layers, layer.outputs, pixels, deltas, stride);
    const mineStride = share == ALL ? stride : 4 * pixels;
    const mySums = sums + layer.sumsAt + layer.sumsBytes * expert;
    gradientPlanes(mine, mineStride, layer.outputs, inputs, layer.inputs, mySums, pixels);
    const pointers = pointTo(layers.deltaPointers, mine, layer.outputs, mineStride);
    const weights = layer.transposed + layer.transposedBytes * expert;
    if (first) {
      densePlanes(pointers, layer.outputs, weights, inputDeltas, inputStride, layer.inputs, pixels);
    } else {
      densePlanes(pointers, layer.outputs, weights, layers.chosen, 4 * pixels, layer.inputs, pixels);
      addPlanes(inputDeltas, inputStride, layers.chosen, layer.inputs, pixels);
    }
    if (share == ALL) return;
    first = false;
  }
}

/** Adds a block's planes to planes `stride` bytes apart. */
function addPlanes(sums: usize, stride: usize, planes: usize, count: u32, pixels: u32): void {
  for (let plane: usize = 0; plane < count; plane++) {
    addPlane(sums + stride * plane, planes + 4 * pixels * plane, pixels);
  }
}

/** Writes the addresses of `count` planes from `first` on, `stride` bytes apart, to `pointers`, and returns that. */
export function pointTo(pointers: usize, first: usize, count: u32, stride: usize): usize {
  for (let i: usize = 0; i < count; i++) store<u32>(pointers + 4 * i, <u32>(first + stride * i));
  return pointers;
}

/** Writes which pixels have `expert` in layer `index`. @returns NONE, SOME or ALL */
function maskExpert(tuples: usize, index: u32, expert: u32, pixels: u32, mask: usize): u32 {
  const end = mask + 4 * pixels;
  const three = i32x4.splat(3), wanted = i32x4.splat(expert);
  let any = i32x4.splat(0), all = i32x4.splat(-1);
  for (; mask < end; mask += 16, tuples += 16) {
    const has = i32x4.eq(v128.and(i32x4.shr_u(v128.load(tuples), 2 * index), three), wanted);
    v128.store(mask, has);
    any = v128.or(any, has);
    all = v128.and(all, has);
  }
  if (i32x4.all_true(all)) return ALL;
  return v128.any_true(any) ? SOME : NONE;
}

/** Where the mask is set, `Layers.chosen` replaces the planes of `out`. */
function blend(layers: Layers, count: u32, pixels: u32, out: usize, stride: usize): void {
  const bytes: usize = 4 * pixels;
  const mask = layers.mask;
  let chosen = layers.chosen;
  for (let plane: u32 = 0; plane < count; plane++) {
    for (let p: usize = 0; p < bytes; p += 16) {
      v128.store(out + p, v128.bitselect(v128.load(chosen + p), v128.load(out + p), v128.load(mask + p)));
    }
    chosen += bytes;
    out += stride;
  }
}

/** The deltas where the mask is set and 0 elsewhere, in `Layers.masked`. */
function maskDeltas(layers: Layers, count: u32, pixels: u32, deltas: usize, stride: usize): usize {
  const bytes: usize = 4 * pixels;
  const mask = layers.mask;
  let masked = layers.masked;
  for (const end = masked + planesOf(count) * bytes; masked < end; masked += bytes, deltas += stride) {
    for (let p: usize = 0; p < bytes; p += 16) {
      v128.store(masked + p, v128.and(v128.load(deltas + p), v128.load(mask + p)));
    }
  }
  return layers.masked;
}
