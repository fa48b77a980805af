/**
 * @file The field as data: an MLP from a position to a colour whose layers hold several experts.
 *
 *     z⁰ = input(p)
 *     zⁱ = φ(Wⁱ[eᵢ(p)] zⁱ⁻¹ + bⁱ[eᵢ(p)]),   φ(u) = sin(ωu), u + sin²u or u
 *
 * and after the last layer residual 3×3 filters, whose taps are one picture pixel apart at every scale:
 *
 *     zᶠ⁺¹(p) = zᶠ(p) + b + Σ W[dy, dx] zᶠ(p + (dx, dy) pixels)
 *
 * Everything that fits, evaluates, stores or prints a field reads this description; presets are values of it.
 */

import type { PlaneSpec } from './pyramid.ts';

/** Which expert a position takes in a layer. */
export type Selector =
  /** A single expert: a plain SIREN layer. */
  | { readonly kind: 'one' }
  /**
   * Eq. 4 of the paper: [u v] = A·p, expert = 2·(⌊v⌋ mod 2) + (⌊u⌋ mod 2), four experts. `frequency` is A > 0: the
   * picture is cut into 2A × 2A tiles.
   */
  | { readonly kind: 'tile'; readonly frequency: number }
  /** The position's class in the segmentation, four experts. */
  | { readonly kind: 'segment' };

/**
 * What follows the affine map of a layer: sin(ωu), SIREN's activation; `snake`, u + sin²u = u + (1 − cos 2u)/2, the
 * identity beside a sine, which inputs of any size leave monotone (Ziyin et al. 2020); or nothing.
 */
export type Activation =
  | { readonly kind: 'sine'; readonly omega: number }
  | { readonly kind: 'snake' }
  | { readonly kind: 'linear' };

/** What the first layer sees of a position. */
export type FieldInput =
  /** The position itself, (x, y) in [−1, 1]². */
  | { readonly kind: 'coordinates' }
  /** A number of each latent plane, interpolated (`pyramid.ts`). A plane's place in the list is its column of the first layer. */
  | { readonly kind: 'pyramid'; readonly planes: readonly PlaneSpec[] };

export interface LayerSpec {
  /** Outputs of the layer. */
  readonly width: number;
  readonly selector: Selector;
  readonly activation: Activation;
}

export interface FieldSpec {
  readonly input: FieldInput;
  /** First to last; the last one is linear, and its outputs are what the samples are made of (`src/samples`). */
  readonly layers: readonly LayerSpec[];
  /** Residual 3×3 filters after the last layer; only with a pyramid. */
  readonly filters: number;
  /**
   * Share of a tile's side on each side of a border within which the experts of both tiles count, 0 … ½ (`tile-overlap.ts`);
   * 0 with a pyramid.
   */
  readonly overlap: number;
}

/** Classes of a segmentation and experts of a tiled layer (the paper uses four of both). */
export const EXPERTS = 4;

/** Tiles of more frequencies don't overlap: of n of them a position may have 4ⁿ tuples of experts. */
export const MAX_OVERLAPPING_FREQUENCIES = 2;

/** A tuple of experts packs 2 bits per layer into an unsigned 32-bit integer. */
export const MAX_LAYERS = 16;

/** Number of output channels. */
export function outputWidth(spec: FieldSpec): number {
  return (spec.layers.at(-1) as LayerSpec).width;
}

export function expertCount(selector: Selector): number {
  return selector.kind === 'one' ? 1 : EXPERTS;
}

export function usesSegmentation(spec: FieldSpec): boolean {
  return spec.layers.some((layer) => layer.selector.kind === 'segment');
}

/** The frequencies of the tiles, in the order of the first layers that have them. */
export function tileFrequencies({ layers }: FieldSpec): number[] {
  const frequencies = layers.flatMap(({ selector }) =>
    selector.kind === 'tile' ? [selector.frequency] : [],
  );
  return [...new Set(frequencies)];
}

/** Multiply-adds of affine maps at one position: one expert of each. */
export function multiplyAdds(tensors: readonly Tensor[]): number {
  return tensors
    .filter((tensor) => tensor.kind === 'weight')
    .reduce((sum, tensor) => sum + tensor.rows * tensor.columns, 0);
}

/** One weight or bias tensor in the flat parameter vector. */
export interface Tensor {
  /** Index of the layer; filters follow the last layer. */
  readonly layer: number;
  readonly kind: 'weight' | 'bias';
  readonly experts: number;
  /** Outputs of the layer. */
  readonly rows: number;
  /** Inputs of the layer; 1 for a bias. */
  readonly columns: number;
  /** Index of the first value in the flat vector; the values are [experts, rows, columns], row-major. */
  readonly offset: number;
  readonly length: number;
}

/** A pair of tensors before it has a place: [experts, rows, columns] and [experts, rows, 1]. */
interface AffineShape {
  readonly experts: number;
  readonly rows: number;
  readonly columns: number;
}

/** Lays affine maps out in a flat vector: one after the other, weights before biases. */
export function layTensors(shapes: readonly AffineShape[]): Tensor[] {
  const tensors: Tensor[] = [];
  let offset = 0;
  for (const [layer, shape] of shapes.entries()) {
    for (const kind of ['weight', 'bias'] as const) {
      const columns = kind === 'weight' ? shape.columns : 1;
      const length = shape.experts * shape.rows * columns;
      tensors.push({ layer, kind, experts: shape.experts, rows: shape.rows, columns, offset, length });
      offset += length;
    }
  }
  return tensors;
}

/**
 * The tensors of a field in the order of the flat parameter vector: layer by layer, then filter by filter. The columns of a
 * filter are [channels, 3 rows, 3 columns].
 */
export function tensorsOf(spec: FieldSpec): Tensor[] {
  const channels = outputWidth(spec);
  const inputs = spec.input.kind === 'pyramid' ? spec.input.planes.length : 2;
  const layers = spec.layers.map(({ width, selector }, i) => ({
    experts: expertCount(selector),
    rows: width,
    columns: spec.layers[i - 1]?.width ?? inputs,
  }));
  const filter = { experts: 1, rows: channels, columns: 9 * channels };
  return layTensors([...layers, ...Array(spec.filters).fill(filter)]);
}

/** Weights and biases, which come in turn, as the pairs that belong together. */
export function pairs(tensors: readonly Tensor[]): [weight: Tensor, bias: Tensor][] {
  return Array.from({ length: tensors.length / 2 }, (_, i) => [
    tensors[2 * i] as Tensor,
    tensors[2 * i + 1] as Tensor,
  ]);
}

/** Values in all of the tensors. */
export function valueCount(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, { length }) => sum + length, 0);
}

export function parameterCount(spec: FieldSpec): number {
  return valueCount(tensorsOf(spec));
}

/** A field with its parameters: everything needed to evaluate it at a position whose experts are known. */
export interface Field {
  readonly spec: FieldSpec;
  /** Flat, in the order of `tensorsOf`. */
  readonly parameters: Float32Array;
}
