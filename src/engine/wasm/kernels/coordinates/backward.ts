/** @file The errors of a block and their way back through the layers. */

import { densePanel, gradientPanel } from '../../../../wasm/kernels/dense';
import { multiplyPlane } from '../../../../wasm/kernels/planar';
import { Block, expertOf, Layer, Problem } from '../../../../render/kernels/coordinates/problem';
import { LANES, ROW } from '../../../../wasm/kernels/vector';

/** Σ w (output − target)² over a block that `forward` has evaluated, in float64. */
export function squaredError(problem: Problem, block: Block, scratch: usize): f64 {
  const channels = problem.channels;
  let output = scratch + problem.layer(problem.depth - 1).outputsAt;
  let target = problem.targets + 4 * <usize>block.first * channels;
  let weight = problem.targetWeights + 4 * <usize>block.first * channels;
  const isWeighted = problem.targetWeights != 0;
  let sum: f64 = 0;
  for (let position: u32 = 0; position < block.count; position++, output += ROW) {
    for (let channel: usize = 0; channel < channels; channel++, target += 4, weight += 4) {
      const error = <f64>(load<f32>(output + 4 * channel) - load<f32>(target));
      sum += isWeighted ? <f64>load<f32>(weight) * error * error : error * error;
    }
  }
  return sum;
}

/**
 * Adds the gradient of a block that `forward` has evaluated with slopes, of the layers from `Problem.firstTrained` on.
 * @param gradients laid out like `Problem.weights`
 */
export function backward(problem: Problem, block: Block, scratch: usize, gradients: usize): void {
  outputDeltas(problem, block, scratch);
  for (let index = problem.depth; index-- > problem.firstTrained; ) {
    const layer = problem.layer(index);
    const expert = expertOf(block.tuple, index);
    gradientLayer(layer, gradients + layer.offset + layer.expertBytes * expert, block.padded, scratch);
    if (index > problem.firstTrained) inputDeltas(layer, problem.layer(index - 1), expert, block.padded, scratch);
  }
}

/** The loss' gradient at the outputs, where the last layer's slopes would be: it is linear. */
function outputDeltas(problem: Problem, block: Block, scratch: usize): void {
  const layer = problem.layer(problem.depth - 1);
  const channels = problem.channels;
  const scale = problem.errorScale;
  let output = scratch + layer.outputsAt;
  let delta = scratch + layer.slopesAt;
  let target = problem.targets + 4 * <usize>block.first * channels;
  let weight = problem.targetWeights + 4 * <usize>block.first * channels;
  const isWeighted = problem.targetWeights != 0;
  memory.fill(delta, 0, ROW * <usize>block.padded);
  for (let position: u32 = 0; position < block.count; position++, output += ROW, delta += ROW) {
    for (let channel: usize = 0; channel < channels; channel++, target += 4, weight += 4) {
      const error = load<f32>(output + 4 * channel) - load<f32>(target);
      store<f32>(delta + 4 * channel, scale * (isWeighted ? load<f32>(weight) * error : error));
    }
  }
}

function gradientLayer(layer: Layer, gradients: usize, positions: u32, scratch: usize): void {
  let deltas = scratch + layer.slopesAt;
  for (let panel: u32 = 0; panel < layer.panels; panel++) {
    gradientPanel(scratch + layer.inputsAt, layer.inputs, deltas, gradients, positions);
    gradients += layer.panelBytes;
    deltas += ROW * <usize>positions;
  }
}

/** From the gradient at a layer's affine map to that of the layer `before` it. */
function inputDeltas(layer: Layer, before: Layer, expert: u32, positions: u32, scratch: usize): void {
  const stride = ROW * <usize>positions;
  const deltas = scratch + layer.slopesAt;
  let weights = layer.transposed + layer.transposedBytes * expert;
  let slopes = scratch + before.slopesAt;
  for (let panel: u32 = 0; panel < layer.inputPanels; panel++) {
    if (before.sine) {
      densePanel(deltas, layer.outputs, weights, scratch, positions);
      multiplyPlane(slopes, scratch, LANES * positions);
    } else {
      densePanel(deltas, layer.outputs, weights, slopes, positions);
    }
    weights += layer.transposedPanelBytes;
    slopes += stride;
  }
}
