/**
 * @file How a field's parameters lie in the kernels' memory. Per layer: [expert][output panel][1 + rows][8], the biases of
 * eight outputs and then one row per input; outputs are filled up to a multiple of 8 and inputs to a multiple of 4 with
 * zeros, which stay zeros through a fit: sin 0 = 0, and what is multiplied by 0 gets a gradient of 0.
 */

import { expertCount, type FieldSpec, pairs, type Tensor, tensorsOf } from '../../field/spec.ts';
import { PANEL_LANES } from '../../wasm/constants.ts';
import { roundUp } from '../../wasm/pages.ts';

export interface LayerLayout {
  readonly inputs: number;
  readonly outputs: number;
  readonly experts: number;
  /** `inputs`, rounded up to a multiple of 4. */
  readonly rows: number;
  /** ⌈outputs / 8⌉ */
  readonly panels: number;
  readonly sine: boolean;
  /** The factor that kernels expect in the weights: ω of a sine, or 1. */
  readonly omega: number;
  /** Index of the layer's first value. */
  readonly offset: number;
  /** Index of the first values of the layer's weights and biases in the flat vector. */
  readonly weightOffset: number;
  readonly biasOffset: number;
}

export interface Layout {
  readonly layers: readonly LayerLayout[];
  /** Floats of all layers. */
  readonly length: number;
}

export function layoutOf(spec: FieldSpec): Layout {
  const maps = pairs(tensorsOf(spec));
  const layers: LayerLayout[] = [];
  let length = 0;
  for (const [index, { selector, activation }] of spec.layers.entries()) {
    const [weight, bias] = maps[index] as [Tensor, Tensor];
    const { rows: outputs, columns: inputs } = weight;
    const layer: LayerLayout = {
      inputs,
      outputs,
      experts: expertCount(selector),
      rows: roundUp(inputs, 4),
      panels: Math.ceil(outputs / PANEL_LANES),
      sine: activation.kind === 'sine',
      omega: activation.kind === 'sine' ? Math.fround(activation.omega) : 1,
      offset: length,
      weightOffset: weight.offset,
      biasOffset: bias.offset,
    };
    layers.push(layer);
    length += layer.experts * layer.panels * PANEL_LANES * (1 + layer.rows);
  }
  return { layers, length };
}

/** What a layer's parameters are multiplied by on their way: 1, or ω, as the evaluation wants it. */
type Factor = (layer: LayerLayout) => number;

const UNIT: Factor = () => 1;
export const OMEGA: Factor = ({ omega }) => omega;

/** From the flat vector of `tensorsOf` to the kernels' order, every product rounded to float32; fillers are left alone. */
export function pack(layout: Layout, flat: Float32Array, packed: Float32Array, factor = UNIT): void {
  for (const layer of layout.layers) packLayer(layer, flat, packed, factor);
}

/** As `pack`, of one layer. */
export function packLayer(
  layer: LayerLayout,
  flat: Float32Array,
  packed: Float32Array,
  factor: Factor,
): void {
  forEachValue(layer, (from, to) => {
    packed[to] = factor(layer) * (flat[from] as number);
  });
}

/** The other way: of gradients at ω · value times ω those at the values. */
export function unpack(layout: Layout, packed: Float32Array, factor = UNIT): Float32Array {
  const flat = new Float32Array(flatLength(layout));
  for (const layer of layout.layers) {
    forEachValue(layer, (to, from) => {
      flat[to] = factor(layer) * (packed[from] as number);
    });
  }
  return flat;
}

function flatLength({ layers }: Layout): number {
  return layers.reduce((sum, { experts, outputs, inputs }) => sum + experts * outputs * (inputs + 1), 0);
}

/** Visits each parameter of a layer with its index in the flat vector and in the kernels' order. */
function forEachValue(layer: LayerLayout, visit: (flat: number, packed: number) => void): void {
  const { inputs, outputs, experts, rows, panels, weightOffset, biasOffset } = layer;
  for (let expert = 0; expert < experts; expert++) {
    for (let output = 0; output < outputs; output++) {
      const panel = expert * panels + Math.floor(output / PANEL_LANES);
      const column = layer.offset + panel * PANEL_LANES * (1 + rows) + (output % PANEL_LANES);
      const unit = expert * outputs + output;
      visit(biasOffset + unit, column);
      for (let input = 0; input < inputs; input++) {
        visit(weightOffset + unit * inputs + input, column + PANEL_LANES * (1 + input));
      }
    }
  }
}
