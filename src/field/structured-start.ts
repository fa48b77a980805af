/**
 * @file The start of a fit of a pyramid field without a learned one: small random weights beside units that carry each plane to the colours.
 */

import type { AffineMap, ContextPart, FieldPart, Model } from './model.ts';
import type { Parameters } from './parameters.ts';
import { type Random, seededRandom } from './random.ts';
import type { Tensor } from './spec.ts';

type Colour = readonly [number, number, number];
const LUMA: Colour = [1, 1, 1];
const RED: Colour = [1.402, -0.714, 0];
const BLUE: Colour = [0, -0.344, 1.772];

/** What a step of a plane's latents adds to red, green and blue; planes after the last of the list carry luminance. */
const DIRECTIONS: readonly Colour[] = [LUMA, RED, BLUE, LUMA, RED, BLUE, LUMA];

/**
 * Hidden units 2k and 2k + 1 see ±`input` times plane k, are added to the outputs with ±`output` times its direction, and see `rest`
 * of their random weights for the other inputs.
 */
const CARRY = { input: 0.25, output: 0.4, rest: 0.2 } as const;

/**
 * A start in which every plane has a role: which plane carries what is decided early in a fit and stays, and left to chance it costs up
 * to 10 % of the rate (docs/experiments.md, "What the pyramid design rests on"). All experts of a layer begin alike. The context model
 * predicts small latents, but not with certainty.
 * @param seed any 32-bit integer
 */
export function structuredStart(model: Model, seed: number): Parameters {
  const random = seededRandom(seed);
  return { field: structuredField(model, random), context: initialContext(model.context, random) };
}

function structuredField({ field, channels, planes }: Model, random: Random): Float32Array {
  const parameters = new Float32Array(field.parameters);
  const last = field.layers.length - 1;
  const units = carriers(field, planes.length);
  // Filters begin with zeros: z' = z.
  for (const tensor of field.tensors.filter(({ layer }) => layer <= last)) {
    const values =
      tensor.layer === last
        ? outputValues(channels, tensor, units, random)
        : hiddenValues(tensor, units, random);
    for (let expert = 0; expert < tensor.experts; expert++) {
      parameters.set(values, tensor.offset + expert * values.length);
    }
  }
  return parameters;
}

/** Hidden units that carry planes, the first ones: two per plane, as far as the layers are wide enough. */
function carriers({ layers }: FieldPart, planes: number): number {
  const hidden = layers.slice(0, -1).map(({ weight }) => Math.floor(weight.rows / 2));
  return 2 * Math.min(planes, ...hidden);
}

/** One expert of a hidden layer: [rows, columns]. */
function hiddenValues({ layer, kind, rows, columns }: Tensor, units: number, random: Random): Float32Array {
  const bound = kind === 'bias' ? 0.5 : 0.25 * Math.sqrt(3 / columns);
  const values = uniform(rows * columns, bound, random);
  for (let unit = 0; unit < units; unit++) {
    const row = values.subarray(unit * columns, (unit + 1) * columns);
    for (let i = 0; i < columns; i++) row[i] = kind === 'bias' ? 0 : CARRY.rest * (row[i] as number);
    if (kind === 'bias') continue;
    if (layer === 0) row[unit >> 1] = unit % 2 === 0 ? CARRY.input : -CARRY.input;
    else row[unit] = 1;
  }
  return values;
}

/** One expert of the last layer: [channels, columns]; alpha is opaque. */
function outputValues(
  channels: number,
  { kind, columns }: Tensor,
  units: number,
  random: Random,
): Float32Array {
  const colours = channels < 3 ? 1 : 3;
  const values = new Float32Array(channels * columns);
  if (kind === 'bias') return values.fill(1, colours);
  values.set(uniform(colours * columns, 0.6 * Math.sqrt(3 / columns), random));
  for (let unit = 0; unit < units; unit++) {
    const direction = colours === 1 ? LUMA : (DIRECTIONS[unit >> 1] ?? LUMA);
    const gain = unit % 2 === 0 ? CARRY.output : -CARRY.output;
    for (let colour = 0; colour < colours; colour++) {
      values[colour * columns + unit] = gain * (direction[colour] as number);
    }
  }
  return values;
}

/** W¹ U(±0.7√(3/n)), b¹ U(±0.3), W³ of h² U(±0.1√(3/width)); the rest is 0. */
function initialContext(context: ContextPart, random: Random): Float32Array {
  const [first, , last] = context.layers as [AffineMap, AffineMap, AffineMap];
  const { rows: width, columns: inputs } = first.weight;
  const { offset, rows, columns } = last.weight;
  const parameters = new Float32Array(context.parameters);
  parameters.set(uniform(first.weight.length, 0.7 * Math.sqrt(3 / inputs), random), first.weight.offset);
  parameters.set(uniform(first.bias.length, 0.3, random), first.bias.offset);
  for (let row = 0; row < rows; row++) {
    parameters.set(uniform(width, 0.1 * Math.sqrt(3 / width), random), offset + row * columns);
  }
  return parameters;
}

/** `count` numbers of U(±bound). */
function uniform(count: number, bound: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, () => (2 * random() - 1) * bound);
}
