/** @file A block of positions through all layers; a layer's activations in scratch are [feature/8][position][8]. */

import { densePanel } from '../../../wasm/kernels/dense';
import { Block, expertOf, Layer, Problem } from './problem';
import { sine, sineAndCosine } from '../../../wasm/kernels/sine';
import { LANES, ROW } from '../../../wasm/kernels/vector';

/**
 * Evaluates a block; the outputs are the last layer's.
 * @param slopes whether to keep what a backward pass needs: the slopes of layers from `Problem.firstTrained` on
 */
export function forward(problem: Problem, block: Block, scratch: usize, slopes: bool): void {
  loadInputs(problem, block, scratch);
  for (let index: u32 = 0; index < problem.depth; index++) {
    const layer = problem.layer(index);
    const weights = problem.weights + layer.offset + layer.expertBytes * expertOf(block.tuple, index);
    forwardLayer(layer, weights, block.padded, scratch, slopes && index >= problem.firstTrained);
  }
}

/** The first layer's inputs as rows; zeros beyond the last position and the last input. */
function loadInputs(problem: Problem, block: Block, scratch: usize): void {
  const layer = problem.layer(0);
  const rows = scratch + layer.inputsAt;
  const stride = ROW * <usize>block.padded;
  memory.fill(rows, 0, stride * layer.inputPanels);
  let coordinate = problem.coordinates + 4 * <usize>block.first * layer.inputs;
  for (let position: u32 = 0; position < block.count; position++) {
    for (let input: u32 = 0; input < layer.inputs; input++, coordinate += 4) {
      const row = rows + stride * (input / LANES) + ROW * position;
      store<f32>(row + 4 * (input % LANES), load<f32>(coordinate));
    }
  }
}

function forwardLayer(layer: Layer, weights: usize, positions: u32, scratch: usize, slopes: bool): void {
  const stride = ROW * <usize>positions;
  let outputs = scratch + layer.outputsAt;
  let slope = scratch + layer.slopesAt;
  for (let panel: u32 = 0; panel < layer.panels; panel++) {
    densePanel(scratch + layer.inputsAt, layer.inputs, weights, outputs, positions);
    if (layer.sine && slopes) sineAndCosine(outputs, slope, LANES * positions);
    else if (layer.sine) sine(outputs, LANES * positions);
    weights += layer.panelBytes;
    outputs += stride;
    slope += stride;
  }
}

/** Writes the outputs of blocks `first` … `last − 1` to `Problem.outputs`. */
export function evaluateBlocks(problem: Problem, scratch: usize, first: u32, last: u32): void {
  const channels = problem.channels;
  const rows = scratch + problem.layer(problem.depth - 1).outputsAt;
  for (let index = first; index < last; index++) {
    const block = problem.block(index);
    forward(problem, block, scratch, false);
    let output = problem.outputs + 4 * <usize>block.first * channels;
    for (let position: u32 = 0; position < block.count; position++) {
      for (let channel: u32 = 0; channel < channels; channel++, output += 4) {
        store<f32>(output, load<f32>(rows + ROW * position + 4 * channel));
      }
    }
  }
}
