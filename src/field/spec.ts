/**
 * @file The field as data: an MLP from a position to a colour whose layers hold several experts.
 *
 *     z⁰ = p
 *     zⁱ = φ(Wⁱ[eᵢ(p)] zⁱ⁻¹ + bⁱ[eᵢ(p)]),   φ(u) = sin(ωu) or u
 *
 * Everything that fits, evaluates, stores or prints a field reads this description; presets are values of it.
 */

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

/** What follows the affine map of a layer: sin(ωu), SIREN's activation, or nothing. */
export type Activation = { readonly kind: 'sine'; readonly omega: number } | { readonly kind: 'linear' };

export interface LayerSpec {
  /** Outputs of the layer. */
  readonly width: number;
  readonly selector: Selector;
  readonly activation: Activation;
}

export interface FieldSpec {
  /** `coordinates`: z⁰ is the position (x, y) in [−1, 1]². */
  readonly input: 'coordinates';
  /** First to last; the last one is linear and as wide as the picture has channels. */
  readonly layers: readonly LayerSpec[];
}

/** Classes of a segmentation and experts of a tiled layer (the paper uses four of both). */
export const EXPERTS = 4;

/** A tuple of experts packs 2 bits per layer into an unsigned 32-bit integer. */
export const MAX_LAYERS = 16;

/** Inputs of the first layer. */
export function inputWidth(_spec: FieldSpec): number {
  return 2;
}

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

/** Multiply-adds that one output position costs: one expert per layer. */
export function macPerPixel(spec: FieldSpec): number {
  return tensorsOf(spec)
    .filter((tensor) => tensor.kind === 'weight')
    .reduce((sum, tensor) => sum + tensor.rows * tensor.columns, 0);
}

/** One weight or bias tensor in the flat parameter vector. */
export interface Tensor {
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

/** The tensors of a field in the order of the flat parameter vector: layer by layer, weights before biases. */
export function tensorsOf(spec: FieldSpec): Tensor[] {
  const tensors: Tensor[] = [];
  let offset = 0;
  let inputs = inputWidth(spec);
  for (const [layer, { width, selector }] of spec.layers.entries()) {
    const experts = expertCount(selector);
    for (const kind of ['weight', 'bias'] as const) {
      const columns = kind === 'weight' ? inputs : 1;
      const length = experts * width * columns;
      tensors.push({ layer, kind, experts, rows: width, columns, offset, length });
      offset += length;
    }
    inputs = width;
  }
  return tensors;
}

export function parameterCount(spec: FieldSpec): number {
  return tensorsOf(spec).reduce((sum, tensor) => sum + tensor.length, 0);
}

/** A field with its parameters: everything needed to evaluate it at a position whose experts are known. */
export interface Field {
  readonly spec: FieldSpec;
  /** Flat, in the order of `tensorsOf`. */
  readonly parameters: Float32Array;
}
