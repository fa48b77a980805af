/**
 * @file From gradients to the next weights: sums the partitions, takes an Adam step (Kingma and Ba 2015, with ε outside
 * the root) and folds ω in. The unit of work is one panel of one expert.
 */

import { Layer, Problem } from '../../../../render/kernels/coordinates/problem';
import { addPlane } from '../../../../wasm/kernels/planar';
import { LANES, ROW } from '../../../../wasm/kernels/vector';
import { ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON } from '../../../constants';

const BETA1: f32 = <f32>ADAM_BETA1;
const BETA2: f32 = <f32>ADAM_BETA2;
const EPSILON: f32 = <f32>ADAM_EPSILON;

/** Adds the other partitions' gradients of a panel to the first's, in order. */
export function reducePanel(problem: Problem, offset: usize, bytes: usize): void {
  const sum = problem.gradients + offset;
  let part = sum;
  for (let partition: u32 = 1; partition < problem.partitions; partition++) {
    part += problem.parameterBytes;
    addPlane(sum, part, <u32>(bytes / 4));
  }
}

/** One Adam step of a panel. */
export function adamPanel(problem: Problem, layer: Layer, offset: usize): void {
  const beta1 = f32x4.splat(BETA1), beta2 = f32x4.splat(BETA2);
  const share1 = f32x4.splat(1 - BETA1), share2 = f32x4.splat(1 - BETA2);
  const rate = f32x4.splat(problem.rate), correction = f32x4.splat(problem.secondCorrection);
  const epsilon = f32x4.splat(EPSILON), scale = f32x4.splat(layer.omega);
  for (let i = offset; i < offset + layer.panelBytes; i += 16) {
    const theta = v128.load(problem.theta + i);
    const g = f32x4.mul(v128.load(problem.gradients + i), scale);
    const m = f32x4.add(f32x4.mul(beta1, v128.load(problem.firstMoments + i)), f32x4.mul(share1, g));
    const squared = f32x4.mul(share2, f32x4.mul(g, g));
    const v = f32x4.add(f32x4.mul(beta2, v128.load(problem.secondMoments + i)), squared);
    v128.store(problem.firstMoments + i, m);
    v128.store(problem.secondMoments + i, v);
    const deviation = f32x4.add(f32x4.sqrt(f32x4.mul(v, correction)), epsilon);
    v128.store(problem.theta + i, f32x4.sub(theta, f32x4.div(f32x4.mul(rate, m), deviation)));
  }
}

/**
 * Writes the effective weights of a panel, ω·θ, and their transposed copy.
 * @param expert of the layer
 * @param panel of the expert
 */
export function foldPanel(problem: Problem, layer: Layer, offset: usize, expert: u32, panel: u32): void {
  const scale = f32x4.splat(layer.omega);
  for (let i = offset; i < offset + layer.panelBytes; i += 16) {
    v128.store(problem.weights + i, f32x4.mul(scale, v128.load(problem.theta + i)));
  }
  if (layer.transposed) transposePanel(problem, layer, offset + ROW, expert, panel);
}

/** Copies a panel's weights to where `Layer.transposed` has them: a row per output, a column per input. */
function transposePanel(problem: Problem, layer: Layer, offset: usize, expert: u32, panel: u32): void {
  const first = panel * LANES;
  const outputs = min(LANES, layer.outputs - first);
  const transposed = layer.transposed + layer.transposedBytes * expert + ROW * (1 + first);
  let row = problem.weights + offset;
  for (let input: u32 = 0; input < layer.inputs; input++, row += ROW) {
    const column = transposed + layer.transposedPanelBytes * (input / LANES) + 4 * (input % LANES);
    for (let output: usize = 0; output < outputs; output++) {
      store<f32>(column + ROW * output, load<f32>(row + 4 * output));
    }
  }
}
